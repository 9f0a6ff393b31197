"""Tokens as a text that people read: ``Peru 's`` as ``Peru's``, for pages only.

The spaces between tokens go where punctuation tells so without a doubt; where it may stand either
way, as a hyphen or an apostrophe alone, they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ner_window.tokenization.offsets import Offsets

STICKS_TO_LAST = re.compile(
    r"[.,;:!?)\]}»”…]+|''|n[\u2019']t|[\u2019'](?:s|m|d|re|ve|ll)", re.IGNORECASE
)
STICKS_TO_NEXT = re.compile(r"[(\[{«“¿¡$£#]|``")
QUOTE = '"'  # opens and closes in turn


def as_read(text: str, tokens: Offsets) -> tuple[str, Offsets]:
    """Return tokens of a text with the spaces that people put between them, and their places.

    ``tokens`` are their places in ``text``.
    """
    words = [text[start:end] for start, end in tokens]
    parts: list[str] = []
    places: Offsets = []
    position = 0
    for word, gap in zip(words, _gaps(words), strict=True):
        parts += gap, word
        start = position + len(gap)
        position = start + len(word)
        places.append((start, position))
    return "".join(parts), places


def _gaps(words: Sequence[str]) -> Iterator[str]:
    """Yield what stands before each word: a space, or nothing."""
    last_sticks, has_open_quote = True, False
    for word in words:
        closes = word == QUOTE and has_open_quote
        yield "" if last_sticks or closes or STICKS_TO_LAST.fullmatch(word) else " "
        if word == QUOTE:
            has_open_quote = not has_open_quote
        opens = word == QUOTE and has_open_quote
        last_sticks = opens or STICKS_TO_NEXT.fullmatch(word) is not None
