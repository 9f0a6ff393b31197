"""Mini-batches: which tokens a step sees, and with which windows.

What has to be whole in a batch, windows, sentences or documents, the parts of the network say; so
does the head which tokens an epoch visits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.config import Config, TrainingSettings
from ner_window.corpora import scratch
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import OUTSIDE
from ner_window.encoding.documents import document_ends
from ner_window.encoding.units import Unit
from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.model.contexts import context_of
from ner_window.model.graphs import Batch
from ner_window.model.heads import head_of
from ner_window.model.heads.head import Sampling
from ner_window.model.model import Model
from ner_window.model.network import WindowNetwork
from ner_window.training.augmentation import Augmentation
from ner_window.training.gathering import ends_of_parts, gathering_of, takes_parts
from ner_window.training.selection import document_numbers
from ner_window.training.training_data import TrainingData
from ner_window.wording import counted


@dataclass(frozen=True)
class EpochText:
    """What the batches of an epoch are made of.

    ``unit_ends`` (units,) is the position after the last token of each unit, None where a unit is a
    token; ``sampling`` says which tokens are visited.
    """

    data: TrainingData
    unit_ends: IntArray | None
    sampling: Sampling

    @property
    def unit_count(self) -> int:
        """How many units there are."""
        return self.token_count if self.unit_ends is None else len(self.unit_ends)

    @property
    def token_count(self) -> int:
        """How many tokens are visited."""
        return len(self.data) if self.sampling.tokens is None else len(self.sampling.tokens)


class Batches:
    """Yields the batches of an epoch, in an order drawn anew for each.

    Parameters
    ----------
    data
        What is learned from.
    network
        Says what has to be whole in a batch, and what its head and context need beside windows.
    training
        Says how large a batch is.
    rng
        Draws the order, the words that are made unknown, and what the head samples.
    augmentation
        Perturbs the text of each epoch, with ``rng``; None where it stays as it is.
    """

    def __init__(
        self,
        data: TrainingData,
        network: WindowNetwork,
        training: TrainingSettings,
        rng: np.random.Generator,
        augmentation: Augmentation | None = None,
    ) -> None:
        self.data = data
        self.network = network
        self.training = training
        self.rng = rng
        self.augmentation = augmentation
        self.unit = network.unit
        self.takes_parts = takes_parts(training, self.unit)
        ends = self._ends()
        self._clean = self._text = EpochText(data, ends, network.head.sampling(data.targets))
        lengths = None if ends is None else np.diff(ends, prepend=0)
        self.gathering = gathering_of(training, self.unit, self.unit_count, lengths)

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
            Says how large a batch is, and names the rate of word dropout.
        model
            Encodes the corpus.
        train
            The corpus that is learned from.
        rng
            As above.
        size
            So many units in a batch, whatever the config says.
        """
        data = TrainingData.of(train, model, config.regularization.word_dropout)
        training = config.training if size is None else TrainingSettings(batch_size=size)
        augment = config.training.augment
        augmentation = Augmentation(train, model, augment) if augment.rates else None
        return cls(data, model.network, training, rng, augmentation)

    def _ends(self) -> IntArray | None:
        """Return the position after the last token of each unit, None where a unit is a token."""
        encoded, tokens = self.data.encoded, self.training.batch_tokens
        ends = encoded.ends_of(self.unit)
        if ends is None or tokens is None or not self.takes_parts:
            return ends
        return ends_of_parts(ends, encoded.stream.ends, tokens)

    @property
    def unit_count(self) -> int:
        """How many units an epoch has."""
        return self._clean.unit_count

    @property
    def token_count(self) -> int:
        """How many tokens an epoch sees, those that noise leaves out among them."""
        return self._clean.token_count

    def __len__(self) -> int:
        """The number of batches of an epoch."""
        return len(self.gathering)

    def __str__(self) -> str:
        noun = "documents or parts" if self.takes_parts else str(self.unit)
        units = "a window each" if self._clean.unit_ends is None else f"{self.unit_count:,} {noun}"
        noise = f"; {self.augmentation}" if self.augmentation else ""
        return (
            f"{counted(self.token_count, 'token')}, {units}, {self.gathering}; steps: {len(self):,}"
            f"{noise}"
        )

    def __iter__(self) -> Iterator[Batch]:
        self._text = text = self._drawn()
        order = scratch.arange(text.unit_count)
        self.rng.shuffle(order)
        if text.unit_count < self.unit_count:  # an epoch has so many steps: some are taken twice
            order = np.resize(order, self.unit_count)
        if text.sampling.tokens is not None:
            order = text.sampling.tokens[order]
        for units in self.gathering.batches(order):
            yield self._batch(units)

    def _drawn(self) -> EpochText:
        """Return the text of an epoch: where it is perturbed, in units that begin and end alike."""
        if self.augmentation is None:
            return self._clean
        data, kept_before = self.augmentation.drawn(self.data, self.rng)
        ends = self._clean.unit_ends
        return EpochText(
            data,
            None if ends is None else kept_before[ends],
            self.network.head.sampling(data.targets),
        )

    def _batch(self, units: IntArray) -> Batch:
        """Return the batch of some windows, sentences, documents or parts of those."""
        text, network = self._text, self.network
        encoded, ends = text.data.encoded, text.unit_ends
        tokens = units if ends is None else tokens_of_units(ends, units)
        read = self._read_beside(tokens) if self.takes_parts else tokens[:0]
        seen = np.concatenate((tokens, read))
        windows = self._windows(seen)
        values = {
            "judged": np.arange(len(tokens)),
            **network.context.values(encoded, seen),
            **network.head.values(encoded, tokens),
            **text.sampling.values(windows, self._windows, self.rng),
        }
        return Batch(windows, text.data.targets[tokens], values)

    def _read_beside(self, tokens: IntArray) -> IntArray:
        """Return what the context reads of the rest of the documents of some tokens."""
        encoded = self._text.data.encoded
        ends = encoded.ends_of(Unit.DOCUMENTS)
        assert ends is not None
        documents = np.unique(np.searchsorted(ends, tokens, side="right"))
        others = np.setdiff1d(tokens_of_units(ends, documents), tokens, assume_unique=True)
        read: IntArray = others[self.network.context.is_read(encoded, tokens, others)]
        return read

    def _windows(self, tokens: IntArray) -> IntArray:
        """Return windows, some of their words made unknown, drawn anew for every window."""
        data = self._text.data
        windows = data.encoded.stream.windows(tokens)
        words = windows[0]
        draws = self.rng.random(words.shape, np.float32)
        words[draws < data.dropout_rates[words]] = UNKNOWN
        return windows


def steps_per_epoch(config: Config, train: Corpus) -> int:
    """Return how many batches a config makes of a corpus, at least 1, without encoding it."""
    head, context = head_of(config.model.head), context_of(config.model.context)
    unit = max(context.unit, head.unit)
    lengths: IntArray | None = None
    if unit == Unit.DOCUMENTS:
        lengths = np.diff(_ends_in(config, train), prepend=0)
    elif unit == Unit.SENTENCES:
        lengths = train.tokens.lengths
    if lengths is None:
        tokens = head.sampling(_is_in_entity(train, head.target)).tokens
        count = train.token_count if tokens is None else len(tokens)
    else:
        count = len(lengths)
    return max(len(gathering_of(config.training, unit, count, lengths)), 1)


def _ends_in(config: Config, train: Corpus) -> IntArray:
    """Return the position after the last token of each document of a corpus, or of its parts."""
    ends = document_ends(train.tokens, document_numbers(config.data, train))
    tokens = config.training.batch_tokens
    return ends if tokens is None else ends_of_parts(ends, train.tokens.ends, tokens)


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
