"""Resampling, as studies have it, which draw seeds beside units.

What is resampled are *units*, each with the counts that a figure is made of. A resample is a weight
for each unit, how often it was drawn, so that the counts of all resamples are one product:
(resamples, units) times (units, counts). Source: the bootstrap and its percentile intervals, Efron
and Tibshirani 1993, chapters 6, 13 and 16.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ner_window.arrays import Array, FloatArray
from ner_window.evaluation.intervals import LEVEL

RESAMPLES = 1000
SEED = 1
ENTRIES_AT_ONCE = 1 << 22  # bounds the memory of weights


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
