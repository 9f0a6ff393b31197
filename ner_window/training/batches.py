"""Mini-batches: which tokens a step sees, and with which windows.

What has to be whole in a batch, windows, sentences or documents, the parts of the network say; so
does the head which tokens an epoch visits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ner_window.arrays import IntArray
from ner_window.config import Config
from ner_window.corpora import scratch
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import OUTSIDE
from ner_window.encoding.units import Unit
from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.model.contexts import context_of
from ner_window.model.graphs import Batch
from ner_window.model.heads import head_of
from ner_window.model.model import Model
from ner_window.model.network import WindowNetwork
from ner_window.training.selection import document_numbers
from ner_window.training.training_data import TrainingData


class Batches:
    """Yields the batches of an epoch, in an order drawn anew for each.

    Parameters
    ----------
    data
        What is learned from.
    network
        Says what has to be whole in a batch, and what its head and context need beside windows.
    size
        How many windows, sentences or documents a batch has, None for the usual number.
    rng
        Draws the order, the words that are made unknown, and what the head samples.
    """

    def __init__(
        self,
        data: TrainingData,
        network: WindowNetwork,
        size: int | None,
        rng: np.random.Generator,
    ) -> None:
        self.data = data
        self.network = network
        self.rng = rng
        self.unit = network.unit
        self.size = size or self.unit.default_batch_size
        self.sampling = network.head.sampling(data.targets)
        self._unit_ends = data.encoded.ends_of(self.unit)

    @classmethod
    def of(
        cls,
        config: Config,
        model: Model,
        train: Corpus,
        rng: np.random.Generator,
        size: int | None = None,
    ) -> Batches:
        """Return the batches that a config asks for.

        Parameters
        ----------
        config
            Names the size, and the rate of word dropout.
        model
            Encodes the corpus.
        train
            The corpus that is learned from.
        rng
            As above.
        size
            Another size than the config's.
        """
        data = TrainingData.of(train, model, config.regularization.word_dropout)
        return cls(data, model.network, size or config.training.batch_size, rng)

    @property
    def unit_count(self) -> int:
        """How many units an epoch has."""
        return self.token_count if self._unit_ends is None else len(self._unit_ends)

    @property
    def token_count(self) -> int:
        """How many tokens an epoch sees."""
        return len(self.data) if self.sampling.tokens is None else len(self.sampling.tokens)

    def __len__(self) -> int:
        """The number of batches of an epoch."""
        return -(-self.unit_count // self.size)

    def __str__(self) -> str:
        return f"{self.unit_count:,} {self.unit}, {self.size} at a time; steps: {len(self):,}"

    def __iter__(self) -> Iterator[Batch]:
        order = scratch.arange(self.unit_count)
        self.rng.shuffle(order)
        if self.sampling.tokens is not None:
            order = self.sampling.tokens[order]
        for start in range(0, len(order), self.size):
            yield self._batch(order[start : start + self.size])

    def _batch(self, units: IntArray) -> Batch:
        """Return the batch of some windows, sentences or documents."""
        encoded, network = self.data.encoded, self.network
        tokens = units if self._unit_ends is None else tokens_of_units(self._unit_ends, units)
        windows = self._windows(tokens)
        values = {
            **network.context.values(encoded, tokens),
            **network.head.values(encoded, tokens),
            **self.sampling.values(windows, self._windows, self.rng),
        }
        return Batch(windows, self.data.targets[tokens], values)

    def _windows(self, tokens: IntArray) -> IntArray:
        """Return windows, some of their words made unknown, drawn anew for every window."""
        windows = self.data.encoded.stream.windows(tokens)
        words = windows[0]
        draws = self.rng.random(words.shape, np.float32)
        words[draws < self.data.dropout_rates[words]] = UNKNOWN
        return windows


def steps_per_epoch(config: Config, train: Corpus) -> int:
    """Return how many batches a config makes of a corpus, at least 1, without encoding it."""
    head, context = head_of(config.model.head), context_of(config.model.context)
    unit = max(context.unit, head.unit)
    if unit == Unit.DOCUMENTS:
        count = int(document_numbers(config.data, train).max()) + 1
    elif unit == Unit.SENTENCES:
        count = len(train)
    else:
        tokens = head.sampling(_is_in_entity(train, head.target)).tokens
        count = train.token_count if tokens is None else len(tokens)
    return max(-(-count // (config.training.batch_size or unit.default_batch_size)), 1)


def _is_in_entity(corpus: Corpus, target: str | None) -> IntArray:
    """Return 1 for each token that is part of an entity, of one type or any, else 0, (tokens,)."""
    tags = (corpus.only(target) if target else corpus).tags
    is_inside = np.array([tag != OUTSIDE for tag in tags.categories], np.int32)
    return is_inside[tags.codes]


def tokens_of_units(ends: IntArray, units: IntArray) -> IntArray:
    """Return the positions of the tokens of some units, unit after unit.

    ``ends`` (units,) is the position after the last token of each.
    """
    last = ends[units]
    lengths = last - np.where(units > 0, ends[units - 1], 0)
    offsets = np.cumsum(lengths)
    positions: IntArray = np.arange(offsets[-1]) + np.repeat(last - offsets, lengths)
    return positions
