"""Tokens as the text that they may have been cut from: ``Peru 's`` as ``Peru's``.

The spaces between tokens go where punctuation tells so without a doubt; where it may stand either
way, as a hyphen or an apostrophe alone, they stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import regex

from ner_window.tokenization.offsets import Offsets

STICKS_TO_LAST = re.compile(
    r"[.,;:!?)\]}%»”…]+|''|n[\u2019']t|[\u2019'](?:s|m|d|re|ve|ll)", re.IGNORECASE
)
# Opening signs, and the articles and pronouns of French, Italian and Catalan that lose a vowel.
STICKS_TO_NEXT = re.compile(
    r"[(\[{«“¿¡$£#]|``|"
    r"(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu|(?:d[ae]|ne|su|co|que)?ll|all|une?|quest)[\u2019']",
    re.IGNORECASE,
)
# Scripts that set no spaces between words, and their punctuation.
UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\u3001-\u303f\uff01-\uff5e]"
)
QUOTE = '"'  # opens and closes in turn


def rebuilt(tokens: Sequence[str], has_space: Iterable[bool] | None = None) -> tuple[str, Offsets]:
    """Return the text of a sentence, and where its tokens are in it.

    ``has_space`` tells of each token, but for the first, whether space is before it, if one knows.
    Quotes that are straight open and close in turn; an opening one stands at its next token.
    """
    parts: list[str] = []
    offsets: Offsets = []
    position = 0
    gaps = _gaps(tokens) if has_space is None else _known_gaps(has_space)
    for token, gap in zip(tokens, gaps, strict=True):
        parts += gap, token
        start = position + len(gap)
        position = start + len(token)
        offsets.append((start, position))
    return "".join(parts), offsets


def _known_gaps(has_space: Iterable[bool]) -> Iterator[str]:
    for number, is_apart in enumerate(has_space):
        yield " " if number and is_apart else ""


def _gaps(tokens: Sequence[str]) -> Iterator[str]:
    """Yield what stands before each token: a space, or nothing."""
    last_sticks, has_open_quote, last = True, False, ""
    for token in tokens:
        closes = token == QUOTE and has_open_quote
        sticks = last_sticks or closes or STICKS_TO_LAST.fullmatch(token)
        yield "" if sticks or _is_unspaced(last, token) else " "
        last = token
        if token == QUOTE:
            has_open_quote = not has_open_quote
        opens = token == QUOTE and has_open_quote
        last_sticks = opens or STICKS_TO_NEXT.fullmatch(token) is not None


def _is_unspaced(left: str, right: str) -> bool:
    """Tell whether two tokens are of scripts that set no space between them."""
    if left.isascii() or right.isascii():
        return False
    return UNSPACED.match(left[-1]) is not None and UNSPACED.match(right[0]) is not None
