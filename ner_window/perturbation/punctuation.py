"""Punctuation marks that are missing, or other ones."""

from __future__ import annotations

from typing import ClassVar

from ner_window.perturbation.perturbation import Perturbation, ShareOf, register

KINDS_OF_MARKS = (
    (".", "!", "?", "...", "…"),
    (",", ";", ":"),
    ("-", "--", "\N{EN DASH}", "\N{EM DASH}"),
    ('"', "``", "''", "“", "”", "„", "«", "»"),
    ("'", "`", "\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"),
    ("(", "[", "{"),
    (")", "]", "}"),
)
"""Tokens that stand for each other: another one of its kind is what a mark is changed to."""

KIND_OF = {mark: kind for kind in KINDS_OF_MARKS for mark in kind}


class _Punctuation(Perturbation):
    share_of: ClassVar[ShareOf] = ShareOf.MARKS
    evaluated_at: ClassVar[float] = 1.0


@register
class LostPunctuation(_Punctuation):
    """Marks are not there; a sentence of nothing but marks keeps its first one."""

    name: ClassVar[str] = "lost_punctuation"
    title: ClassVar[str] = "punctuation lost"

    def changed(self, word: str, draw: float) -> str:
        return ""


@register
class ChangedPunctuation(_Punctuation):
    """Marks are others of their kind, such as typographic quotes, or a dash for a hyphen."""

    name: ClassVar[str] = "changed_punctuation"
    title: ClassVar[str] = "punctuation changed"

    def changed(self, word: str, draw: float) -> str:
        others = [mark for mark in KIND_OF.get(word, ()) if mark != word]
        return others[int(draw * len(others))] if others else word
