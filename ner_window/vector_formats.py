"""Reading files of pretrained word vectors: GloVe text, word2vec text and word2vec binary.

Any of them may be gzipped. Which one a file is, is seen from its first bytes: word2vec files start
with a line of two numbers, words and dimension; GloVe files start with the first word.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

from ner_window.errors import InputError

Array = NDArray[Any]
Format = Literal["glove", "word2vec text", "word2vec binary"]

LINES_PER_BLOCK = 20_000
BYTES_PER_BLOCK = 1 << 22


@dataclass(frozen=True)
class Block:
    """Some consecutive words of a vector file with their vectors (words, dimension), float32."""

    words: list[str]
    vectors: Array


def open_vectors(path: Path) -> BinaryIO:
    """Open a file, unpacking it where it is gzipped. InputError where there is none."""
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
        return cast(BinaryIO, gzip.open(path, "rb")) if is_gzip else path.open("rb")
    except FileNotFoundError:
        raise InputError(f"no such vector file: {path.absolute()}") from None
    except OSError as error:
        raise InputError(f"cannot read vectors {path.absolute()}: {error.strerror}") from None


def detect_format(path: Path) -> Format:
    """Return the format of a vector file. InputError where it is empty."""
    with open_vectors(path) as file:
        start = _read(file, path, 1 << 16)
    if not start.strip():
        raise InputError(f"{path.absolute()} is empty; expected word vectors")
    first, _, rest = start.partition(b"\n")
    header = _header(first)
    if header is None:
        return "glove"
    # The binary format has 4 d bytes after the first word; text has d numbers up to a line end.
    line = rest.partition(b"\n")[0].split()
    is_text = len(line) > 2 and all(_is_number(number) for number in line[1:])
    return "word2vec text" if is_text or header[1] <= 1 else "word2vec binary"


def read_blocks(path: Path) -> Iterator[Block]:
    """Yield the words and vectors of a file, block by block, in bounded memory.

    Raises InputError, naming file and line (or word), where a line is short, a number is no
    number, or the file is cut off.
    """
    file_format = detect_format(path)
    with open_vectors(path) as file:
        if file_format == "word2vec binary":
            yield from _binary_blocks(file, path)
        else:
            yield from _text_blocks(file, path, has_header=file_format == "word2vec text")


def _header(line: bytes) -> tuple[int, int] | None:
    """Return words and dimension from the first line of a word2vec file, None elsewhere."""
    fields = line.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
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
    except (EOFError, OSError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise InputError(f"{path.absolute()} is a damaged gzip file: {error}") from None


def _text_blocks(file: BinaryIO, path: Path, has_header: bool) -> Iterator[Block]:
    line_number = 1
    announced: tuple[int, int] | None = None
    if has_header:
        announced = _header(file.readline())
        line_number = 2
    dimension = announced[1] if announced else None
    word_count = 0
    while lines := _lines(file, path):
        while lines and not lines[-1].strip():
            lines.pop()  # blank lines at the end
        if not lines:
            break
        block = _text_block(lines, path, line_number, dimension)
        dimension = block.vectors.shape[1]
        line_number += len(lines)
        word_count += len(block.words)
        yield block
    if announced and word_count != announced[0]:
        raise InputError(
            f"{path}:1: the header announces {announced[0]} words, the file holds {word_count}"
        )


def _lines(file: BinaryIO, path: Path) -> list[bytes]:
    try:
        return list(islice(file, LINES_PER_BLOCK))
    except (EOFError, OSError, gzip.zlib.error) as error:  # type: ignore[attr-defined]
        raise InputError(f"{path.absolute()} is a damaged gzip file: {error}") from None


def _text_block(lines: list[bytes], path: Path, first_line: int, dimension: int | None) -> Block:
    stripped = [line.rstrip(b" \r\n") for line in lines]
    dimension = dimension or max(stripped[0].count(b" "), 1)
    parts = [_split_line(line, dimension) for line in stripped]
    words = [_word(word) for word, _ in parts]
    numbers = [rest for _, rest in parts]
    if not all(numbers):
        raise _bad_line(numbers, path, first_line, dimension)
    try:
        vectors = np.loadtxt(
            numbers, np.float32, comments=None, delimiter=" ", ndmin=2, encoding="latin-1"
        )
    except ValueError:
        raise _bad_line(numbers, path, first_line, dimension) from None
    if vectors.shape != (len(lines), dimension):
        raise _bad_line(numbers, path, first_line, dimension)
    return Block(words, vectors)


def _split_line(line: bytes, dimension: int) -> tuple[bytes, bytes]:
    """Return word and numbers; a word may hold spaces, as some of GloVe 840B do."""
    word, _, numbers = line.partition(b" ")
    if numbers.count(b" ") < dimension:
        return word, numbers
    word_with_spaces, *fields = line.rsplit(b" ", dimension)
    has_too_many_numbers = all(_is_number(field) for field in word_with_spaces.split(b" ")[1:])
    return (word, numbers) if has_too_many_numbers else (word_with_spaces, b" ".join(fields))


def _bad_line(numbers: list[bytes], path: Path, first_line: int, dimension: int) -> InputError:
    """Return the error for the first line that does not hold ``dimension`` numbers."""
    for line_number, line in enumerate(numbers, start=first_line):
        fields = line.split(b" ") if line else []
        if len(fields) != dimension:
            return InputError(
                f"{path}:{line_number}: {len(fields)} numbers where the file's vectors have "
                f"{dimension}; the line is cut off or the file is no file of word vectors"
            )
        wrong = next((field for field in fields if not _is_number(field)), None)
        if wrong is not None:
            shown = wrong.decode("utf-8", "replace")
            return InputError(f"{path}:{line_number}: {shown!r} is no number")
    return InputError(f"{path}: cannot be read as word vectors")


def _word(content: bytes) -> str:
    """Return a word as text; bytes that are none, and line ends, become replacement characters."""
    return content.decode("utf-8", "replace").replace("\n", "\N{REPLACEMENT CHARACTER}")


def _binary_blocks(file: BinaryIO, path: Path) -> Iterator[Block]:
    """Read ``word SP float32[d] [LF]`` as often as the header says."""
    word_count, dimension = _header(file.readline()) or (0, 0)
    pending = b""
    done = 0
    while done < word_count:
        fresh = _read(file, path, BYTES_PER_BLOCK)
        if not fresh:
            raise InputError(
                f"{path}: ends after {done} words; its header announces {word_count} of "
                f"{dimension} numbers each: the file is cut off"
            )
        words, rows, pending = _split_binary(pending + fresh, dimension, word_count - done)
        done += len(words)
        if words:
            yield Block(words, np.frombuffer(b"".join(rows), "<f4").reshape(-1, dimension))
    if pending.strip() or _read(file, path, 1):
        raise InputError(f"{path}: goes on after the {word_count} words that its header announces")


def _split_binary(
    content: bytes, dimension: int, most: int
) -> tuple[list[str], list[bytes], bytes]:
    """Return the complete words in ``content``, their rows as bytes, and what is left over."""
    size = 4 * dimension
    words: list[str] = []
    rows: list[bytes] = []
    position = 0
    while len(words) < most:
        space = content.find(b" ", position)
        if space < 0 or space + 1 + size > len(content):
            break
        words.append(_word(content[position:space].lstrip(b"\n")))
        rows.append(content[space + 1 : space + 1 + size])
        position = space + 1 + size
    return words, rows, content[position:]
