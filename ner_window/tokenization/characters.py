"""Each character a token, for languages that set no blanks between words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import regex

from ner_window.tokenization.piece_cut import PieceCut, register

CHARACTER = regex.compile(r"\X")


@register
class CharacterCut(PieceCut):
    r"""Cuts at each border of grapheme clusters: a base, and the marks that belong to it.

    Source: Unicode Standard Annex 29, section 3.
    """

    name: ClassVar[str] = "characters"

    def __str__(self) -> str:
        return "one a character"

    def starts(self, piece: str, is_last: bool) -> Sequence[int]:
        return [match.start() for match in CHARACTER.finditer(piece)]
