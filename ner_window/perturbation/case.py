"""Whole sentences in one case, as in headlines, chats and forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from ner_window.corpora.categorical import Strings
from ner_window.corpora.tokens import Tokens
from ner_window.perturbation.perturbation import PERTURBATIONS, Perturbation, ShareOf, register


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


def in_cases(text: Tokens, names: Iterable[str]) -> list[Tokens]:
    """Return a text in each of the cases among some perturbations."""
    asked = [PERTURBATIONS[name] for name in names]
    return [_in_case(text, each) for each in asked if isinstance(each, _Case)]


def _in_case(text: Tokens, case: Perturbation) -> Tokens:
    words = Strings([case.changed(word, 0) for word in text.words.categories], text.words.codes)
    return replace(text, words=words, offsets=None)
