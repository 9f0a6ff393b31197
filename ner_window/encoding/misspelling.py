"""Slips of the keyboard, undone: which known word an unknown one was meant to be.

A word that neither training nor the vectors have is often a known one with two neighboring letters
swapped, a letter doubled, or a letter missing: with a wrong letter these are most of all misspelled
words. Source: Damerau 1964. The first letter is taken as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice

import numpy as np

from ner_window.vectors.word_vectors import WordVectors

FEWEST_LETTERS = 4  # of a word that is taken for a misspelled one: shorter words are too many
IN_WORDS = frozenset("-'.\N{RIGHT SINGLE QUOTATION MARK}")  # beside letters: no number, no address
MOST_WORDS = 50_000  # of a table, that may lack a letter: bounds the memory of that


class Misspellings:
    """What misspelled words were meant to be, among those of a trainable table and of vectors.

    Parameters
    ----------
    row_of
        The row of each word of the table. More frequent words come first.
    vectors
        The pretrained ones, in whose files more frequent words come first; None where there are
        none.
    """

    def __init__(self, row_of: Mapping[str, int], vectors: WordVectors | None) -> None:
        self._row_of, self._vectors = row_of, vectors

    def meant(self, words: Sequence[str]) -> list[str]:
        """Return the known word that each of some unknown ones was meant to be, else itself.

        Of several, it is the first of the table, or else of the vectors; where a letter is missing,
        it is one of the table alone.
        """
        meant, candidates, of_word = list(words), list[str](), list[int]()
        for number, word in enumerate(words):
            spellings = _spellings(word)
            undone = [each for spelling in spellings for each in _undone(spelling)]
            if (found := self._in_table(spellings, undone)) is not None:
                meant[number] = found
            else:
                candidates += undone
                of_word += [number] * len(undone)
        if self._vectors is not None and candidates:
            rows = self._vectors.find(candidates)
            known = np.flatnonzero(rows >= 0)
            for place in known[np.argsort(-rows[known])].tolist():  # the first one in the end
                meant[of_word[place]] = candidates[place]
        return meant

    def _in_table(self, spellings: Sequence[str], undone: Sequence[str]) -> str | None:
        known = [each for each in undone if each in self._row_of]
        known += [self._by_lacking[each] for each in spellings if each in self._by_lacking]
        return min(known, key=self._row_of.__getitem__, default=None)

    @cached_property
    def _by_lacking(self) -> dict[str, str]:
        """The first word of the table that is such where it lacks one of its letters."""
        words: dict[str, str] = {}
        for word in islice(self._row_of, MOST_WORDS):
            for place in range(1, len(word)) if _letters(word) > FEWEST_LETTERS else ():
                if word[place].isalpha():
                    words.setdefault(word[:place] + word[place + 1 :], word)
        return words


def _letters(word: str) -> int:
    """Return how many letters a word has, 0 where there are signs in it that are in no word."""
    if word.isalpha():
        return len(word)
    letters = sum(map(str.isalpha, word))
    return letters if len(word) - letters == sum(map(word.count, IN_WORDS)) else 0


def _spellings(word: str) -> list[str]:
    """Return how a word is looked for that can be a misspelled one."""
    return list({word: 0, word.lower(): 0}) if _letters(word) >= FEWEST_LETTERS else []


def _undone(word: str) -> list[str]:
    """Return what a word can have been before two letters were swapped, or one was doubled."""
    places = [
        place
        for place in range(len(word) - 1)
        if word[place].isalpha() and word[place + 1].isalpha()
    ]
    swapped = [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in places
        if place and word[place] != word[place + 1]
    ]
    doubled = [
        word[:place] + word[place + 1 :] for place in places if word[place] == word[place + 1]
    ]
    return swapped + doubled
