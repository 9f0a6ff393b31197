"""The 95% intervals of precision, recall and F1, and of other shares, that units tell.

The interval is Wilson's (1927), of a share p of n independent things, with another n: the number of
independent things that would make the share as uncertain as the units say it is, p (1 - p) /
variance, times (z / t)^2 as the variance itself is not sure (Korn and Graubard 1998; Dean and
Pagano 2015). So it stays within 0 and 100, is longer on the side where there is more room, and
has a width also where all is right. docs/statistics.md shows how often it holds the truth.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from ner_window.arrays import Array, BoolArray, FloatArray
from ner_window.evaluation.unit_variance import corrected_variance, degrees_of_freedom

LEVEL = 95  # percent, of the intervals
UPPER = 0.5 + LEVEL / 200  # the probability below the upper end
MENTIONS_OF_F1 = 2  # a mention that is found counts among the gold and among the predicted ones
SIZES = 1, 1, MENTIONS_OF_F1
"""What a single mention adds to what precision, recall and F1 are the shares of."""

Interval = tuple[float, float] | None


def figures(counts: Array) -> FloatArray:
    """Return precision, recall and F1 in percent, (..., 3), of gold, predicted, correct (..., 3).

    They are NaN where there is nothing that they could be a share of.
    """
    parts, wholes = parts_and_wholes(counts)
    with np.errstate(invalid="ignore"):
        shares: FloatArray = 100 * parts / wholes
    return shares


def figure_intervals(counts: Array) -> FloatArray:
    """Return the intervals of precision, recall and F1 in percent, (..., 3, 2).

    ``counts`` (units, ..., 3) are gold, predicted and correct mentions of each unit. An interval is
    NaN where fewer than two units have any.
    """
    parts, wholes = parts_and_wholes(counts)
    return 100 * share_intervals(parts, wholes, np.array(SIZES))


def parts_and_wholes(counts: Array) -> tuple[FloatArray, FloatArray]:
    """Return of what precision, recall and F1 are the ratios, both (..., 3), of counts (..., 3)."""
    gold, predicted, correct = np.moveaxis(np.asarray(counts, np.float64), -1, 0)
    parts = np.stack((correct, correct, 2 * correct), axis=-1)
    return parts, np.stack((predicted, gold, gold + predicted), axis=-1)


def share_intervals(parts: FloatArray, wholes: FloatArray, size: Array | float = 1) -> FloatArray:
    """Return the interval of the sum of parts as a share of the sum of wholes, (..., 2).

    Parameters
    ----------
    parts, wholes
        Of each unit, (units, ...).
    size
        What a single thing adds to the whole, (...). Where all parts are as large as the wholes, or
        0, so many things are taken to be independent; else none smaller than 1.
    """
    total = wholes.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, leverage = parts.sum(axis=0) / total, wholes / total
        variance = corrected_variance((parts - share * wholes) / total, leverage)
        freedom = degrees_of_freedom(leverage, leverage**2)
        sure = (ndtri(UPPER) / stdtrit(freedom, UPPER)) ** 2
        independent = np.minimum(share * (1 - share) / variance, total) * sure
    is_whole = (share == 0) | (share == 1)
    ends = _wilson(share, np.where(is_whole, total / size, independent))
    return np.where(_is_told(wholes)[..., np.newaxis], ends, np.nan)


def share_interval(
    share: float, variance: float, freedom: float, total: float, size: float
) -> Interval:
    """Return the interval of a share whose variance is known.

    Parameters
    ----------
    share
        Of a whole, from 0 to 1.
    variance, freedom
        Its own, and the degrees of freedom of that.
    total
        The whole, and so the most independent things that there can be.
    size
        What a single thing adds to it: where all is right, or nothing, so many are independent.
    """
    if share in (0, 1):
        count = total / size
    else:
        sure = (ndtri(UPPER) / stdtrit(freedom, UPPER)) ** 2
        count = (min(share * (1 - share) / variance, total) if variance else total) * sure
    return as_interval(_wilson(np.array(share), np.array(count)))


def _is_told(wholes: FloatArray) -> BoolArray:
    """Tell whether more than one unit has anything, (...)."""
    told: BoolArray = (wholes > 0).sum(axis=0) > 1
    return told


def _wilson(share: FloatArray, count: FloatArray) -> FloatArray:
    """Return Wilson's interval of a share of so many independent things, (..., 2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z2 = ndtri(UPPER) ** 2 / count
        middle = (share + z2 / 2) / (1 + z2)
        half = np.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2)
    return np.clip(np.stack((middle - half, middle + half), axis=-1), 0, 1)


def as_interval(ends: FloatArray) -> Interval:
    """Return the ends (2,) of an interval as a pair, None where they are NaN."""
    low, high = ends.tolist()
    return None if np.isnan(low) else (low, high)
