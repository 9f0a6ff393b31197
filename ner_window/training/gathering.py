"""How the units of an epoch are gathered into batches: by their number, or by their tokens.

In tokens, a document that has more than a batch is taken in parts: each is judged once an epoch,
and its context reads what it needs of the rest of the document.

Either way an epoch has the same number of batches whatever the order of the units, because the
schedule of the learning rate counts in steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np

from ner_window.arrays import IntArray
from ner_window.config import TrainingSettings
from ner_window.encoding.units import Unit


class Gathering(ABC):
    """Which units make a batch, and how many batches an epoch has."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of batches."""

    @abstractmethod
    def __str__(self) -> str:
        """Return how large a batch is, in words."""

    @abstractmethod
    def batches(self, order: IntArray) -> Iterator[IntArray]:
        """Yield the units of each batch, none of them empty; ``order`` (units,) has each once."""


class EqualNumbers(Gathering):
    """So many units in each batch; the last has what is left."""

    def __init__(self, count: int, size: int) -> None:
        self.count = count
        self.size = size

    def __len__(self) -> int:
        return -(-self.count // self.size)

    def __str__(self) -> str:
        return f"{self.size:,} at a time"

    def batches(self, order: IntArray) -> Iterator[IntArray]:
        for start in range(0, self.count, self.size):
            yield order[start : start + self.size]


class EqualTokens(Gathering):
    """So many tokens in each batch, as nearly as whole units allow.

    A unit that has as many by itself is a batch. The others share the batches that their tokens
    would fill: each ends with the unit whose end is nearest to an equal share, so that a batch is
    a little larger or smaller, and no part of it is left empty.

    Parameters
    ----------
    lengths
        The tokens of each unit, (units,).
    tokens
        Those of a batch.
    """

    def __init__(self, lengths: IntArray, tokens: int) -> None:
        self.lengths = lengths
        self.tokens = tokens
        self._fills_batch = lengths >= tokens
        self._shared = -(-int(lengths[~self._fills_batch].sum()) // tokens)

    def __len__(self) -> int:
        return self._shared + int(self._fills_batch.sum())

    def __str__(self) -> str:
        large = int((self.lengths > self.tokens).sum())
        alone = f" ({large:,} {'has' if large == 1 else 'have'} more)" if large else ""
        return f"about {self.tokens:,} tokens at a time{alone}"

    def batches(self, order: IntArray) -> Iterator[IntArray]:
        fills_batch = self._fills_batch[order]
        batches = {place: order[[place]] for place in np.flatnonzero(fills_batch)}
        if self._shared:
            places = np.flatnonzero(~fills_batch)
            units = order[places]
            cuts = cuts_between(self.lengths[units], self._shared)
            batches |= zip(places[[0, *cuts]], np.split(units, cuts), strict=True)
        for place in sorted(batches):  # of the first unit: large ones come at any time, too
            yield batches[place]


def cuts_between(lengths: IntArray, count: int) -> IntArray:
    """Return before which of the units (units,) a share begins, but for the first, (count - 1,).

    Shares are as equal as whole units allow, and each has some.
    """
    ends = np.cumsum(lengths)
    numbers = np.arange(1, count)
    shares = numbers * ends[-1] / count
    above = np.searchsorted(ends, shares)
    cuts = above + (ends[above] - shares < shares - (ends[above] - lengths[above]))
    cuts = np.maximum.accumulate(cuts - numbers) + numbers
    possible: IntArray = np.clip(cuts, numbers, len(lengths) - count + numbers)
    return possible


def takes_parts(training: TrainingSettings, unit: Unit) -> bool:
    """Tell whether large units may be taken in parts: documents may, sentences are judged whole."""
    return training.batch_tokens is not None and unit == Unit.DOCUMENTS


def ends_of_parts(document_ends: IntArray, sentence_ends: IntArray, tokens: int) -> IntArray:
    """Return the position after the last token of each part of some documents, (parts,).

    A document of at most so many tokens is one part; a larger one has as many parts as its tokens
    would fill, of whole sentences.
    """
    last_sentences = np.searchsorted(sentence_ends, document_ends)
    ends: list[IntArray] = []
    first, start = 0, 0
    for end, last in zip(document_ends.tolist(), last_sentences.tolist(), strict=True):
        inner = sentence_ends[first : last + 1]
        count = min(-(-(end - start) // tokens), len(inner))
        lengths = np.diff(inner, prepend=start)
        ends += [inner[cuts_between(lengths, count) - 1], inner[-1:]]
        first, start = last + 1, end
    return np.concatenate(ends)


def gathering_of(
    training: TrainingSettings, unit: Unit, count: int, lengths: IntArray | None
) -> Gathering:
    """Return the gathering that a config asks for.

    Parameters
    ----------
    training
        The section of the config.
    unit
        What has to be whole in a batch.
    count
        How many units an epoch has.
    lengths
        The tokens of each unit, (units,); None where a unit is a window, of which each has one.
    """
    tokens = training.batch_tokens
    if tokens is None:
        return EqualNumbers(count, training.batch_size or unit.default_batch_size)
    return EqualNumbers(count, tokens) if lengths is None else EqualTokens(lengths, tokens)
