"""Tokens as the text that they may have been cut from: ``Peru 's`` as ``Peru's``.

The spaces between tokens go where punctuation tells so without a doubt; where it may stand either
way, as a hyphen or an apostrophe alone, they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ner_window.tokenization.offsets import Offsets

STICKS_TO_LAST = re.compile(
    r"[.,;:!?)\]}%»”…]+|''|n[\u2019']t|[\u2019'](?:s|m|d|re|ve|ll)", re.IGNORECASE
)
STICKS_TO_NEXT = re.compile(r"[(\[{«“¿¡$£#]|``")
QUOTE = '"'  # opens and closes in turn


def rebuilt(tokens: Sequence[str]) -> tuple[str, Offsets]:
    """Return the text of a sentence, and where its tokens are in it.

    Quotes that are straight open and close in turn; an opening one stands at its next token.
    """
    parts: list[str] = []
    offsets: Offsets = []
    position = 0
    for token, gap in zip(tokens, _gaps(tokens), strict=True):
        parts += gap, token
        start = position + len(gap)
        position = start + len(token)
        offsets.append((start, position))
    return "".join(parts), offsets


def _gaps(tokens: Sequence[str]) -> Iterator[str]:
    """Yield what stands before each token: a space, or nothing."""
    last_sticks, has_open_quote = True, False
    for token in tokens:
        closes = token == QUOTE and has_open_quote
        yield "" if last_sticks or closes or STICKS_TO_LAST.fullmatch(token) else " "
        if token == QUOTE:
            has_open_quote = not has_open_quote
        opens = token == QUOTE and has_open_quote
        last_sticks = opens or STICKS_TO_NEXT.fullmatch(token) is not None
