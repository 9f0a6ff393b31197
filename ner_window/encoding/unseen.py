"""What vectors words have that training did not show, once those of training have moved.

No gradient reaches a word outside the training data. Fine-tuning moves the words around it, and
what the network learns of that region holds for it no longer: *telly* moves, *television* stays.
A way with unseen words moves it after the others. It learns that from the trainable table alone,
whenever it is asked, and holds no parameters of its own.

Sources: Madhyastha et al. 2016 (arXiv 1510.02387) learn a map from pretrained to tuned vectors,
here the linear one in closed form; the mean of neighbors is a kernel regression of the movement
(Nadaraya 1964).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.config import (
    MappedUnseenSettings,
    NeighborsUnseenSettings,
    PretrainedUnseenSettings,
    UnseenSettings,
)
from ner_window.encoding.vocabulary import Vocabulary

WORDS_AT_ONCE = 256  # bounds the memory of their cosines with all training words


class TableStart:
    """The rows of a trainable table (V, d) as they were pretrained, read when they are asked for.

    Parameters
    ----------
    vocabulary
        Names the rows, and has the pretrained vectors.
    factor
        What these are multiplied by.
    """

    def __init__(self, vocabulary: Vocabulary, factor: float) -> None:
        self.vocabulary, self.factor = vocabulary, factor
        self._map: MovementMap | None = None

    @cached_property
    def _vector_rows(self) -> IntArray:
        return self.vocabulary.vector_rows()

    @cached_property
    def rows(self) -> IntArray:
        """The rows of the table that were pretrained, (n,); the others follow nothing."""
        return np.flatnonzero(self._vector_rows >= 0)

    @cached_property
    def vectors(self) -> FloatArray:
        """The vectors that these rows started from, (n, d)."""
        assert self.vocabulary.vectors is not None
        numbers = self._vector_rows[self.rows]
        return self.vocabulary.vectors.rows(numbers) * np.float32(self.factor)

    def movement_map(self, table: FloatArray, ridge: float) -> MovementMap:
        """Return the map from these to the vectors of a table (V, d), fitted once for each table.

        The last one is kept: a tagger asks for that of one table with each batch of words.
        """
        if self._map is None or not self._map.is_of(table, ridge):
            self._map = MovementMap.fitted(self, table, ridge)
        return self._map

    @cached_property
    def directions(self) -> FloatArray:
        """The vectors with length 1, (n, d); 0 where they have none."""
        return _directions(self.vectors)


@dataclass(frozen=True)
class MovementMap:
    """The linear map of the movement of a table: ``e - e0 = (e0 - mean) A + shift``."""

    table: FloatArray
    ridge: float
    mean: FloatArray
    a: FloatArray
    shift: FloatArray

    @classmethod
    def fitted(cls, start: TableStart, table: FloatArray, ridge: float) -> MovementMap:
        """Return that of ridge regression, of a table (V, d) that it keeps a copy of."""
        x = start.vectors.astype(np.float64)
        y = table[start.rows] - x
        mean, shift = x.mean(axis=0), y.mean(axis=0)
        x, y = x - mean, y - shift
        covariance, dimension = x.T @ x / len(x), x.shape[1]
        penalty = ridge * np.trace(covariance) / dimension
        a = np.linalg.solve(covariance + penalty * np.eye(dimension), x.T @ y / len(x))
        return cls(table.copy(), ridge, mean, a, shift)

    def is_of(self, table: FloatArray, ridge: float) -> bool:
        """Tell whether the map is that of a table, which training may have changed in place."""
        return self.ridge == ridge and np.array_equal(self.table, table)


class UnseenWords(ABC):
    """Some words beyond the table, by their pretrained vectors (k, d), scaled like its own."""

    def __init__(self, pretrained: FloatArray) -> None:
        self.pretrained = pretrained

    def __len__(self) -> int:
        return len(self.pretrained)

    @abstractmethod
    def vectors(self, table: FloatArray) -> FloatArray:
        """Return their vectors (k, d) beside a table (V, d) as training has made it."""


class StayingWords(UnseenWords):
    """Words that stay where they were."""

    def vectors(self, table: FloatArray) -> FloatArray:
        return self.pretrained


class FollowingWords(UnseenWords):
    """Words that move as their nearest neighbors in the table did."""

    def __init__(
        self, section: NeighborsUnseenSettings, pretrained: FloatArray, start: TableStart
    ) -> None:
        super().__init__(pretrained)
        self.start = start
        count = min(section.count, len(start.rows))
        self.neighbors = np.zeros((len(pretrained), count), np.int64)
        self.weights = np.zeros((len(pretrained), count), pretrained.dtype)
        for first in range(0, len(pretrained), WORDS_AT_ONCE):
            words = slice(first, first + WORDS_AT_ONCE)
            cosines = _directions(pretrained[words]) @ start.directions.T
            nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
            similar = np.take_along_axis(cosines, nearest, axis=1).clip(min=0) ** section.power
            total = similar.sum(axis=1, keepdims=True)
            self.neighbors[words] = nearest
            self.weights[words] = similar / np.where(total > 0, total, 1)

    def vectors(self, table: FloatArray) -> FloatArray:
        rows, before = self.start.rows, self.start.vectors
        moved = self.pretrained.copy()
        for neighbor, weight in zip(self.neighbors.T, self.weights.T, strict=True):
            moved += weight[:, None] * (table[rows[neighbor]] - before[neighbor])
        return moved


class MappedWords(UnseenWords):
    """Words that move by the map that fits the movement of the table: ridge regression."""

    def __init__(
        self, section: MappedUnseenSettings, pretrained: FloatArray, start: TableStart
    ) -> None:
        super().__init__(pretrained)
        self.start, self.ridge = start, section.ridge

    def vectors(self, table: FloatArray) -> FloatArray:
        fitted = self.start.movement_map(table, self.ridge)
        moved = self.pretrained + (self.pretrained - fitted.mean) @ fitted.a + fitted.shift
        result: FloatArray = moved.astype(self.pretrained.dtype)
        return result


def _directions(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions: FloatArray = vectors / np.where(lengths > 0, lengths, 1)
    return directions


WAYS: dict[type[UnseenSettings], Callable[[Any, FloatArray, TableStart], UnseenWords]] = {
    PretrainedUnseenSettings: lambda section, pretrained, start: StayingWords(pretrained),
    NeighborsUnseenSettings: FollowingWords,
    MappedUnseenSettings: MappedWords,
}
"""What makes words of their pretrained vectors (k, d), scaled, for each section of the config."""
