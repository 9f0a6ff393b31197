"""Whether two systems differ in F1, of their counts on the same units.

The interval and the verdict come from one test: t, the difference by its standard error, so that p
is below 5% just where the 95% interval leaves out 0. Approximate randomization is a second test
that takes other things for granted: that the systems are alike in all, were it not for chance
(Noreen 1989; Yeh 2000). It is given beside, and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from ner_window.arrays import Array, FloatArray, IntArray
from ner_window.evaluation.intervals import MENTIONS_OF_F1, UPPER, Interval, figures
from ner_window.evaluation.unit_variance import corrected_variance, degrees_of_freedom

SHUFFLES = 10_000
SEED = 1
SIGNIFICANT = 0.05
POWER = 0.8
ENTRIES_AT_ONCE = 1 << 22  # bounds the memory of shuffles


@dataclass(frozen=True)
class PairedTests:
    """How sure a difference of F1 is, in points: B minus A.

    ``interval`` (95%), ``standard_error`` and ``p`` are those of the t test, with ``freedom``
    degrees of freedom, ``randomization_p`` is the share of shuffles with a difference as large;
    both p are two-sided. The first three are None where units are too few, or fewer than two have
    any mention.
    """

    difference: float
    interval: Interval
    standard_error: float | None
    p: float | None
    freedom: float
    randomization_p: float

    @property
    def is_detected(self) -> bool:
        """Whether p is below 5%, so that the interval leaves out 0."""
        return self.p is not None and self.p < SIGNIFICANT

    @property
    def detectable(self) -> float | None:
        """The difference that another such sample would detect with 80% power at the 5% level.

        It says how large the data have to be, nothing of the difference of these systems.
        """
        if self.standard_error is None:
            return None
        return detectable_errors(self.freedom) * self.standard_error


def detectable_errors(freedom: float) -> float:
    """Return how many standard errors a difference has that is detected in four of five samples.

    That is t(0.975) + t(0.8), of t with so many degrees of freedom: about that of the noncentral t.
    """
    return float(stdtrit(freedom, UPPER) + stdtrit(freedom, POWER))


def paired_tests(
    one: IntArray, other: IntArray, are_enough: bool = True, seed: int = SEED
) -> PairedTests:
    """Compare two systems by their counts (units, 3) of gold, predicted, correct on the same units.

    Parameters
    ----------
    one, other
        The counts of A and of B.
    are_enough
        Whether the units are enough for an interval (``Units.are_enough``).
    seed
        Of the shuffles; their p counts the data as one, so that it is never 0.
    """
    difference = float(_f1(other.sum(axis=0)) - _f1(one.sum(axis=0)))
    shuffled = np.abs(_shuffled_differences(one, other, seed))
    extreme = int(np.count_nonzero(shuffled >= abs(difference) - 1e-9))
    error, freedom = _standard_error(one, other) if are_enough else (None, 0.0)
    interval, p = None, None
    if error is not None:
        half = float(stdtrit(freedom, UPPER)) * error
        interval = difference - half, difference + half
        p = 2 * float(stdtr(freedom, -abs(difference) / error))
    randomization_p = (1 + extreme) / (1 + len(shuffled))
    return PairedTests(difference, interval, error, p, freedom, randomization_p)


def _standard_error(one: IntArray, other: IntArray) -> tuple[float | None, float]:
    """Return that of the difference, in points, and its degrees of freedom.

    It is at least what a single mention changes: that two systems agree on all of these units does
    not say that they agree on all others.
    """
    wholes = [counts[:, :2].sum(axis=1).astype(np.float64) for counts in (one, other)]
    both = wholes[0] + wholes[1]
    leverage = both / max(both.sum(), 1)
    if np.count_nonzero(leverage) < 2:
        return None, 0.0
    residuals = _residuals(other, wholes[1]) - _residuals(one, wholes[0])
    of_one_mention = 100 * MENTIONS_OF_F1 / max(whole.sum() for whole in wholes)
    error = max(float(np.sqrt(corrected_variance(residuals, leverage))), of_one_mention)
    return error, float(degrees_of_freedom(leverage, leverage))


def _residuals(counts: IntArray, whole: FloatArray) -> FloatArray:
    """Return by how much each unit moves F1, (units,), in points."""
    moved = 2 * 100 * counts[:, 2] - _f1(counts.sum(axis=0)) * whole
    residuals: FloatArray = moved / max(whole.sum(), 1)
    return residuals


def _f1(counts: Array) -> FloatArray:
    """Return F1 in percent of counts (..., 3), 0 where it is not defined."""
    return np.nan_to_num(figures(counts)[..., 2])


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
