"""Writing vectors in the formats that other programs read."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.errors import InputError
from ner_window.files import new_file
from ner_window.progress import Progress
from ner_window.vectors.formats import split_line
from ner_window.vectors.word_vectors import WordVectors

Target = Literal["glove", "word2vec-text", "word2vec-binary"]

LONGEST_NUMBER = "S16"  # -1.1754944e-38 has 14 characters


def write_vectors(vectors: WordVectors, path: Path, target: Target) -> None:
    """Write vectors to a new file, gzipped where its name ends in .gz, in bounded memory.

    Text holds each number in the fewest digits that give the same float32 back. Raises InputError
    where the file exists or cannot be written, and where the format cannot hold a word.
    """
    _check_words(vectors, target)
    write_rows = _binary_rows if target == "word2vec-binary" else _text_rows
    with new_file(path) as file, _packed(file, path) as sink:
        if target != "glove":
            sink.write(b"%d %d\n" % (len(vectors), vectors.dimension))
        _write_blocks(vectors, sink, write_rows, path.name)


def _write_blocks(
    vectors: WordVectors,
    file: BinaryIO,
    write_rows: Callable[[Iterator[bytes], FloatArray], bytes],
    name: str,
) -> None:
    with Progress(f"writing {name}", len(vectors), "words", stays=True) as progress:
        for first, block in vectors.blocks():
            words = vectors.index.encoded_words(first, first + len(block))
            file.write(write_rows(words, block))
            progress.advance(len(block))


def _binary_rows(words: Iterator[bytes], block: FloatArray) -> bytes:
    rows = zip(words, np.ascontiguousarray(block, "<f4"), strict=True)
    return b"".join(b"%b %b\n" % (word, row.tobytes()) for word, row in rows)


def _text_rows(words: Iterator[bytes], block: FloatArray) -> bytes:
    rows = zip(words, block.astype(LONGEST_NUMBER).tolist(), strict=True)
    return b"".join(b"%b %b\n" % (word, b" ".join(numbers)) for word, numbers in rows)


def _packed(file: BinaryIO, path: Path) -> AbstractContextManager[BinaryIO]:
    """Return what is to be written to: it packs where the name ends in .gz."""
    if path.suffix != ".gz":
        return nullcontext(file)
    return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0))


def _check_words(vectors: WordVectors, target: Target) -> None:
    """Raise InputError for the first word that would not be read again as it is."""
    text, offsets = vectors.index.text, vectors.index.offsets
    places = np.flatnonzero((text == ord(" ")) | (text == ord("\n")))
    rows = np.unique(np.searchsorted(offsets, places, side="right") - 1)
    for row in rows.tolist():
        (word,) = vectors.index.encoded_words(row, row + 1)
        if target != "glove" or not _glove_holds(word, row, vectors.dimension):
            raise InputError(
                f"{target} cannot hold the word {vectors.index.word(row)!r} (row {row + 1}): "
                "spaces and line ends separate words and numbers there"
            )


def _glove_holds(word: bytes, row: int, dimension: int) -> bool:
    """Tell whether a word with spaces can be told from its numbers.

    In the first row it cannot: that line shows how many numbers there are.
    """
    is_split_as_written = split_line(word + b" 0" * dimension, dimension)[0] == word
    return row > 0 and b"\n" not in word and is_split_as_written
