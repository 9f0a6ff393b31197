"""The lines of a file as bytes, whatever encoding they are in."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.errors import InputError

MARKS = {  # of encodings that Python reads with a byte-order mark
    "utf-8": {codecs.BOM_UTF8: "utf-8"},
    "utf-16": {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"},
    "utf-32": {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"},
}


@dataclass(frozen=True)
class RawLines:
    """The bytes of a file: ``content``, of which line i, from 0, ends at ``ends[i]``.

    A line holds its line feed; the last one may lack it. ``mark`` is the byte-order mark, which is
    no part of the content.
    """

    mark: bytes
    content: bytes
    ends: IntArray

    @classmethod
    def read(cls, path: Path, encoding: str, sha256: str) -> RawLines:
        """Read a file, which was read before.

        Raises InputError where its hash is not ``sha256`` any more.
        """
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise InputError(f"{path.absolute()} changed while it was read; try again")
        return cls.of(content, encoding)

    @classmethod
    def of(cls, content: bytes, encoding: str) -> RawLines:
        """Cut bytes after each line feed."""
        name = codecs.lookup(encoding).name.removesuffix("-sig")
        marks = MARKS.get(name, {})
        mark = next((mark for mark in marks if content.startswith(mark)), b"")
        line_feed = "\n".encode(marks.get(mark, name))
        if name in ("utf-16", "utf-32") and not mark:  # after a mark, in the order of the machine
            line_feed = line_feed[len(line_feed) // 2 :]
        content = content[len(mark) :]
        unit = f"u{len(line_feed)}"
        units = np.frombuffer(content, unit, len(content) // len(line_feed))
        ends = len(line_feed) * (np.flatnonzero(units == np.frombuffer(line_feed, unit)) + 1)
        if len(content) > (ends[-1] if len(ends) else 0):
            ends = np.append(ends, len(content))
        return cls(mark, content, ends)

    def __len__(self) -> int:
        return len(self.ends)

    def blocks(self, is_wanted: BoolArray) -> Iterator[bytes]:
        """Yield the bytes of a file of the lines that are wanted, (lines,), in their order."""
        yield self.mark
        borders = np.flatnonzero(np.diff(is_wanted.astype(np.int8), prepend=0, append=0))
        for first, after in borders.reshape(-1, 2).tolist():  # of each run of lines
            start = int(self.ends[first - 1]) if first else 0
            yield self.content[start : int(self.ends[after - 1])]
