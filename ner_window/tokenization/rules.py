"""The cut of a text into tokens by rules, which hold where no corpus says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.piece_cut import PieceCut, register

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


def rule_offsets(text: str, start: int = 0, end: int | None = None) -> Offsets:
    """Return start and end of each token of ``text[start:end]``, in characters of ``text``.

    Every character that is not white space belongs to exactly one token.
    """
    return [
        match.span() for match in TOKEN.finditer(text, start, len(text) if end is None else end)
    ]


@register
class RuleCut(PieceCut):
    """Cuts pieces by the rules, whatever a corpus has."""

    name: ClassVar[str] = "rules"

    def starts(self, piece: str, is_last: bool) -> Sequence[int]:
        return [start for start, _ in rule_offsets(piece)]
