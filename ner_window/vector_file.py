"""The file of converted vectors: a safetensors file that is written as a stream and memory-mapped.

    vectors  F32 (V, d)
    hashes   U32 (V,)       how words find their rows: see ``WordIndex``
    rows     I32 (V,)
    offsets  I64 (V + 1,)
    words    U8 (bytes,)    all words in UTF-8

How many words there are is known at the end only: the header's place is kept free, which the format
allows, and filled in last. Its metadata say where the vectors come from and what they are like.
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
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ner_window.vector_formats import Block
from ner_window.word_index import WordIndex, WordIndexBuilder

Array = NDArray[Any]

HEADER_BYTES = 4096  # a page, so that the vectors start with one
DTYPES = {"F32": "<f4", "U32": "<u4", "I32": "<i4", "I64": "<i8", "U8": "u1"}
CODES = {np.dtype(dtype): code for code, dtype in DTYPES.items()}
COPY_BYTES = 1 << 22


@dataclass(frozen=True)
class VectorFile:
    """An open file of vectors: the memory map, the arrays in it, and what its metadata say."""

    map: mmap.mmap
    matrix: Array
    index: WordIndex
    metadata: Mapping[str, str]

    def release(self) -> None:
        """Let go of the pages that were read; they are read again when they are needed.

        Otherwise each row that is touched would keep the 64 KB around it in memory.
        """
        if hasattr(self.map, "madvise"):  # not on Windows
            self.map.madvise(mmap.MADV_DONTNEED)

    def copy_to(self, path: Path) -> None:
        """Write a copy, from the map: the file may have been deleted since it was opened."""
        with path.open("wb") as file:
            for start in range(0, len(self.map), COPY_BYTES):
                file.write(self.map[start : start + COPY_BYTES])
                self.release()


def write_vector_file(path: Path, blocks: Iterable[Block], metadata: Mapping[str, str]) -> None:
    """Write vectors that come block by block, in bounded memory.

    The metadata that are written are the figures of the vectors, and ``metadata`` on top of them.
    """
    figures = Figures()
    with path.open("wb") as file, tempfile.TemporaryFile(dir=path.parent) as text:
        file.seek(HEADER_BYTES)
        builder = WordIndexBuilder(text)
        for block in blocks:
            builder.add(block.words)
            figures.add(block.vectors)
            file.write(np.ascontiguousarray(block.vectors, "<f4").data)
        offsets, hashes, rows = builder.finish()
        header = _Header({**figures.as_metadata(), **metadata})
        header.add("vectors", "F32", figures.shape)
        for name, array in (("hashes", hashes), ("rows", rows)):
            header.write(file, name, array)
        if header.end % 8:  # the format allows no holes
            header.write(file, "padding", np.zeros(8 - header.end % 8, np.uint8))
        header.write(file, "offsets", offsets)
        header.add("words", "U8", (int(offsets[-1]),))
        text.seek(0)
        shutil.copyfileobj(text, file)
        file.seek(0)
        file.write(header.as_bytes())


class _Header:
    """The header of a safetensors file: 8 bytes with its length, JSON, and here spaces after it."""

    def __init__(self, metadata: Mapping[str, str]) -> None:
        self.entries: dict[str, Any] = {"__metadata__": dict(metadata)}
        self.end = 0

    def add(self, name: str, code: str, shape: tuple[int, ...]) -> None:
        """Enter the array that is next in the file."""
        start, self.end = self.end, self.end + math.prod(shape) * np.dtype(DTYPES[code]).itemsize
        self.entries[name] = {"dtype": code, "shape": shape, "data_offsets": [start, self.end]}

    def write(self, file: BinaryIO, name: str, array: Array) -> None:
        """Enter an array and write it."""
        code = CODES[array.dtype.newbyteorder("<")]
        self.add(name, code, array.shape)
        file.write(np.ascontiguousarray(array, DTYPES[code]).data)

    def as_bytes(self) -> bytes:
        content = json.dumps(self.entries).encode("utf-8").ljust(HEADER_BYTES - 8)
        return len(content).to_bytes(8, "little") + content


class Figures:
    """What the vectors are like: mean and deviation of the numbers, norms of the rows."""

    def __init__(self) -> None:
        self.shape = (0, 0)
        self.total = self.squares = self.norms = self.longest = 0.0
        self.shortest = math.inf

    def add(self, vectors: Array) -> None:
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
        mean = self.total / math.prod(self.shape)
        variance = self.squares / math.prod(self.shape) - mean**2
        figures = {
            "mean": mean,
            "deviation": math.sqrt(max(variance, 0.0)),
            "norm_mean": self.norms / self.shape[0],
            "norm_min": self.shortest,
            "norm_max": self.longest,
        }
        return {name: repr(value) for name, value in figures.items()}


def open_vector_file(path: Path) -> VectorFile:
    """Map a file of vectors into memory, read-only.

    Raises OSError where it cannot be read, ValueError or KeyError where it is damaged.
    """
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(content[:8], "little")
    if start > len(content):
        raise ValueError(f"{path.name} is cut off")
    header = json.loads(content[8:start])
    if not isinstance(header, dict):
        raise ValueError(f"{path.name} has no header")
    metadata = header.pop("__metadata__")
    arrays = dict(_arrays(content, start, header))
    _check_shapes(arrays)
    index = WordIndex(*(arrays[name] for name in ("words", "offsets", "hashes", "rows")))
    float(metadata["deviation"])
    return VectorFile(content, arrays["vectors"], index, metadata)


def _arrays(content: mmap.mmap, start: int, header: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    """Yield the arrays by name; ValueError where they do not fill the file exactly."""
    position = start
    for name, entry in header.items():
        dtype, count = np.dtype(DTYPES[entry["dtype"]]), math.prod(entry["shape"])
        if entry["data_offsets"][0] != position - start:
            raise ValueError(f"{name} is not where it should be")
        yield name, np.frombuffer(content, dtype, count, position).reshape(entry["shape"])
        position += count * dtype.itemsize
    if position != len(content):
        raise ValueError(f"{len(content)} bytes where the header announces {position}")


def _check_shapes(arrays: dict[str, Array]) -> None:
    """Raise ValueError where the arrays of a file do not fit each other."""
    count, dimension = arrays["vectors"].shape
    expected = {
        "vectors": ((count, dimension), "F32"),
        "hashes": ((count,), "U32"),
        "rows": ((count,), "I32"),
        "offsets": ((count + 1,), "I64"),
        "words": ((int(arrays["offsets"][-1]),), "U8"),
    }
    for name, (shape, code) in expected.items():
        array = arrays[name]
        if array.shape != shape or CODES[array.dtype] != code:
            raise ValueError(f"{name} has shape {array.shape} of {array.dtype}, expected {shape}")
