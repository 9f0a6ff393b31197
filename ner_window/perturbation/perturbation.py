"""What a perturbation is, and the registry of those that there are.

To add one, write a class like :class:`~ner_window.perturbation.case.Lower` and enter it with
:func:`register`; its rate in training is a setting of the same name in ``config.AugmentSettings``.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from enum import Enum
from typing import ClassVar, TypeVar

FEWEST_LETTERS = 4


class ShareOf(Enum):
    """What a rate is a share of, in the order in which a text is perturbed.

    A word, a sentence or a mark is perturbed in one way at most.
    """

    WORDS = f"words of {FEWEST_LETTERS} letters or more"
    SENTENCES = "sentences"
    MARKS = "punctuation marks outside of entities"

    def counts(self, word: str) -> bool:
        """Tell whether a token of this word is one of those that a rate is a share of."""
        if self is ShareOf.WORDS:
            return sum(map(str.isalpha, word)) >= FEWEST_LETTERS
        if self is ShareOf.MARKS:
            return all(map(_is_mark, word))
        return True


def _is_mark(character: str) -> bool:
    # Unicode counts the grave accent, of which CoNLL files make quotes, among the symbols.
    return character == "`" or unicodedata.category(character)[0] == "P"


class Perturbation(ABC):
    """A way in which text differs from what a model is used to.

    ``name`` is that of its setting, ``title`` how tables call it; ``evaluated_at`` is the rate at
    which a model is evaluated.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    share_of: ClassVar[ShareOf]
    evaluated_at: ClassVar[float]

    @abstractmethod
    def changed(self, word: str, draw: float) -> str:
        """Return what becomes of a token that is perturbed, "" where it is lost.

        ``draw``, from 0 to less than 1, decides where there is a choice.
        """


PERTURBATIONS: dict[str, Perturbation] = {}
"""The perturbations, by name."""

PerturbationT = TypeVar("PerturbationT", bound=Perturbation)


def register(perturbation: type[PerturbationT]) -> type[PerturbationT]:
    """Enter a class of perturbations."""
    PERTURBATIONS[perturbation.name] = perturbation()
    return perturbation
