"""Slips of the keyboard: one letter of a word is wrong.

The first letter stays: it is rarely the wrong one. Most misspelled words are one swapped, missing,
additional or wrong letter away from the right one. Source: Damerau 1964; Pollock and Zamora 1984.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from ner_window.perturbation.perturbation import Perturbation, ShareOf, register


class _Letters(Perturbation):
    share_of: ClassVar[ShareOf] = ShareOf.WORDS
    evaluated_at: ClassVar[float] = 0.1

    def changed(self, word: str, draw: float) -> str:
        places = [place for place in range(1, len(word)) if self.is_place(word, place)]
        return self.changed_at(word, places[int(draw * len(places))]) if places else word

    def is_place(self, word: str, place: int) -> bool:
        """Tell whether it can happen to the character at a place, which is not the first."""
        return word[place].isalpha()

    @abstractmethod
    def changed_at(self, word: str, place: int) -> str:
        """Return a word with the slip at a place."""


@register
class Swapped(_Letters):
    """Two neighboring letters of a word in the wrong order."""

    name: ClassVar[str] = "swapped"
    title: ClassVar[str] = "two letters swapped"

    def is_place(self, word: str, place: int) -> bool:
        left, right = word[place], word[place + 1 : place + 2]
        return left.isalpha() and right.isalpha() and left != right

    def changed_at(self, word: str, place: int) -> str:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


@register
class Dropped(_Letters):
    """A letter of a word is missing."""

    name: ClassVar[str] = "dropped"
    title: ClassVar[str] = "a letter dropped"

    def changed_at(self, word: str, place: int) -> str:
        return word[:place] + word[place + 1 :]


@register
class Doubled(_Letters):
    """A letter of a word stands there twice."""

    name: ClassVar[str] = "doubled"
    title: ClassVar[str] = "a letter doubled"

    def changed_at(self, word: str, place: int) -> str:
        return word[:place] + word[place] + word[place:]
