"""Whole sentences in one case, as in headlines, chats and forms."""

from __future__ import annotations

from typing import ClassVar

from ner_window.perturbation.perturbation import Perturbation, ShareOf, register


class _Case(Perturbation):
    share_of: ClassVar[ShareOf] = ShareOf.SENTENCES
    evaluated_at: ClassVar[float] = 1.0


@register
class Lower(_Case):
    """All letters small."""

    name: ClassVar[str] = "lower"
    title: ClassVar[str] = "lower case"

    def changed(self, word: str, draw: float) -> str:
        return word.lower()


@register
class Upper(_Case):
    """All letters capitals."""

    name: ClassVar[str] = "upper"
    title: ClassVar[str] = "upper case"

    def changed(self, word: str, draw: float) -> str:
        return word.upper()


@register
class Title(_Case):
    """Every word capitalized, the rest of it small."""

    name: ClassVar[str] = "title"
    title: ClassVar[str] = "every word capitalized"

    def changed(self, word: str, draw: float) -> str:
        return word.capitalize()
