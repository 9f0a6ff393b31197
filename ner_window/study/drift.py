"""Drift: how far fine-tuning moved the vectors of the training words, and no others.

Two distances to the pretrained vector, as the model scales it: 1 - cosine, and Euclidean. They are
summarized by how often training showed a word, and by the rank correlation with that. Whether
frequent words move further depends on the optimizer: a step of plain gradient descent is as large
as the gradient, while an optimizer that divides by the row's own second moment (lazy Adam) makes
steps of about one size, so that a word that training shows once an epoch keeps up.

Source of the rank correlation: Spearman 1904.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from ner_window.arrays import BoolArray, FloatArray
from ner_window.config import PretrainedUnseenSettings
from ner_window.model.model import Model
from ner_window.study.trained_words import TrainedWords
from ner_window.wording import counted

LAST_BIN = 1024  # words as frequent as this are one bin
MOST_SHOWN = 30


class Quartiles(NamedTuple):
    """The quarter, the half and the three quarters of some words are below these."""

    first: float
    median: float
    third: float


@dataclass(frozen=True)
class DriftBin:
    """The drift of the words that training showed ``least`` to ``most`` times (None: no limit)."""

    least: int
    most: int | None
    words: int
    cosine: Quartiles
    euclidean: Quartiles

    @property
    def label(self) -> str:
        """The frequencies as they are printed."""
        if self.most is None:
            return f"{self.least:,}+"
        return f"{self.least}" if self.least == self.most else f"{self.least}-{self.most}"


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's correlation between how often a word was shown and how far it moved, -1 to 1."""

    cosine: float
    euclidean: float


@dataclass(frozen=True)
class MovedWord:
    """A word that moved; ``type`` is what most of its tokens in training are."""

    word: str
    count: int
    type: str
    cosine: float
    euclidean: float


@dataclass(frozen=True)
class Drift:
    """How far the training words with a pretrained vector moved.

    ``moved`` of ``words`` changed at all. ``outside_checked`` words of the vector file that
    training did not show were compared, to the bit, with what the model uses: all are where they
    were, unless the model moves them itself, as ``unseen`` says (``embeddings.unseen``).
    ``without_vector`` words of training are not in the file: they have nowhere to drift from.
    ``rank_correlation`` is None where all words moved alike, or were shown equally often.
    """

    words: int
    moved: int
    without_vector: int
    outside_checked: int
    unseen: str
    total: DriftBin
    rank_correlation: RankCorrelation | None
    bins: list[DriftBin]
    furthest: list[MovedWord]

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain values, for JSON."""
        return asdict(self)


def degrees(distance: float) -> float:
    """Return the angle, in degrees, of two vectors whose cosine is 1 - ``distance``."""
    return math.degrees(math.acos(min(max(1 - distance, -1), 1)))


def drift(model: Model, trained: TrainedWords) -> Drift:
    """Measure the drift of a model's vectors.

    Raises MovedError where a word outside training has another vector than in the file.
    """
    is_shown = trained.counts > 0
    bins = [
        _bin(trained, least, most, is_shown & (trained.counts >= least) & (trained.counts <= most))
        for least, most in frequency_bounds(int(trained.counts.max(initial=0)))
    ]
    return Drift(
        words=int(is_shown.sum()),
        moved=int(trained.has_moved.sum()),
        without_vector=trained.without_vector,
        outside_checked=check_outside(model, trained),
        unseen=model.encoder.unseen.name,
        total=_bin(trained, 1, np.inf, is_shown),
        rank_correlation=_rank_correlation(trained, is_shown),
        bins=[bin_ for bin_ in bins if bin_.words],
        furthest=[
            MovedWord(
                word=trained.words[number],
                count=int(trained.counts[number]),
                type=trained.types[number],
                cosine=float(trained.cosine_distances[number]),
                euclidean=float(trained.euclidean_distances[number]),
            )
            for number in trained.furthest(MOST_SHOWN).tolist()
        ],
    )


def _rank_correlation(trained: TrainedWords, is_member: BoolArray) -> RankCorrelation | None:
    counts = trained.counts[is_member]
    both = [d[is_member] for d in (trained.cosine_distances, trained.euclidean_distances)]
    if any(len(np.unique(values)) < 2 for values in (counts, *both)):
        return None
    from scipy.stats import spearmanr  # slow to import, and needed for studies alone

    return RankCorrelation(*(float(spearmanr(counts, values).statistic) for values in both))


def frequency_bounds(largest: int) -> Iterator[tuple[int, float]]:
    """Yield 1 to 1, 2 to 3, 4 to 7 and so on, up to the most frequent word."""
    least = 1
    while least <= min(largest, LAST_BIN):
        yield least, np.inf if least == LAST_BIN else 2 * least - 1
        least *= 2


def _bin(trained: TrainedWords, least: int, most: float, is_member: BoolArray) -> DriftBin:
    return DriftBin(
        least=least,
        most=None if most == np.inf else int(most),
        words=int(is_member.sum()),
        cosine=_quartiles(trained.cosine_distances[is_member]),
        euclidean=_quartiles(trained.euclidean_distances[is_member]),
    )


def _quartiles(values: FloatArray) -> Quartiles:
    if not len(values):
        return Quartiles(0.0, 0.0, 0.0)
    return Quartiles(*np.percentile(values, (25, 50, 75)).tolist())


class MovedError(AssertionError):
    """A word moved that training did not show: a mistake of the program."""


def check_outside(model: Model, trained: TrainedWords) -> int:
    """Compare what a model uses for words outside training with their vectors in the file.

    All words of the file are looked up as those of a text are, and every bit is compared; so are
    rows of the trainable table whose words training never showed. A model whose unseen words follow
    others is compared before they do. Returns the number of words. Raises MovedError, naming the
    first word that moved.
    """
    encoder = replace(model.encoder, unseen=PretrainedUnseenSettings())
    table = model.network.tables[0].data
    is_idle = trained.has_moved & (trained.counts == 0)
    _refuse([trained.words[number] for number in np.flatnonzero(is_idle).tolist()])
    checked = int((trained.counts == 0).sum())
    for words, vectors in trained.outside():
        filed = (vectors * encoder.factor).astype(trained.before.dtype)
        has_moved = (encoder.word_vectors(words, table) != filed).any(axis=1)
        _refuse([words[number] for number in np.flatnonzero(has_moved).tolist()])
        checked += len(words)
    return checked


def _refuse(moved: list[str]) -> None:
    if moved:
        raise MovedError(
            f"{counted(len(moved), 'word')} that training did not show moved, {moved[0]!r} first; "
            "this is a mistake of ner-window, please report it"
        )
