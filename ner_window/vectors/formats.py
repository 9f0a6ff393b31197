"""Reading files of pretrained word vectors: GloVe, word2vec text and binary, gensim's own.

Any but the last may be gzipped. Which one a file is, is seen from its first bytes: word2vec files,
and fastText's ``.vec``, start with a line of two numbers, words and dimension; GloVe files start
with the first word; gensim's own files are pickles.
"""

from __future__ import annotations

import gzip
import warnings
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.errors import InputError
from ner_window.vectors.decimals import MARGIN, parse_decimals
from ner_window.wording import counted

Format = Literal["glove", "word2vec text", "word2vec binary", "gensim"]

BYTES_PER_BLOCK = 1 << 20
LONGEST_LINE = 1 << 26
MOST_DIGITS = 18  # of a number in a header
GZIP, PICKLE, ZIP = b"\x1f\x8b", b"\x80", b"PK\x03\x04"
FASTTEXT_BINARY = (793712314).to_bytes(4, "little")
DAMAGED_GZIP = (EOFError, OSError, zlib.error)


@dataclass(frozen=True)
class VectorBlock:
    """Some consecutive words of a file, in UTF-8, and their vectors (words, dimension), float32."""

    words: list[bytes]
    vectors: FloatArray


@contextmanager
def open_vectors(path: Path) -> Iterator[BinaryIO]:
    """Open a file after its byte-order mark, if it has one, unpacking it where it is gzipped.

    Raises InputError where there is none.
    """
    is_gzip = _first_bytes(path, 2) == GZIP
    with cast(BinaryIO, gzip.open(path, "rb")) if is_gzip else path.open("rb") as file:
        if _read(file, path, len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        yield file


def _first_bytes(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        raise InputError(f"no such vector file: {path.absolute()}") from None
    except OSError as error:
        raise InputError(f"cannot read vectors {path.absolute()}: {error.strerror}") from None


def detect_format(path: Path) -> Format:
    """Return the format of a vector file. InputError where it is empty or of no use."""
    with open_vectors(path) as file:
        start = _read(file, path, 1 << 16)
    if not start.strip():
        raise InputError(f"{path.absolute()} is empty; expected word vectors")
    if start.startswith(PICKLE):
        if _first_bytes(path, 1) != PICKLE:
            raise InputError(f"{path.absolute()} is a gzipped pickle; unpack it first")
        return "gensim"
    if start.startswith(ZIP):
        raise InputError(
            f"{path.absolute()} is a zip archive; unpack it, and name one of the files in it"
        )
    if start.startswith(FASTTEXT_BINARY):
        raise InputError(
            f"{path.absolute()} is a binary model of fastText, which is not read; use the .vec "
            "file that is published with it, which holds the same vectors as text"
        )
    first, _, rest = start.partition(b"\n")
    header = _header(first)
    if header is None:
        return "glove"
    # The binary format has 4 d bytes after the first word; text has d numbers up to a line end.
    line = rest.partition(b"\n")[0].split()
    is_text = len(line) > 2 and all(_is_number(number) for number in line[1:])
    return "word2vec text" if is_text or header[1] <= 1 else "word2vec binary"


def refuse_pickle(path: Path) -> None:
    """Raise InputError where a file can only be read by running what is in it."""
    if _first_bytes(path, 1) == PICKLE:
        raise InputError(
            f"{path.absolute()} is a pickle, as gensim saves vectors, and reading a pickle runs "
            "code from the file. If you trust where it comes from, set embeddings.trust: true, or "
            "convert it once: ner-window vectors convert FILE OUT.bin --to word2vec-binary --trust"
        )


def content_files(path: Path) -> list[Path]:
    """Return the files that hold the vectors of ``path``: for a pickle, large arrays are apart."""
    if _first_bytes(path, 1) != PICKLE:
        return [path]
    names = path.parent.iterdir()
    is_array = f"{path.name}."
    arrays = (name for name in names if name.name.startswith(is_array) and name.suffix == ".npy")
    return [path, *sorted(arrays)]


def read_blocks(
    path: Path, allow_pickle: bool = False, block_bytes: int = BYTES_PER_BLOCK
) -> Iterator[VectorBlock]:
    """Yield the words and vectors of a file, block by block, in bounded memory.

    To read a pickle, which ``allow_pickle`` allows, runs code from the file; ``block_bytes`` are
    read at a time. Raises InputError, naming file and line (or word), where a line is short, a
    number is no number, the file is cut off or not trusted.
    """
    if not allow_pickle:
        refuse_pickle(path)
    file_format = detect_format(path)
    if file_format == "gensim":
        yield from _gensim_blocks(path, block_bytes)
        return
    with open_vectors(path) as file:
        if file_format == "word2vec binary":
            yield from _binary_blocks(file, path, block_bytes)
        else:
            yield from _text_blocks(file, path, block_bytes, file_format == "word2vec text")


def _header(line: bytes) -> tuple[int, int] | None:
    """Return words and dimension from the first line of a word2vec file, None elsewhere."""
    fields = line.split()
    if len(fields) == 2 and all(f.isdigit() and len(f) <= MOST_DIGITS for f in fields):
        return int(fields[0]), int(fields[1])
    return None


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _read(file: BinaryIO, path: Path, size: int) -> bytes:
    try:
        return file.read(size)
    except DAMAGED_GZIP as error:
        raise InputError(
            f"{path.absolute()} is a damaged gzip file: {error}; fetch it again"
        ) from None


def _text_blocks(
    file: BinaryIO, path: Path, block_bytes: int, has_header: bool
) -> Iterator[VectorBlock]:
    announced = _header(file.readline()) if has_header else None
    dimension = announced[1] if announced else None
    line_number = 2 if has_header else 1
    word_count = 0
    for content in _whole_lines(file, path, block_bytes):
        block = _text_block(content, path, line_number, dimension)
        dimension = block.vectors.shape[1]
        line_number += len(block.words)
        word_count += len(block.words)
        yield block
    if announced and word_count != announced[0]:
        raise InputError(
            f"{path}:1: the header announces {counted(announced[0], 'word')}, the file holds "
            f"{word_count:,}; fetch the file again, or, if it is whole, correct that line"
        )


def _whole_lines(file: BinaryIO, path: Path, block_bytes: int) -> Iterator[bytes]:
    """Yield the text in blocks of whole lines; blank lines at the end of the file are left out.

    The last line of what was read is held back, since blank lines may follow.
    """
    pending = b""
    while fresh := _read(file, path, block_bytes):
        pending += fresh
        end = pending.rfind(b"\n", 0, len(pending.rstrip(b" \r\n"))) + 1
        if end:
            yield pending[:end].replace(b"\r\n", b"\n").replace(b" \n", b"\n")
            pending = pending[end:]
        elif len(pending) > LONGEST_LINE:
            raise InputError(f"{path}: has no line ends; it is no text file of word vectors")
    if last := pending.rstrip(b" \r\n"):
        yield last + b"\n"


def _text_block(content: bytes, path: Path, first_line: int, dimension: int | None) -> VectorBlock:
    dimension = dimension or max(content[: content.index(b"\n")].rstrip().count(b" "), 1)
    text = bytes(MARGIN) + content
    ends = _field_ends(text, dimension)
    if ends is None:
        return _irregular_block(content, path, first_line, dimension)
    starts = np.concatenate(([MARGIN], ends[:-1, -1] + 1)).tolist()
    words = [text[start:end] for start, end in zip(starts, ends[:, 0].tolist(), strict=True)]
    try:
        numbers = parse_decimals(text, (ends[:, :-1] + 1).ravel(), ends[:, 1:].ravel())
    except ValueError:
        return _irregular_block(content, path, first_line, dimension)
    return VectorBlock(_as_text(words), numbers.reshape(-1, dimension))


def _field_ends(text: bytes, dimension: int) -> IntArray | None:
    """Return the ends of the fields of each line, (lines, 1 + dimension), None if lines differ."""
    characters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero((characters == ord(" ")) | (characters == ord("\n")))
    lines = text.count(b"\n")
    if len(ends) != lines * (1 + dimension):
        return None
    table = ends.reshape(lines, 1 + dimension)
    return table if (characters[table[:, -1]] == ord("\n")).all() else None


def _irregular_block(content: bytes, path: Path, first_line: int, dimension: int) -> VectorBlock:
    """Read lines one by one: words may hold spaces, as some of GloVe 840B do."""
    lines = [line.rstrip(b" \r") for line in content[:-1].split(b"\n")]
    parts = [split_line(line, dimension) for line in lines]
    _check_lines(parts, path, first_line, dimension)
    text = bytes(MARGIN) + b"".join(b" %b\n" % numbers for _, numbers in parts)
    ends = _field_ends(text, dimension)
    assert ends is not None
    numbers = parse_decimals(text, (ends[:, :-1] + 1).ravel(), ends[:, 1:].ravel())
    return VectorBlock(_as_text([word for word, _ in parts]), numbers.reshape(-1, dimension))


def split_line(line: bytes, dimension: int) -> tuple[bytes, bytes]:
    """Return word and numbers; the word may hold spaces."""
    word, _, numbers = line.partition(b" ")
    if numbers.count(b" ") < dimension:
        return word, numbers
    word_with_spaces, *fields = line.rsplit(b" ", dimension)
    has_too_many_numbers = all(_is_number(field) for field in word_with_spaces.split(b" ")[1:])
    return (word, numbers) if has_too_many_numbers else (word_with_spaces, b" ".join(fields))


def _check_lines(
    parts: list[tuple[bytes, bytes]], path: Path, first_line: int, dimension: int
) -> None:
    """Raise InputError for the first word and numbers that are not ``dimension`` numbers."""
    for line_number, (word, numbers) in enumerate(parts, start=first_line):
        fields = numbers.split(b" ") if numbers else []
        if len(fields) != dimension:
            raise InputError(
                f"{path}:{line_number}: {counted(len(fields), 'number')} where the file's vectors "
                f"have {dimension}; {_cause(word)}"
            )
        wrong = next((field for field in fields if b"_" in field or not _is_number(field)), None)
        if wrong is not None:
            shown = wrong.decode("utf-8", "replace")
            raise InputError(f"{path}:{line_number}: {shown!r} is no number")


def _cause(word: bytes) -> str:
    if b"\t" in word:
        return "word and numbers are to be parted by single spaces, not by tabs"
    return "the line is cut off or the file is no file of word vectors"


def _as_text(words: list[bytes]) -> list[bytes]:
    """Return the words in UTF-8; bytes that are none become replacement characters."""
    try:
        b" ".join(words).decode("utf-8")
    except UnicodeDecodeError:
        return [word.decode("utf-8", "replace").encode("utf-8") for word in words]
    return words


def _binary_blocks(file: BinaryIO, path: Path, block_bytes: int) -> Iterator[VectorBlock]:
    """Read ``word SP float32[d] [LF]`` as often as the header says."""
    word_count, dimension = _header(file.readline()) or (0, 0)
    pending = b""
    done = 0
    while done < word_count:
        fresh = _read(file, path, block_bytes)
        if not fresh:
            raise InputError(
                f"{path}: ends after {counted(done, 'word')}; its header announces {word_count} of "
                f"{counted(dimension, 'number')} each: the file is cut off; fetch it again"
            )
        words, rows, pending = _split_binary(pending + fresh, dimension, word_count - done)
        done += len(words)
        if words:
            vectors = np.frombuffer(b"".join(rows), "<f4").reshape(-1, dimension)
            yield VectorBlock(_as_text(words), vectors)
    if pending.strip() or _read(file, path, 1):
        raise InputError(
            f"{path}: goes on after the {counted(word_count, 'word')} that its header announces; "
            "the header or the file is damaged: fetch it again"
        )


def _split_binary(
    content: bytes, dimension: int, most: int
) -> tuple[list[bytes], list[bytes], bytes]:
    """Return the complete words in ``content``, their rows as bytes, and what is left over."""
    size = 4 * dimension
    words: list[bytes] = []
    rows: list[bytes] = []
    position = 0
    while len(words) < most:
        space = content.find(b" ", position)
        if space < 0 or space + 1 + size > len(content):
            break
        words.append(content[position:space].lstrip(b"\n"))
        rows.append(content[space + 1 : space + 1 + size])
        position = space + 1 + size
    return words, rows, content[position:]


def _gensim_blocks(path: Path, block_bytes: int) -> Iterator[VectorBlock]:
    """Read what ``KeyedVectors.save`` wrote; this runs the code in the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from gensim.models import KeyedVectors  # type: ignore[import-untyped]
    try:
        loaded = KeyedVectors.load(str(path), mmap="r")
        vectors = getattr(loaded, "wv", loaded)  # a whole model holds its vectors there
        matrix = np.asarray(vectors.vectors)
        encoded = [word.encode("utf-8", "replace") for word in vectors.index_to_key]
        if len(encoded) != len(matrix) or matrix.ndim != 2:
            raise ValueError(f"{len(encoded)} words, vectors of shape {matrix.shape}")
    except Exception as error:  # unpickling raises anything
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"{path.absolute()} does not hold gensim's vectors: {reason}") from None
    rows = max(block_bytes // max(4 * matrix.shape[1], 1), 1)
    for first in range(0, len(encoded), rows):
        block = slice(first, first + rows)
        yield VectorBlock(encoded[block], matrix[block].astype(np.float32))
