"""What keeps fine-tuned vectors from going too far: decay towards a target.

With lr the learning rate of a step and lambda the strength, after each step

    e <- e0 + (1 - lr lambda) (e - e0)

for the vectors e of all words; e0 is the pretrained vector (*anchor*) or 0 (*zero*). This is
decoupled from the moments of the optimizer, as in AdamW. A step touches the rows of its batch only,
so that the others are owed some decay: it is paid when a row is next read, all at once, as the
product of the factors that it has missed. The result is that of the dense computation.

*frequency_weighted* is towards 0 too, but for the rows of the batch only: a word is shrunk as often
as it occurs.

Source: Loshchilov and Hutter 2019, algorithm 2, for the decoupling.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autodiff as ad
from ner_window import config
from ner_window.arrays import Array, FloatArray, IntArray
from ner_window.config import Config
from ner_window.errors import InputError
from ner_window.model.network import WindowNetwork


class VectorDecay:
    """Decays the rows of a table towards a target.

    Call :meth:`visit` with the rows of a batch before they are read, :meth:`step` after the update,
    :meth:`flush` before the whole table is read.

    Parameters
    ----------
    table
        The vectors, (words, d).
    strength
        Lambda.
    target
        Where each vector is drawn to, (words, d), None for 0.
    is_lazy
        Whether all rows decay, and are paid when they are next read, or those of a batch alone.
    """

    def __init__(
        self, table: ad.Parameter, strength: float, target: FloatArray | None, is_lazy: bool
    ) -> None:
        self.table = table
        self.strength = strength
        self.target = target
        self.is_lazy = is_lazy
        # Sums of log(1 - lr lambda), in float64: now, and when each row was last paid.
        self.now = 0.0
        self.paid = np.zeros(len(table.data))
        self._batch = np.zeros(0, np.int64)

    def visit(self, rows: IntArray) -> None:
        """Pay what the rows of a batch, in any order and number, are owed."""
        self._batch = np.unique(rows)
        if self.is_lazy:
            self._pay(self._batch)

    def step(self, learning_rate: float) -> None:
        """Count one step; where decay is not lazy, shrink the rows of the batch."""
        kept = max(1 - learning_rate * self.strength, 0.0)
        if self.is_lazy:
            self.now += math.log(max(kept, np.finfo(float).tiny))
        else:
            with self.table.writing() as table:
                table[self._batch] *= np.asarray(kept, table.dtype)

    def flush(self) -> None:
        """Pay what every row is owed."""
        if self.is_lazy:
            self._pay(np.arange(len(self.paid)))

    def _pay(self, rows: IntArray) -> None:
        owed = self.now - self.paid[rows]
        late = rows[owed < 0]
        factors = np.exp(owed[owed < 0]).astype(self.table.dtype)[:, np.newaxis]
        with self.table.writing() as table:
            if self.target is None:
                table[late] *= factors
            else:
                table[late] = self.target[late] + factors * (table[late] - self.target[late])
        self.paid[rows] = self.now

    def state_dict(self) -> dict[str, Array]:
        """Return the state as plain arrays."""
        return {"now": np.array(self.now), "paid": self.paid.copy()}

    def load_state_dict(self, state: dict[str, Array]) -> None:
        """Take over a state."""
        self.now = float(state["now"])
        np.copyto(self.paid, state["paid"])


DECAYS: dict[type[config.VectorDecaySettings], Callable[[Any, ad.Parameter], VectorDecay]] = {
    config.AnchorDecaySettings: lambda section, words: VectorDecay(
        words, section.strength, target=words.data.copy(), is_lazy=True
    ),
    config.ZeroDecaySettings: lambda section, words: VectorDecay(
        words, section.strength, target=None, is_lazy=True
    ),
    config.FrequencyWeightedDecaySettings: lambda section, words: VectorDecay(
        words, section.strength, target=None, is_lazy=False
    ),
}
"""What makes the decay of each section of the config, for a table (words, d)."""


def vector_decay_of(settings: Config, network: WindowNetwork) -> VectorDecay | None:
    """Return the decay of the vectors, None where there is none.

    The anchor of a word is what its vector is now: call this before training. Raises InputError
    where the decay is too strong to train against.
    """
    section = settings.regularization.vectors
    if not section.moves_vectors:
        return None
    (words,) = network.trained_words
    decay, rate = section.registered_in(DECAYS)(section, words), settings.vector_learning_rate
    if rate * decay.strength >= 1:
        raise InputError(
            f"regularization.vectors.strength: {decay.strength:g} times the learning rate of "
            f"the vectors, {rate:g}, is 1 or more: a step would undo all training"
        )
    return decay
