"""The cut of a text into tokens by rules, which hold where no corpus says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import regex

from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.piece_cut import PieceCut, register

LONGEST_KNOWN, MOST_KNOWN = 100, 50_000  # characters of a piece whose cut is kept, and how many

# A word is letters, with their marks, and digits, with what joins them (U.S., Jean-Luc, 1,000.5,
# O'Brien); all other signs, each with its marks or as one emoji, stand alone. A clitic such as the
# 's of "Oslo's" is a token of its own, as in the corpora of the shared tasks. U+2019 is the
# typographic apostrophe.
#
# Beyond ASCII, what joins letters or digits is as in Unicode Standard Annex 29, section 4.1: the
# middle dot of Catalan (rules WB6 and WB7), the gershayim and the geresh of Hebrew, typed as quotes
# too (WB7a to WB7c), the separators of Arabic numbers (WB11 and WB12).
WORD = r"[\w\p{N}\p{WB=ALetter}\p{WB=Numeric}\p{GCB=Extend}]++"
LETTER = r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}]"
NUMBER, EITHER = r"\p{WB=Numeric}", r"\p{WB=MidNumLet}"  # between letters or numbers
HEBREW = r"\p{WB=Hebrew_Letter}"
BEYOND_ASCII = r"(?![\x00-\x7f])"
CLITIC = r"['\u2019](?:[sdmSDM]|ll|re|ve|LL|RE|VE)\b"
TOKEN = regex.compile(
    rf"""
      (?: \p{{L}}\p{{M}}*+\. ){{2,}}
    | {CLITIC}
    | {WORD}
      (?: [-./&@]{WORD}
        | (?<=\d)[,:](?=\d){WORD}
        | (?!{CLITIC})['\u2019]{WORD}
        | {BEYOND_ASCII} (?<={LETTER}\p{{M}}*)[\p{{WB=MidLetter}}{EITHER}](?={LETTER}){WORD}
        | {BEYOND_ASCII} (?<={NUMBER}\p{{M}}*)[\p{{WB=MidNum}}{EITHER}](?={NUMBER}){WORD}
        | (?<={HEBREW}\p{{M}}*)"(?={HEBREW}){WORD}
      )*
      (?: (?<={HEBREW}\p{{M}}*)' )?
    | (?![\s\x1c-\x1f])\X
    """,
    regex.VERBOSE,
)


def rule_offsets(text: str, start: int = 0, end: int | None = None) -> Offsets:
    """Return start and end of each token of ``text[start:end]``, in characters of ``text``.

    Every character that is not white space belongs to exactly one token.
    """
    return [
        match.span() for match in TOKEN.finditer(text, start, len(text) if end is None else end)
    ]


def rule_starts(piece: str) -> Sequence[int]:
    """Return where tokens start in a piece, the first at 0."""
    return _known_starts(piece) if len(piece) <= LONGEST_KNOWN else _starts(piece)


def _starts(piece: str) -> Sequence[int]:
    return tuple(match.start() for match in TOKEN.finditer(piece))


_known_starts = lru_cache(MOST_KNOWN)(_starts)


@register
class RuleCut(PieceCut):
    """Cuts pieces by the rules, whatever a corpus has."""

    name: ClassVar[str] = "rules"

    def __str__(self) -> str:
        return "by rules"

    def starts(self, piece: str, is_last: bool) -> Sequence[int]:
        return rule_starts(piece)
