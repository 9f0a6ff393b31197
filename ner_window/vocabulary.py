"""From words to rows: the trainable table of the training words, and the vectors beyond it.

Only words of the training set can move, so the trainable table has one row for each of them, and
two more: *padding*, outside the sentence, and *unknown*. A word that training did not show is read
from the pretrained vectors when it is met; its row is numbered from the end of the table on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ner_window.vectors import WordVectors

Array = NDArray[Any]

PADDING, UNKNOWN = 0, 1
RESERVED = ("<padding>", "<unknown>")
Step = Literal["exact", "lower-case", "digits", "training only", "unknown"]
DIGITS_TO_ZERO = str.maketrans("0123456789", "0" * 10)


def spellings(word: str) -> Iterator[tuple[str, Step]]:
    """Yield the spellings under which a word is looked up, in order, with the name of the step."""
    lower = word.lower()
    yield word, "exact"
    yield lower, "lower-case"
    yield lower.translate(DIGITS_TO_ZERO), "digits"


@dataclass
class Coverage:
    """At which step of the look-up the tokens of a corpus were found."""

    steps: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        total = max(sum(self.steps.values()), 1)
        order: list[Step] = ["exact", "lower-case", "digits", "training only", "unknown"]
        shares = [f"{step} {100 * self.steps[step] / total:.1f}%" for step in order]
        return ", ".join(shares)


@dataclass(frozen=True)
class EncodedWords:
    """Row numbers ``ids`` of some words, and the vector rows ``beyond`` the trainable table.

    An id below the size of the table is a row of it; id ``size + k`` means the k-th entry of
    ``beyond``, a row of the pretrained vectors.
    """

    ids: Array
    beyond: Array
    coverage: Coverage


class Vocabulary:
    """The keys of the trainable table, and how a word finds its row there or in the vectors.

    ``keys`` are the spellings that the rows stand for, in the order of the rows, the two reserved
    ones first. Words of other data are never added.
    """

    def __init__(self, keys: Sequence[str], vectors: WordVectors | None) -> None:
        self.keys = list(keys)
        self.vectors = vectors
        self._row = {key: row for row, key in enumerate(self.keys) if row >= len(RESERVED)}

    @classmethod
    def of_training(cls, words: Iterable[str], vectors: WordVectors | None) -> Vocabulary:
        """Return the vocabulary of the training words, most frequent first.

        A word that the vectors have, in whichever spelling, shares a row with the other words of
        that spelling; those that they lack share a row if they differ in case or digits only, so
        that every date is one word.
        """
        counts: Counter[str] = Counter()
        word_counts = Counter(words)
        index = _vector_index(word_counts, vectors)
        for word, count in word_counts.items():
            counts[_training_key(word, index)] += count
        keys = sorted(counts, key=lambda key: (-counts[key], key))
        return cls([*RESERVED, *keys], vectors)

    def __len__(self) -> int:
        return len(self.keys)

    def vector_rows(self) -> Array:
        """Return the row of the pretrained vectors for each key, -1 where they lack it."""
        if self.vectors is None:
            return np.full(len(self), -1, np.int64)
        return self.vectors.find(self.keys)

    def encode(self, words: Sequence[str]) -> EncodedWords:
        """Return the rows of these words. Each distinct word is looked up once."""
        counts = Counter(words)
        beyond: dict[int, int] = {}
        coverage = Coverage()
        row_of: dict[str, int] = {}
        index = _vector_index(counts, self.vectors)
        for word, count in counts.items():
            row_of[word], step = self._find(word, index, beyond)
            coverage.steps[step] += count
        ids = np.fromiter(map(row_of.__getitem__, words), np.int32, len(words))
        return EncodedWords(ids, np.fromiter(beyond, np.int64, len(beyond)), coverage)

    def step_of(self, word: str) -> Step:
        """Return the step of the look-up at which a word is found."""
        return self._find(word, _vector_index([word], self.vectors), {})[1]

    def _find(self, word: str, index: dict[str, int], beyond: dict[int, int]) -> tuple[int, Step]:
        """Return row and step; a vector row met for the first time is entered in ``beyond``."""
        for spelling, step in spellings(word):
            vector_row = index.get(spelling)
            row = self._row.get(spelling)
            if row is not None:
                return row, "training only" if vector_row is None else step
            if vector_row is not None:
                return len(self) + beyond.setdefault(vector_row, len(beyond)), step
        return UNKNOWN, "unknown"


def _vector_index(words: Iterable[str], vectors: WordVectors | None) -> dict[str, int]:
    """Return the rows of the vectors for all spellings of these words that they have."""
    if vectors is None:
        return {}
    distinct = list(dict.fromkeys(spelling for word in words for spelling, _ in spellings(word)))
    rows = vectors.find(distinct).tolist()
    return {spelling: row for spelling, row in zip(distinct, rows, strict=True) if row >= 0}


def _training_key(word: str, index: dict[str, int]) -> str:
    known = (spelling for spelling, _ in spellings(word) if spelling in index)
    return next(known, word.lower().translate(DIGITS_TO_ZERO))
