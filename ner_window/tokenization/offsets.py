"""Where tokens are in a text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

Offsets = list[tuple[int, int]]
"""Start and end of each token, in characters of a text."""

LONGEST_SENTENCE = 2000  # tokens; where none ends for so long, one is cut


def split_at(offsets: Offsets, borders: Sequence[int]) -> Offsets:
    """Cut tokens at those of the borders, in ascending order, that lie within them."""
    pieces: Offsets = []
    for start, end in offsets:
        cuts = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        pieces += pairwise((start, *cuts, end))
    return pieces


def bounded(length: int) -> list[int]:
    """Return the lengths of the sentences that one of this length is cut into."""
    whole, rest = divmod(length, LONGEST_SENTENCE)
    return [LONGEST_SENTENCE] * whole + [rest] * (rest > 0)
