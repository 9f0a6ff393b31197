"""Arrays that may be larger than memory.

What has an entry for each token of a corpus is kept here: small arrays in memory, large ones in
files without a name that are mapped, and gone with the process. They lie in the folder for
temporary files (``TMPDIR``).
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import DTypeLike

from ner_window.arrays import Array

MOST_BYTES_IN_MEMORY = 1 << 25
CHUNK = 1 << 20

_limits = ContextVar("limits", default=(MOST_BYTES_IN_MEMORY, CHUNK))


@contextmanager
def limits(most_bytes: int = MOST_BYTES_IN_MEMORY, chunk: int = CHUNK) -> Iterator[None]:
    """Keep arrays of more than ``most_bytes`` in files, and work on ``chunk`` entries at a time.

    This holds within the ``with`` block.
    """
    before = _limits.set((most_bytes, chunk))
    try:
        yield
    finally:
        _limits.reset(before)


def chunks(length: int) -> Iterator[slice]:
    """Yield slices that cover ``length`` entries, so that work on them needs little memory."""
    _, size = _limits.get()
    for start in range(0, length, size):
        yield slice(start, min(start + size, length))


def empty(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """Return an array whose content is not defined.

    Raises OSError where it is large and the disk is full.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    most_bytes, _ = _limits.get()
    if size <= most_bytes:
        return np.empty(shape, dtype)
    with tempfile.TemporaryFile() as file:
        _reserve(cast(BinaryIO, file), size)
        return np.memmap(file, dtype, "r+", shape=shape).view(np.ndarray)


def _reserve(file: BinaryIO, size: int) -> None:
    """Make a file this long. A hole that finds no room when it is written would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
    else:
        file.truncate(size)


def arange(length: int) -> Array:
    """Return 0, 1, ..., ``length`` - 1, int64."""
    numbers = empty((length,), np.int64)
    for chunk in chunks(length):
        numbers[chunk] = np.arange(chunk.start, chunk.stop)
    return numbers


class GrowingArray:
    """An array of numbers that grows at its end. Raises OSError where the disk is full."""

    def __init__(self, dtype: DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self._most_bytes, self._chunk = _limits.get()
        self._pending: list[int] = []
        self._parts: list[Array] = []
        self._file: BinaryIO | None = None
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def extend(self, numbers: Iterable[int]) -> None:
        """Add numbers at the end."""
        before = len(self._pending)
        self._pending.extend(numbers)
        self._length += len(self._pending) - before
        if len(self._pending) >= self._chunk:
            self._flush()

    def _flush(self) -> None:
        self._parts.append(np.array(self._pending, self.dtype))
        self._pending = []
        if self._file is None and self._length * self.dtype.itemsize > self._most_bytes:
            self._file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 (lives on)
        if self._file is not None:
            for part in self._parts:
                self._file.write(part.data)
            self._parts = []

    def finished(self) -> Array:
        """Return the array; nothing can be added after that."""
        self._flush()
        if self._file is None:
            return np.concatenate(self._parts)
        self._file.flush()
        with self._file as file:
            return np.memmap(file, self.dtype, "r").view(np.ndarray)
