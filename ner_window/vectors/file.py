"""The file of converted vectors: a safetensors file that is written as a stream and memory-mapped.

    vectors  F32 or F16 (V, d)
    hashes   U32 (V,)       how words find their rows: see ``WordIndex``
    rows     I32 (V,)
    offsets  I64 (V + 1,)
    words    U8 (bytes,)    all words in UTF-8

How many words there are is known at the end only: the header's place is kept free, which the format
allows, and filled in last. Its metadata say where the vectors come from and what they are like: a
file that holds a part of them, or all at half precision, has the figures of the source.
"""

from __future__ import annotations

import json
import math
import mmap
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np

from ner_window.arrays import Array, FloatArray
from ner_window.errors import InputError
from ner_window.vectors.formats import VectorBlock
from ner_window.vectors.word_index import WordIndex, WordIndexBuilder

Precision = Literal["float32", "float16"]

HEADER_BYTES = 4096  # a page, so that the vectors start with one
DTYPES = {"F32": "<f4", "F16": "<f2", "U32": "<u4", "I32": "<i4", "I64": "<i8", "U8": "u1"}
CODES = {np.dtype(dtype): code for code, dtype in DTYPES.items()}
MATRIX_CODES: dict[Precision, str] = {"float32": "F32", "float16": "F16"}
FIGURES = ("mean", "deviation", "norm_mean", "norm_min", "norm_max")
COPY_BYTES = 1 << 22


@dataclass(frozen=True)
class VectorFile:
    """An open file of vectors: the memory map, the arrays in it, and what its metadata say.

    ``format`` and ``sha256`` are those of the source; ``figures`` are FIGURES by name.
    """

    map: mmap.mmap
    matrix: FloatArray
    index: WordIndex
    format: str
    sha256: str
    figures: Mapping[str, float]

    def release(self) -> None:
        """Let go of the pages that were read; they are read again when they are needed.

        Otherwise each row that is touched would keep the 64 KB around it in memory.
        """
        if hasattr(self.map, "madvise"):  # not on Windows
            self.map.madvise(mmap.MADV_DONTNEED)

    def copy_to(self, path: Path) -> None:
        """Write a copy, from the map: the file may have been deleted since it was opened."""
        from ner_window.progress import (
            Progress,  # loading a model is to take no longer than it must
        )

        with path.open("wb") as file:
            starts = range(0, len(self.map), COPY_BYTES)
            with Progress(f"writing {path.name}", len(starts), "parts") as progress:
                for start in progress.over(starts):
                    file.write(self.map[start : start + COPY_BYTES])
                    self.release()

    @property
    def precision(self) -> Precision:
        """In which precision the vectors are stored."""
        return "float32" if self.matrix.dtype == np.float32 else "float16"

    @property
    def metadata(self) -> dict[str, str]:
        """What a file with a part of these vectors has as its metadata."""
        figures = {name: repr(value) for name, value in self.figures.items()}
        return {**figures, "format": self.format, "sha256": self.sha256}


def write_vector_file(
    path: Path,
    blocks: Iterable[VectorBlock],
    metadata: Mapping[str, str],
    precision: Precision = "float32",
) -> None:
    """Write vectors that come block by block, in bounded memory.

    Parameters
    ----------
    path
        The file.
    blocks
        The words and their vectors, in order.
    metadata
        The ``format`` and ``sha256`` of the source; figures that are given here are not counted.
    precision
        In which the vectors are stored.

    Raises
    ------
    InputError
        Where a number is beyond the range of the precision.
    """
    figures, code = VectorStatistics(), MATRIX_CODES[precision]
    with path.open("wb") as file, tempfile.TemporaryFile(dir=path.parent) as text:
        file.seek(HEADER_BYTES)
        builder = WordIndexBuilder(text)
        for block in blocks:
            builder.add(block.words)
            figures.add(block.vectors)
            file.write(_rounded(block, DTYPES[code]).data)
        offsets, hashes, rows = builder.finish()
        header = _Header({**figures.as_metadata(), **metadata})
        header.add("vectors", code, figures.shape)
        for name, array in (("hashes", hashes), ("rows", rows), ("offsets", offsets)):
            header.align(file, array.itemsize)
            header.write(file, name, array)
        header.add("words", "U8", (int(offsets[-1]),))
        text.seek(0)
        shutil.copyfileobj(text, file)
        file.seek(0)
        file.write(header.as_bytes())


def _rounded(block: VectorBlock, dtype: str) -> FloatArray:
    with np.errstate(over="ignore"):
        rounded = np.ascontiguousarray(block.vectors, dtype)
    finite = np.isfinite(rounded)
    if not finite.all():
        word = block.words[int(finite.all(axis=1).argmin())].decode("utf-8", "replace")
        raise InputError(
            f"the vector of {word!r} holds a number beyond {np.finfo(dtype).max:.0f}, the largest "
            f"of {np.dtype(dtype).name}; keep float32"
        )
    return rounded


class _Header:
    """The header of a safetensors file: 8 bytes with its length, JSON, and here spaces after it."""

    def __init__(self, metadata: Mapping[str, str]) -> None:
        self.entries: dict[str, Any] = {"__metadata__": dict(metadata)}
        self.end = 0

    def add(self, name: str, code: str, shape: tuple[int, ...]) -> None:
        """Enter the array that is next in the file."""
        start, self.end = self.end, self.end + math.prod(shape) * np.dtype(DTYPES[code]).itemsize
        self.entries[name] = {"dtype": code, "shape": shape, "data_offsets": [start, self.end]}

    def align(self, file: BinaryIO, size: int) -> None:
        """Let the next array start at a multiple of a size: the format allows no holes."""
        if self.end % size:
            padding = np.zeros(size - self.end % size, np.uint8)
            self.write(file, f"padding {self.end}", padding)

    def write(self, file: BinaryIO, name: str, array: Array) -> None:
        """Enter an array and write it."""
        code = CODES[array.dtype.newbyteorder("<")]
        self.add(name, code, array.shape)
        file.write(np.ascontiguousarray(array, DTYPES[code]).data)

    def as_bytes(self) -> bytes:
        content = json.dumps(self.entries).encode("utf-8").ljust(HEADER_BYTES - 8)
        return len(content).to_bytes(8, "little") + content


class VectorStatistics:
    """What the vectors are like: mean and deviation of the numbers, norms of the rows."""

    def __init__(self) -> None:
        self.shape = (0, 0)
        self.total = self.squares = self.norms = self.longest = 0.0
        self.shortest = math.inf

    def add(self, vectors: FloatArray) -> None:
        """Take in a block (n, d)."""
        squares = np.square(vectors, dtype=np.float64).sum(axis=1)
        norms = np.sqrt(squares)
        self.shape = (self.shape[0] + len(vectors), vectors.shape[1])
        self.total += float(vectors.sum(dtype=np.float64))
        self.squares += float(squares.sum())
        self.norms += float(norms.sum())
        self.shortest = min(self.shortest, float(norms.min()))
        self.longest = max(self.longest, float(norms.max()))

    def as_metadata(self) -> dict[str, str]:
        """Return the figures as the header of a file holds them: text, by name."""
        mean = self.total / math.prod(self.shape)
        variance = self.squares / math.prod(self.shape) - mean**2
        deviation = math.sqrt(max(variance, 0.0))
        norm_mean = self.norms / self.shape[0]
        values = (mean, deviation, norm_mean, self.shortest, self.longest)
        return {name: repr(value) for name, value in zip(FIGURES, values, strict=True)}


def open_vector_file(path: Path) -> VectorFile:
    """Map a file of vectors into memory, read-only.

    Raises OSError where it cannot be read, ValueError where it is damaged. Vectors and words
    themselves are not looked at.
    """
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        opened = _interpret(content)
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path.name} has a damaged header: {error!r}") from None
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    opened.release()
    return opened


def _interpret(content: mmap.mmap) -> VectorFile:
    start = 8 + int.from_bytes(content[:8], "little")
    if start > len(content):
        raise ValueError("the file is cut off")
    header = json.loads(content[8:start])
    metadata = header.pop("__metadata__")
    arrays = dict(_arrays(content, start, header))
    index = WordIndex(*(arrays[name] for name in ("words", "offsets", "hashes", "rows")))
    _check_shapes(arrays)
    _check_index(index)
    figures = {name: float(metadata[name]) for name in FIGURES}
    return VectorFile(
        content, arrays["vectors"], index, metadata["format"], metadata["sha256"], figures
    )


def _arrays(content: mmap.mmap, start: int, header: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    """Yield the arrays by name; ValueError where they do not fill the file exactly."""
    position = start
    for name, entry in header.items():
        dtype, count = np.dtype(DTYPES[entry["dtype"]]), math.prod(entry["shape"])
        end = position + count * dtype.itemsize
        is_inside = count >= 0 and end <= len(content)
        if entry["data_offsets"] != [position - start, end - start] or not is_inside:
            raise ValueError(f"{name} is not where it should be")
        yield name, np.frombuffer(content, dtype, count, position).reshape(entry["shape"])
        position = end
    if position != len(content):
        raise ValueError(f"{len(content)} bytes where the header announces {position}")


def _check_shapes(arrays: dict[str, Array]) -> None:
    """Raise ValueError where the arrays of a file do not fit each other."""
    count, dimension = arrays["vectors"].shape
    expected = {
        "vectors": ((count, dimension), MATRIX_CODES.values()),
        "hashes": ((count,), ["U32"]),
        "rows": ((count,), ["I32"]),
        "offsets": ((count + 1,), ["I64"]),
        "words": ((int(arrays["offsets"][-1]),), ["U8"]),
    }
    for name, (shape, codes) in expected.items():
        array = arrays[name]
        if array.shape != shape or CODES[array.dtype] not in codes:
            raise ValueError(f"{name} has shape {array.shape} of {array.dtype}, expected {shape}")


def _check_index(index: WordIndex) -> None:
    """Raise ValueError where a look-up would go astray."""
    offsets, hashes, rows = index.offsets, index.hashes, index.rows
    is_ordered = (offsets[:-1] <= offsets[1:]).all() and (hashes[:-1] <= hashes[1:]).all()
    if not len(index) or not is_ordered or offsets[0] != 0:
        raise ValueError("the index of the words is out of order")
    if rows.min() < 0 or rows.max() >= len(index):
        raise ValueError("the index of the words names rows that do not exist")
