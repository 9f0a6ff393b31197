"""Places in a text as other languages count them: in units of UTF-16, or in bytes of UTF-8.

Python counts characters (code points). JavaScript, Java and C# count units of UTF-16, of which a
character beyond U+FFFF, such as most emoji, takes two; Go, Rust and C count bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from enum import StrEnum

import numpy as np

from ner_window.errors import InputError
from ner_window.tokenization.offsets import Offsets


class OffsetUnit(StrEnum):
    """What offsets count."""

    CHARACTERS = "characters"
    UTF_16 = "utf-16"
    BYTES = "bytes"

    @classmethod
    def named(cls, name: str) -> OffsetUnit:
        """Return the unit of a name. Raises InputError where there is none."""
        if name not in list(cls):
            raise InputError(f"offsets can be counted in {', '.join(cls)}, and not in {name!r}")
        return cls(name)


WIDER_FROM = {
    OffsetUnit.CHARACTERS: (),
    OffsetUnit.UTF_16: (0x10000,),
    OffsetUnit.BYTES: (0x80, 0x800, 0x10000),
}
"""The code points from which on a character takes one unit more."""


def counted(offsets: Offsets, text: str, unit: OffsetUnit) -> Offsets:
    """Return start and end of stretches of a text in another unit, given those in characters.

    It takes time linear in the text, and none where its characters take a unit each.
    """
    if not offsets or unit == OffsetUnit.CHARACTERS or text.isascii():
        return offsets
    places = np.concatenate(([0], np.cumsum(_widths(text, unit))))
    starts, ends = places[np.array(offsets).T].tolist()
    return list(zip(starts, ends, strict=True))


def length(text: str, unit: OffsetUnit) -> int:
    """Return how many units a text takes."""
    return len(text) if text.isascii() else int(_widths(text, unit).sum())


def _widths(text: str, unit: OffsetUnit) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    widths = np.ones(len(points), np.int64)
    for point in WIDER_FROM[unit]:
        widths += points >= point
    return widths


class RunningCount:
    """Counts in a ``unit`` the places of a text that comes in blocks, from the first to the last.

    No place is asked for that is more than ``reach`` characters before the last block.
    """

    def __init__(self, unit: OffsetUnit, reach: int) -> None:
        self.unit, self.reach = unit, reach
        self._blocks: deque[tuple[int, str]] = deque()
        self._read = self._place = self._units = 0

    def over(self, blocks: Iterable[str]) -> Iterator[str]:
        """Yield the blocks, and keep what is still to be counted of them."""
        for block in blocks:
            self.at(max(self._place, self._read - self.reach))
            self._blocks.append((self._read, block))
            self._read += len(block)
            yield block

    def at(self, place: int) -> int:
        """Return how many units are before a character, which is not before the last one asked."""
        while self._place < place:
            first, block = self._blocks[0]
            end = min(place, first + len(block))
            self._units += length(block[self._place - first : end - first], self.unit)
            self._place = end
            if end == first + len(block):
                self._blocks.popleft()
        return self._units
