"""Intervals and tests of significance by resampling.

What is resampled are *units*, sentences or documents, each with the counts that a figure is made
of. A resample is a weight for each unit, how often it was drawn, so that the counts of all
resamples are one product: (resamples, units) times (units, counts). Sources: the bootstrap and its
percentile intervals, Efron and Tibshirani 1993, chapters 6, 13 and 16; approximate randomization,
Noreen 1989 and Yeh 2000.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import Array, BoolArray, FloatArray, IntArray
from ner_window.corpora.partition import UnitName
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError

RESAMPLES, SHUFFLES = 1000, 10_000
SEED = 1
LEVEL = 95  # percent, of the intervals
ENTRIES_AT_ONCE = 1 << 22  # bounds the memory of weights
POWER_FACTOR = 2.8
"""z(0.975) + z(0.8): a difference this many standard errors large is detected, at the 5% level, in
four of five samples."""


@dataclass(frozen=True)
class Units:
    """What is drawn: ``of_sentence`` (sentences,) is the number of the unit of each sentence."""

    name: UnitName
    of_sentence: IntArray
    count: int

    @classmethod
    def of(cls, text: Tokens, name: UnitName | None = None) -> Units:
        """Return the units of a text, by default documents where it marks them, else sentences.

        Raises InputError where documents are asked for and none are marked.
        """
        documents = text.documents
        if name == "documents" and documents is None:
            raise InputError(
                "there are no documents to resample: the file marks none by -DOCSTART- lines or "
                "two blank lines; resample sentences"
            )
        if documents is None or name == "sentences":
            return cls("sentences", np.arange(len(text)), len(text))
        distinct, numbers = np.unique(documents, return_inverse=True)
        return cls("documents", numbers, len(distinct))

    def counts(self, sentences: IntArray, columns: IntArray, width: int) -> IntArray:
        """Count by unit and column, (units, width), things that have a sentence and a column."""
        cells = self.of_sentence[sentences] * width + columns
        counted: IntArray = np.bincount(cells, minlength=self.count * width)
        return counted.reshape(self.count, width)

    def summed(self, by_sentence: IntArray) -> IntArray:
        """Return the sums (units, ...) of counts of sentences (sentences, ...)."""
        sums = np.zeros((self.count, *by_sentence.shape[1:]), np.int64)
        np.add.at(sums, self.of_sentence, by_sentence)
        return sums


def resampled(
    counts: Array,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    entries_at_once: int = ENTRIES_AT_ONCE,
) -> FloatArray:
    """Return the sums (resamples, ...) of the counts of the units that were drawn.

    Parameters
    ----------
    counts
        Those of each unit, (units, ...).
    resamples
        How often as many units as there are are drawn, with replacement.
    seed
        Equal seeds draw equal units, so that two systems are resampled in pairs.
    entries_at_once
        Bounds the memory: resamples are drawn ``entries_at_once / units`` at a time.
    """
    units = len(counts)
    flat = counts.reshape(units, -1).astype(np.float64)
    sums = [weights @ flat for weights in _weights(units, resamples, seed, entries_at_once)]
    return np.concatenate(sums).reshape(resamples, *counts.shape[1:])


def _weights(units: int, resamples: int, seed: int, entries_at_once: int) -> Iterator[FloatArray]:
    """Yield how often each unit is drawn, (some resamples, units), float64."""
    rng = np.random.default_rng(seed)
    at_once = max(entries_at_once // units, 1)
    for start in range(0, resamples, at_once):
        rows = min(at_once, resamples - start)
        drawn = rng.integers(0, units, (rows, units))
        drawn += units * np.arange(rows)[:, np.newaxis]
        times = np.bincount(drawn.ravel(), minlength=rows * units)
        yield times.reshape(rows, units).astype(np.float64)


def figures(counts: Array) -> FloatArray:
    """Return precision, recall and F1 in percent, (..., 3), of gold, predicted, correct (..., 3).

    They are NaN where there is nothing that they could be a share of.
    """
    gold, predicted, correct = np.moveaxis(counts, -1, 0)
    with np.errstate(invalid="ignore"):
        shares = (correct / predicted, correct / gold, 2 * correct / (gold + predicted))
    return 100 * np.stack(shares, axis=-1)


def percentile_interval(values: FloatArray) -> tuple[float, float] | None:
    """Return the interval that holds the middle 95% of the values (resamples,).

    Resamples in which a figure is not defined (NaN) are left out; without any other it is None.
    """
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(defined, (tail, 100 - tail)).tolist()
    return low, high


@dataclass(frozen=True)
class PairedTests:
    """How sure a difference of F1 is, in points: B minus A.

    ``interval`` holds 95% of the bootstrap differences, ``standard_error`` is their deviation, and
    ``bootstrap_p`` the share of them that are as far from the difference as it is from 0;
    ``randomization_p`` is the share of shuffles with a difference as large. Both are two-sided.
    """

    difference: float
    interval: tuple[float, float]
    standard_error: float
    bootstrap_p: float
    randomization_p: float

    @property
    def detectable(self) -> float:
        """The smallest difference that would be detected with 80% power at the 5% level."""
        return POWER_FACTOR * self.standard_error


def paired_tests(one: IntArray, other: IntArray, seed: int = SEED) -> PairedTests:
    """Compare two systems by their counts (units, 3) of gold, predicted, correct on the same units.

    Both p-values count the data as one of the resamples, so that neither is ever 0.
    """
    difference = float(_f1(other.sum(axis=0)) - _f1(one.sum(axis=0)))
    sums = resampled(np.stack((one, other), axis=1), seed=seed)
    differences = _f1(sums[:, 1]) - _f1(sums[:, 0])
    shuffled = np.abs(_shuffled_differences(one, other, seed))
    low, high = percentile_interval(differences) or (0.0, 0.0)
    return PairedTests(
        difference=difference,
        interval=(low, high),
        standard_error=float(differences.std(ddof=1)),
        bootstrap_p=bootstrap_p(differences, difference),
        randomization_p=_p_value(_at_least(shuffled, abs(difference))),
    )


def bootstrap_p(drawn: FloatArray, difference: float) -> float:
    """Return the share of drawn differences as far from the difference as it is from 0.

    It is two-sided and counts the data as one of the resamples. Those in which the difference is
    not defined (NaN) are left out.
    """
    defined = drawn[~np.isnan(drawn)]
    return _p_value(_at_least(np.abs(defined - difference), abs(difference)))


def _f1(counts: Array) -> FloatArray:
    """Return F1 in percent of counts (..., 3), 0 where it is not defined."""
    return np.nan_to_num(figures(counts)[..., 2])


def _at_least(values: FloatArray, bound: float) -> BoolArray:
    """Tell which values reach a bound, rounding aside."""
    reaches: BoolArray = values >= bound - 1e-9
    return reaches


def _p_value(is_extreme: BoolArray) -> float:
    return (1 + int(np.count_nonzero(is_extreme))) / (1 + len(is_extreme))


def _shuffled_differences(one: IntArray, other: IntArray, seed: int) -> FloatArray:
    """Return the differences (shuffles,) after units have changed sides, each with probability 1/2.

    Units on which the systems have equal counts change nothing and are left out.
    """
    change = (other - one)[(one != other).any(axis=1)].astype(np.float64)
    totals = one.sum(axis=0), other.sum(axis=0)
    rng = np.random.default_rng(seed)
    at_once = max(ENTRIES_AT_ONCE // max(len(change), 1), 1)
    parts = []
    for start in range(0, SHUFFLES, at_once):
        rows = min(at_once, SHUFFLES - start)
        moved = rng.integers(0, 2, (rows, len(change))).astype(np.float64) @ change
        parts.append(_f1(totals[1] - moved) - _f1(totals[0] + moved))
    return np.concatenate(parts)
