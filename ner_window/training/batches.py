"""Mini-batches: which tokens a step sees, and with which windows.

Windows are drawn one by one where they are judged one by one; the sentence head and sentence
context need whole sentences, document context whole documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ner_window.config import Config, MarginHead
from ner_window.corpora import scratch
from ner_window.corpora.corpus import Corpus
from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.model.model import Model
from ner_window.model.network import Batch, Context, Head, sees_mentions, sees_sentence
from ner_window.training.training_data import TrainingData

Array = NDArray[Any]
Corruption = Literal["center", "window"]

DEFAULT_SIZES = {"windows": 256, "sentences": 32, "documents": 2}


def unit_of(head: Head, context: Context) -> Literal["windows", "sentences", "documents"]:
    """Return what a batch is made of."""
    if sees_mentions(context):
        return "documents"
    return "sentences" if head == "sentence" or sees_sentence(context) else "windows"


class Batches:
    """Yields the batches of an epoch, in an order drawn anew for each."""

    def __init__(
        self,
        data: TrainingData,
        head: Head,
        context: Context,
        size: int | None,
        corruption: Corruption,
        rng: np.random.Generator,
    ) -> None:
        self.data = data
        self.head = head
        self.corruption = corruption
        self.rng = rng
        self.unit = unit_of(head, context)
        self.size = size or DEFAULT_SIZES[self.unit]
        self._unit_ends = self._ends()
        self._others = np.flatnonzero(data.targets == 0) if head == "margin" else None

    @classmethod
    def of(
        cls,
        config: Config,
        model: Model,
        train: Corpus,
        rng: np.random.Generator,
        size: int | None = None,
    ) -> Batches:
        """Return the batches of a corpus that a config asks for, of its size or of another."""
        data = TrainingData.of(train, model, config.regularization.word_dropout)
        head, context = model.network.head, model.network.context
        section = config.model.head
        corruption = section.corruption if isinstance(section, MarginHead) else "center"
        return cls(data, head, context, size or config.training.batch_size, corruption, rng)

    def _ends(self) -> Array | None:
        """Return the position after the last token of each unit; None where a unit is a token."""
        if self.unit == "sentences":
            return self.data.encoded.stream.ends
        if self.unit == "documents":
            assert self.data.encoded.documents is not None
            return self.data.encoded.documents.ends
        return None

    @property
    def unit_count(self) -> int:
        if self.head == "margin":
            return int((self.data.targets == 1).sum())
        return len(self.data) if self._unit_ends is None else len(self._unit_ends)

    @property
    def token_count(self) -> int:
        """How many tokens an epoch sees: all, or with the margin head those of the type."""
        return self.unit_count if self.head == "margin" else len(self.data)

    def __len__(self) -> int:
        """The number of batches of an epoch."""
        return -(-self.unit_count // self.size)

    def __str__(self) -> str:
        return f"{self.unit_count:,} {self.unit}, {self.size} at a time; steps: {len(self):,}"

    def __iter__(self) -> Iterator[Batch]:
        order = scratch.arange(self.unit_count)
        self.rng.shuffle(order)
        if self.head == "margin":
            order = np.flatnonzero(self.data.targets == 1)[order]
        for start in range(0, len(order), self.size):
            units = order[start : start + self.size]
            yield self._pairs(units) if self.head == "margin" else self._batch(units)

    def _batch(self, units: Array) -> Batch:
        """Return the batch of some windows, sentences or documents."""
        encoded = self.data.encoded
        tokens = units if self._unit_ends is None else stretches(self._unit_ends, units)
        documents = encoded.documents
        sentences = None if self.unit == "windows" else encoded.stream.sentences(tokens)
        return Batch(
            windows=self._windows(tokens),
            tags=self.data.targets[tokens],
            lengths=None if sentences is None else _lengths(sentences),
            groups=documents.groups[tokens] if documents else None,
            sentences=sentences,
        )

    def _windows(self, tokens: Array) -> Array:
        """Return windows, some of their words made unknown, drawn anew for every window."""
        windows = self.data.encoded.stream.windows(tokens)
        words = windows[0]
        draws = self.rng.random(words.shape, np.float32)
        words[draws < self.data.dropout_rates[words]] = UNKNOWN
        return windows

    def _pairs(self, tokens: Array) -> Batch:
        """Return true windows, whose center is of the type, and a corrupted one for each."""
        assert self._others is not None
        true = self._windows(tokens)
        corrupted = self._windows(self.rng.choice(self._others, len(tokens)))
        if self.corruption == "center":
            center = true.shape[2] // 2
            centers = corrupted[:, :, center]
            corrupted = true.copy()
            corrupted[:, :, center] = centers
        return Batch(windows=true, tags=self.data.targets[tokens], corrupted=corrupted)


def _lengths(sentences: Array) -> Array:
    """Return how many tokens in a row have the same sentence number, (sentences,)."""
    starts = np.flatnonzero(np.append(True, sentences[1:] != sentences[:-1]))
    lengths: Array = np.diff(np.append(starts, len(sentences)))
    return lengths


def stretches(ends: Array, units: Array) -> Array:
    """Return the positions of the tokens of some units, unit after unit.

    ``ends`` (units,) is the position after the last token of each.
    """
    last = ends[units]
    lengths = last - np.where(units > 0, ends[units - 1], 0)
    offsets = np.cumsum(lengths)
    positions: Array = np.arange(offsets[-1]) + np.repeat(last - offsets, lengths)
    return positions
