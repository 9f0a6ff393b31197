"""Cutting raw text into sentences and tokens, with exact offsets."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

# A word is letters and digits, with what joins them (U.S., Jean-Luc, 1,000.5, O'Brien); all other
# signs stand alone. A clitic such as the 's of "Oslo's" is a token of its own, as in the corpora of
# the shared tasks. U+2019 is the typographic apostrophe.
CLITIC = r"['\u2019](?:[sdmSDM]|ll|re|ve|LL|RE|VE)\b"
TOKEN = re.compile(
    rf"""
      (?:[^\W\d_]\.){{2,}}
    | {CLITIC}
    | \w+ (?: [-./&@]\w+ | (?<=\d)[,:](?=\d)\w+ | (?!{CLITIC})['\u2019]\w+ )*
    | [^\w\s]
    """,
    re.VERBOSE,
)
WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")  # white space beyond ASCII
HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


def token_offsets(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return start and end of each token of ``text[start:end]``, in characters of ``text``.

    Every character that is not white space belongs to exactly one token.
    """
    return [
        match.span() for match in TOKEN.finditer(text, start, len(text) if end is None else end)
    ]


def sentence_offsets(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence, in characters."""
    from sentencex import get_sentence_boundaries

    # Where a no-break space stands before a full stop, the library panics: it cuts within bytes.
    text = WIDE_SPACE.sub(" ", text)
    try:
        boundaries = get_sentence_boundaries("en", text)
    except UnicodeEncodeError:
        boundaries = get_sentence_boundaries("en", HALF_CHARACTER.sub("\ufffd", text))
    return [
        (boundary["start_index"], boundary["end_index"])
        for boundary in boundaries
        if not boundary["text"].isspace()
    ]


def split_at(offsets: Sequence[tuple[int, int]], borders: Sequence[int]) -> list[tuple[int, int]]:
    """Cut tokens at those of the borders, in ascending order, that lie within them."""
    pieces: list[tuple[int, int]] = []
    for start, end in offsets:
        cuts = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        pieces += pairwise((start, *cuts, end))
    return pieces
