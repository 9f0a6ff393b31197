"""From words to rows: the trainable table of the training words, and the vectors beyond it.

Only words of the training set can move, so the trainable table has one row for each of them, and
two more: *padding*, outside the sentence, and *unknown*. A word that training did not show is read
from the pretrained vectors when it is met; its row is numbered from the end of the table on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import eq
from typing import Literal, NamedTuple, get_args

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Categorical, Strings
from ner_window.encoding.misspelling import Misspellings
from ner_window.tokenization.normalization import normalized_word
from ner_window.vectors.word_vectors import WordVectors

PADDING, UNKNOWN = 0, 1
RESERVED = ("<padding>", "<unknown>")
LookupStep = Literal[
    "exact", "normalized", "lower-case", "digits", "misspelled", "training only", "unknown"
]
STEPS: tuple[LookupStep, ...] = get_args(LookupStep)
DIGITS_TO_ZERO = str.maketrans("0123456789", "0" * 10)


class Spelled(NamedTuple):
    """A step of the look-up of some words: the spellings ``of`` those with some numbers."""

    step: LookupStep
    of: Callable[[Iterable[int]], list[str]]


def spelled(words: Sequence[str]) -> list[Spelled]:
    """Return how words are spelled at each step of their look-up, in order.

    Words that read the same are looked up alike, in their normalized form. Only one whose form is
    found at no step is looked up as it is written: some vectors keep what is not seen.
    """
    forms = list(map(normalized_word, words))
    as_written = [Spelled("exact", _each(words, str)), *_less_exact(words)]
    if forms == list(words):
        return as_written
    return [Spelled("normalized", _each(forms, str)), *_less_exact(forms), *as_written]


def _less_exact(words: Sequence[str]) -> list[Spelled]:
    return [
        Spelled("lower-case", _each(words, str.lower)),
        Spelled("digits", _each(words, without_digits)),
    ]


def _each(
    words: Sequence[str], spell: Callable[[str], str]
) -> Callable[[Iterable[int]], list[str]]:
    return lambda numbers: [spell(words[number]) for number in numbers]


def without_digits(word: str) -> str:
    """Return a word in lower case, with 0 for each digit."""
    return word.lower().translate(DIGITS_TO_ZERO)


def spellings_found(words: Sequence[str], vectors: WordVectors | None) -> list[str]:
    """Return the first spelling of each word that the vectors have.

    Where they have none, it is that of its normalized form without digits.
    """
    found = [without_digits(normalized_word(word)) for word in words]
    missing = list(range(len(words)))
    for _, of in spelled(words):
        spellings = of(missing)
        rows = _find(vectors, spellings).tolist()
        for number, spelling, row in zip(missing, spellings, rows, strict=True):
            if row >= 0:
                found[number] = spelling
        missing = [number for number, row in zip(missing, rows, strict=True) if row < 0]
    return found


@dataclass(frozen=True)
class Coverage:
    """How many tokens of a corpus were found at which step of the look-up."""

    tokens: dict[LookupStep, int]

    def __str__(self) -> str:
        total = max(sum(self.tokens.values()), 1)
        return ", ".join(f"{step} {100 * n / total:.1f}%" for step, n in self.tokens.items())


@dataclass(frozen=True)
class EncodedWords:
    """Row numbers ``ids`` of some words, and the vector rows that the trainable table lacks.

    An id below the size of the table is a row of it; id ``size + k`` means the k-th entry of
    ``rows_out_of_table``, a row of the pretrained vectors.
    """

    ids: Categorical[IntArray]
    rows_out_of_table: IntArray
    coverage: Coverage


class Vocabulary:
    """The keys of the trainable table, and how a word finds its row there or in the vectors.

    ``keys`` are the spellings that the rows stand for, in the order of the rows, the two reserved
    ones first. Words of other data are never added. With ``undoes_misspelling``, the look-up ends
    with what a word was meant to be.
    """

    def __init__(
        self, keys: Sequence[str], vectors: WordVectors | None, undoes_misspelling: bool = False
    ) -> None:
        self.keys = list(keys)
        self.vectors = vectors
        self.undoes_misspelling = undoes_misspelling
        self._row = {key: row for row, key in enumerate(self.keys) if row >= len(RESERVED)}
        self._misspellings = Misspellings(self._row, vectors)

    @classmethod
    def of_training(
        cls,
        words: Strings,
        vectors: WordVectors | None,
        *variants: Strings,
        undoes_misspelling: bool = False,
    ) -> Vocabulary:
        """Return the vocabulary of the training words, most frequent first.

        A word that the vectors have, in whichever spelling, shares a row with the other words of
        that spelling; those that they lack share a row if they differ in case or digits only, so
        that every date is one word.

        Parameters
        ----------
        words
            Those of the training data.
        vectors
            The pretrained ones, None where there are none.
        variants
            The same words as training shows them besides, in other cases.
        undoes_misspelling
            As above.
        """
        counts: Counter[str] = Counter()
        for column in (words, *variants):
            spellings = spellings_found(column.categories, vectors)
            for spelling, count in zip(spellings, column.counts().tolist(), strict=True):
                counts[spelling] += count
        keys = sorted(sorted(counts), key=counts.__getitem__, reverse=True)
        return cls([*RESERVED, *keys], vectors, undoes_misspelling)

    def __len__(self) -> int:
        return len(self.keys)

    def vector_rows(self) -> IntArray:
        """Return the row of the pretrained vectors for each key, -1 where they lack it."""
        rows = _find(self.vectors, self.keys)
        rows[: len(RESERVED)] = -1
        return rows

    def encode(self, words: Strings) -> EncodedWords:
        """Return the rows of these words."""
        ids, steps = self._look_up(words.categories)
        tokens = np.bincount(steps, weights=words.counts(), minlength=len(STEPS)).astype(int)
        is_out_of_table = ids >= len(self)
        rows, numbers = np.unique(ids[is_out_of_table] - len(self), return_inverse=True)
        ids[is_out_of_table] = len(self) + numbers
        return EncodedWords(
            ids=Categorical(ids.astype(np.int32), words.codes),
            rows_out_of_table=rows,
            coverage=Coverage({step: int(tokens[STEPS.index(step)]) for step in self.steps}),
        )

    @property
    def steps(self) -> list[LookupStep]:
        """The steps of the look-up."""
        return [step for step in STEPS if step != "misspelled" or self.undoes_misspelling]

    def spelling_of(self, word: str) -> str:
        """Return the spelling under which a word is found, at the last step where it is not."""
        spelling = word
        for _, of in self._spelled([word]):
            (spelling,) = of([0])
            if spelling in self._row or _find(self.vectors, [spelling])[0] >= 0:
                break
        return spelling

    def _spelled(self, words: Sequence[str]) -> list[Spelled]:
        """Return how words are spelled at each step, the last of them included."""
        if not self.undoes_misspelling:
            return spelled(words)

        def meant(numbers: Iterable[int]) -> list[str]:
            return self._misspellings.meant([normalized_word(words[number]) for number in numbers])

        return [*spelled(words), Spelled("misspelled", meant)]

    def steps_of(self, words: Sequence[str]) -> list[LookupStep]:
        """Return for each word the step of the look-up at which it is found."""
        return [STEPS[step] for step in self._look_up(words)[1].tolist()]

    def _look_up(self, words: Sequence[str]) -> tuple[IntArray, IntArray]:
        """Return for each word its row and the number of its step.

        The row of pretrained vectors beyond the table is counted from the end of the table on.
        """
        ids = np.full(len(words), UNKNOWN, np.int64)
        steps = np.full(len(words), STEPS.index("unknown"))
        missing = np.arange(len(words))
        for step, of in self._spelled(words):
            numbers = missing.tolist()
            spellings = of(numbers)
            rows = np.array([self._row.get(spelling, -1) for spelling in spellings], np.int64)
            vector_rows = _find(self.vectors, spellings)
            found = (rows >= 0) | (vector_rows >= 0)
            ids[missing] = np.where(rows >= 0, rows, len(self) + vector_rows)
            steps[missing] = STEPS.index(step)
            if step == "normalized":
                is_written = map(eq, spellings, map(words.__getitem__, numbers))
                steps[list(compress(numbers, is_written))] = STEPS.index("exact")
            if step != "misspelled":
                steps[missing[vector_rows < 0]] = STEPS.index("training only")
            missing = missing[~found]
        ids[missing] = UNKNOWN
        steps[missing] = STEPS.index("unknown")
        return ids, steps


def _find(vectors: WordVectors | None, words: Sequence[str]) -> IntArray:
    """Return the row of each word among the vectors, -1 where they lack it."""
    return vectors.find(words) if vectors else np.full(len(words), -1, np.int64)
