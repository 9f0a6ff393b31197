"""Dropout of the movement: for a step, some fine-tuned vectors are their pretrained ones again.

At test time the network meets words that training did not show, with vectors that never moved. In
training it sees moved vectors alone, and learns what to make of those. So, with probability p, a
word of the batch is read at the vector e0 that it started from, in all its windows, and its vector
e gets no gradient; the rest of the network learns from both. Afterwards e is read, as always.

Words that the vectors lack, padding and the unknown word have no pretrained vector to go back to.

It is dropout of word types, one mask for all occurrences, as in Gal and Ghahramani 2016 (arXiv
1512.05287), section 4.2; what is dropped is e - e0 and not e, and nothing is rescaled.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

import autodiff as ad
from ner_window.arrays import BoolArray, FloatArray, IntArray


class MovementDropout:
    """Takes some rows of a table back to where they started, for as long as a step lasts.

    Parameters
    ----------
    table
        The vectors (words, d), before training.
    is_pretrained
        Which of them started from a pretrained vector, (words,).
    rate
        The probability p.
    rng
        Draws the words.
    """

    def __init__(
        self,
        table: ad.Parameter,
        is_pretrained: BoolArray,
        rate: float,
        rng: np.random.Generator,
    ) -> None:
        self.table, self.rate, self.rng = table, rate, rng
        self._start = table.data.copy()
        self._is_pretrained = is_pretrained
        self._is_dropped = np.zeros(len(is_pretrained), bool)

    @contextmanager
    def dropped(self, rows: IntArray) -> Iterator[None]:
        """Drop the movement of some of the rows that a batch reads, in any order and number.

        Meanwhile gradients are to be computed; of the rows dropped, they are gone afterwards.
        """
        distinct = np.unique(rows)
        is_drawn = self.rng.random(len(distinct), np.float32) < self.rate
        chosen = distinct[is_drawn & self._is_pretrained[distinct]]
        kept = self.table.array[chosen]
        self._write(chosen, self._start[chosen])
        try:
            yield
        finally:
            self._write(chosen, kept)
        self._drop_gradient(chosen)

    def _write(self, rows: IntArray, vectors: FloatArray) -> None:
        with self.table.writing() as array:
            array[rows] = vectors

    def _drop_gradient(self, rows: IntArray) -> None:
        gradient = self.table.grad
        if not isinstance(gradient, ad.RowSparse):
            return  # of vectors that are frozen at first
        self._is_dropped[rows] = True
        stays = ~self._is_dropped[gradient.indices]
        self._is_dropped[rows] = False
        indices, values = gradient.indices[stays], gradient.values[stays]
        self.table.grad = ad.RowSparse(indices, values, gradient.shape, gradient.is_coalesced)
