"""One form for texts that read the same: what they are cut in, and words are looked up in.

Letters are composed (NFC, Unicode Standard Annex 15), typographic quotes are straight, and what is
not seen is gone: soft hyphens, zero-width characters, marks of direction and others that show
nothing. What joins the signs of an emoji stays, as do variation selectors.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from ner_window.tokenization.offsets import Offsets

STRAIGHT_QUOTES = dict.fromkeys("\u2018\u2019\u201a\u201b", "'") | dict.fromkeys(
    "\u201c\u201d\u201e\u201f", '"'
)

# Soft hyphen, mark of Arabic direction, Mongolian vowel separator, zero-width space and non-joiner,
# marks of direction, embeddings and overrides, word joiner, operators of formulas, isolates, format
# characters that are out of use, byte order mark, annotations between lines.
UNSEEN = (
    "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
)
JOINER = "\u200d"
DROPPED = re.compile(f"[{UNSEEN}{JOINER}]+")
TO_CHANGE = re.compile(f"[\u2018-\u201f{UNSEEN}]")

# The mark U+0338 makes another sign of an arrow, which is no emoji.
EMOJI = rf"\p{{Extended_Pictographic}}(?![\p{{M}}{UNSEEN}{JOINER}]*\u0338)"
JOINER_OF_EMOJI = (
    rf"{JOINER}(?<=\p{{Extended_Pictographic}}[\ufe0e\ufe0f\p{{Emoji_Modifier}}{UNSEEN}]*{JOINER})"
    rf"(?=[{UNSEEN}]*+{EMOJI})"
)
STRAY_JOINER = regex.compile(rf"(?!{JOINER_OF_EMOJI}){JOINER}")
MARK = r"\p{M}\u1160-\u11ff"  # may be one character with what is before; vowels of Hangul too
FOLLOWED_BY_MARK = rf"[{UNSEEN}{JOINER}]*+[{MARK}]"
SPACE = r"\s\x1c-\x1f"

# Stretches that become characters of their own: bases without marks, a base with its marks. What
# none of them holds is dropped.
STRETCH = regex.compile(
    rf"""
      (?P<bases> [^{MARK}{UNSEEN}{JOINER}]+ (?! {FOLLOWED_BY_MARK} ) )
    | [{SPACE}]
    | (?: [^{SPACE}{UNSEEN}{JOINER}] | {JOINER_OF_EMOJI} ) (?: {FOLLOWED_BY_MARK} )*+
    """,
    regex.VERBOSE,
)


@dataclass(frozen=True)
class NormalizedText:
    """The normalized form ``text`` of a text, and the way back to the text as given.

    ``starts`` and ``ends`` say of each character of ``text`` where what it came from starts and
    ends in the given text; None where both have their characters at the same places.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    @classmethod
    def of(cls, given: str) -> NormalizedText:
        """Normalize a text, in linear time; one that is in this form already is not copied."""
        if is_normalized(given):
            return cls(given)
        straight = given
        for quote, straight_quote in STRAIGHT_QUOTES.items():
            straight = straight.replace(quote, straight_quote)
        if is_normalized(straight):
            return cls(straight)
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end, part in _composed_stretches(straight):
            parts.append(part)
            if part == straight[start:end]:
                starts.extend(range(start, end))
                ends.extend(range(start + 1, end + 1))
            else:
                starts.extend([start] * len(part))
                ends.extend([end] * len(part))
        return cls("".join(parts), starts, ends)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]``, which is not empty, is in the given text.

        A base and its marks are not parted. Unseen characters at the edges are left out.
        """
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def originals(self, tokens: Offsets, after: int = 0) -> Offsets:
        """Return where tokens of ``text`` are in the given text, from the place ``after`` on.

        What a token has of the characters of the one before, such as marks, is part of that one.
        """
        if self.starts is None:
            return tokens
        places: Offsets = []
        for token in tokens:
            start, end = self.original(*token)
            start = max(start, after)
            if start < end:
                places.append((start, end))
                after = end
        return places

    def places_of(self, tokens: Offsets) -> Offsets:
        """Return where tokens of the given text are in ``text``; one that is not seen is not."""
        if self.starts is None or self.ends is None:
            return tokens
        places = [
            (bisect_left(self.starts, start), bisect_right(self.ends, end)) for start, end in tokens
        ]
        return [(start, end) for start, end in places if start < end]


def is_normalized(text: str) -> bool:
    """Whether a text is in the form that :class:`NormalizedText` gives it."""
    return text.isascii() or (
        not TO_CHANGE.search(text)
        and unicodedata.is_normalized("NFC", text)
        and not (JOINER in text and STRAY_JOINER.search(text))
    )


def normalized_word(word: str) -> str:
    """Return the normalized form of a token, or itself where nothing would be left."""
    return word if is_normalized(word) else NormalizedText.of(word).text or word


def _composed_stretches(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start and end of what stays of a text, and what it becomes."""
    for match in STRETCH.finditer(text):
        start, end = match.span()
        bases, stretch = match["bases"], match.group()
        if bases is None:
            seen = DROPPED.sub("", stretch) or stretch  # a joiner alone is one of emoji
            yield start, end, unicodedata.normalize("NFC", seen)
        elif unicodedata.is_normalized("NFC", bases):
            yield start, end, bases
        else:
            for place, base in enumerate(bases, start):
                yield place, place + 1, unicodedata.normalize("NFC", base)
