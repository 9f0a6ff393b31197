"""Sentences as columns of integers, so that a large corpus is no pile of Python objects.

A *column* is the list of its distinct values and, for each token, the number of its value. Work on
words, such as a look-up, is done once for each distinct word and then carried to the tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ner_window.corpora.scratch import GrowingArray, chunks

Array = NDArray[Any]
Values = TypeVar("Values", list[str], Array)


@dataclass(frozen=True)
class Column(Generic[Values]):
    """The distinct ``values`` of a column and the ``numbers`` (tokens,) of them, int32."""

    values: Values
    numbers: Array

    def __len__(self) -> int:
        return len(self.numbers)

    def counts(self) -> Array:
        """Return how often each value occurs, (values,)."""
        counts = np.zeros(len(self.values), np.int64)
        for chunk in chunks(len(self)):
            counts += np.bincount(self.numbers[chunk], minlength=len(counts))
        return counts


Strings = Column[list[str]]


class _Numbering(dict[str, int]):
    """Numbers values in the order in which they are met."""

    def __missing__(self, value: str) -> int:
        number = self[value] = len(self)
        return number


class ColumnBuilder:
    """Makes a column from strings that come in bit by bit."""

    def __init__(self) -> None:
        self._number_of = _Numbering()
        self._numbers = GrowingArray(np.int32)

    def extend(self, values: Iterable[str]) -> None:
        """Add the values of some tokens."""
        self._numbers.extend(map(self._number_of.__getitem__, values))

    def __contains__(self, value: str) -> bool:
        return value in self._number_of

    def finished(self) -> Strings:
        """Return the column; nothing can be added after that."""
        return Column(list(self._number_of), self._numbers.finished())


@dataclass(frozen=True)
class Text(Sequence[list[str]]):
    """Sentences of tokens: ``text[i]`` is the list of the tokens of sentence i.

    ``lengths`` (sentences,) counts the tokens of each; ``columns`` holds what else is known of the
    tokens, such as their part of speech, by name; ``documents`` (sentences,) is the number of each
    sentence's document, in ascending order, None where nothing marks documents.
    """

    tokens: Strings
    lengths: Array
    columns: Mapping[str, Strings] = field(default_factory=dict)
    documents: Array | None = None

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]]) -> Text:
        """Return the text of sentences that are lists of tokens."""
        sentences = list(sentences)
        tokens = ColumnBuilder()
        tokens.extend(chain.from_iterable(sentences))
        lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
        return cls(tokens.finished(), lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, sentence: Any) -> Any:
        return strings_at(self.tokens, self.bounds(sentence))

    def __iter__(self) -> Iterator[list[str]]:
        return (self[sentence] for sentence in range(len(self)))

    @cached_property
    def ends(self) -> Array:
        """The position after the last token of each sentence, (sentences,)."""
        return np.cumsum(self.lengths)

    def bounds(self, sentence: int) -> slice:
        """Return which tokens are those of a sentence."""
        end = int(self.ends[sentence])
        return slice(end - int(self.lengths[sentence]), end)


def strings_at(column: Strings, tokens: slice) -> list[str]:
    """Return the values of some tokens."""
    return list(map(column.values.__getitem__, column.numbers[tokens].tolist()))
