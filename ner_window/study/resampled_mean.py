"""A mean over seeds and units, and what is computed of such means, with its interval and its p.

With V(s), V(u) and V(su) the variance of a mean over resamples of the seeds alone, of the units
alone and of both, the variance of the mean is about V = 2 V(s) + 2 V(u) - V(su): resampling both
counts the chance that belongs to neither alone, the interaction, three times. (Resamples of U units
make V(u), and what belongs to units in V(su), smaller by (U - 1) / U; this is undone.) Where
tuning does not tell learning rates apart, the mean is over them by their shares, which are
estimates: V(r), its variance over resamples of tuning, is added. An interval is the mean and t
standard errors on each side, t with about V^2 / (V(s)^2 / (K - 1) + V(u)^2 / (U - 1)) degrees of
freedom of K seeds and U units. Interval, p and the tests of equivalence are of that one
distribution, so that they cannot disagree.

Sources: the bootstrap of crossed data and what it overcounts, Owen 2007; of seeds and test items,
Sellam et al. 2022; degrees of freedom, Satterthwaite 1946; equivalence by two one-sided tests,
Schuirmann 1987 and Lakens 2017.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from ner_window.arrays import FloatArray
from ner_window.evaluation.bootstrap import percentile_interval
from ner_window.evaluation.intervals import LEVEL

Interval = tuple[float, float] | None
TAIL = (1 - LEVEL / 100) / 2
ROUNDING = 1e-9  # points: a standard error that is none


@dataclass(frozen=True)
class ResampledMean:
    """A mean in points, as it is (``value``) and in resamples of seeds, of units and of both.

    ``of_seeds``, ``of_units`` and ``of_both`` are (resamples,), NaN where only seeds were drawn
    whose runs are missing; ``seeds`` and ``units`` are how many there are. ``of_rates``
    (resamples,) are the means with the shares of learning rates that tuning, resampled, gives.
    """

    value: float
    of_seeds: FloatArray
    of_units: FloatArray
    of_both: FloatArray
    seeds: int
    units: int
    of_rates: FloatArray

    def __sub__(self, other: ResampledMean) -> ResampledMean:
        return self + (-1.0) * other

    def __add__(self, other: ResampledMean) -> ResampledMean:
        return ResampledMean(
            value=self.value + other.value,
            of_seeds=self.of_seeds + other.of_seeds,
            of_units=self.of_units + other.of_units,
            of_both=self.of_both + other.of_both,
            seeds=min(self.seeds, other.seeds),
            units=self.units,
            of_rates=self.of_rates + other.of_rates,
        )

    def __rmul__(self, factor: float) -> ResampledMean:
        return ResampledMean(
            value=factor * self.value,
            of_seeds=factor * self.of_seeds,
            of_units=factor * self.of_units,
            of_both=factor * self.of_both,
            seeds=self.seeds,
            units=self.units,
            of_rates=factor * self.of_rates,
        )

    @property
    def standard_error(self) -> float:
        """That of the mean, in points; 0 where nothing varies."""
        error = float(np.sqrt(self._variance_and_freedom[0]))
        return error if error > ROUNDING else 0.0

    @cached_property
    def _variance_and_freedom(self) -> tuple[float, float]:
        again = self.units / max(self.units - 1, 1)
        of_seeds, of_units = (
            float(np.nanvar(self.of_seeds)),
            again * float(np.nanvar(self.of_units)),
        )
        of_both = float(np.nanvar(self.of_both))
        variance = (1 + again) * of_seeds + 2 * of_units - again * of_both
        variance = max(variance, of_seeds, of_units) + float(np.var(self.of_rates))
        parts = of_seeds**2 / max(self.seeds - 1, 1) + of_units**2 / max(self.units - 1, 1)
        return variance, variance**2 / parts if parts else np.inf

    @property
    def interval(self) -> Interval:
        """That of 95%, in points; None where nothing varies, and so nothing is known."""
        if self.standard_error == 0:
            return None
        _, freedom = self._variance_and_freedom
        half = float(stdtrit(freedom, 1 - TAIL)) * self.standard_error
        return self.value - half, self.value + half

    @property
    def p(self) -> float:
        """The probability of a mean as far from 0, were it 0 in truth; two-sided."""
        return min(2 * self._below(-abs(self.value)), 1.0)

    def equivalence_p(self, margin: float) -> float:
        """Return the larger p of two one-sided tests: that it is below margin, and above -margin.

        Where it is small, the mean lies within the margin of 0.
        """
        return self._below(abs(self.value) - margin)

    def _below(self, distance: float) -> float:
        """Return the probability of an error of at most ``distance``, in points."""
        if self.standard_error == 0:
            return 1.0
        _, freedom = self._variance_and_freedom
        return float(stdtr(freedom, distance / self.standard_error))

    def percentile_interval(self, least: float, most: float) -> Interval:
        """Return what 95% of the resamples lie in, of a mean that has bounds; in points.

        Resamples of both are spread so that their variance, and the tails, are those above. Where
        the mean is near a bound they are not symmetric.
        """
        drawn = self.of_both + self.of_rates - self.value
        of_both, (variance, freedom) = float(np.nanvar(drawn)), self._variance_and_freedom
        if np.sqrt(of_both) <= ROUNDING:
            return None
        factor = stdtrit(freedom, 1 - TAIL) / ndtri(1 - TAIL)
        center = float(np.nanmean(drawn))
        spread = center + np.sqrt(variance / of_both) * factor * (drawn - center)
        return percentile_interval(np.clip(spread, least, most))


def over_rates(
    means: Sequence[ResampledMean | None], shares: FloatArray, drawn: FloatArray
) -> ResampledMean | None:
    """Return the mean over learning rates by their shares, None where none has runs.

    Parameters
    ----------
    means
        Those at each of the rates, None where it has no runs: the others stand in for it.
    shares
        The shares of the rates, (rates,).
    drawn
        The shares in resamples of tuning, (resamples, rates).
    """
    there = [(number, mean) for number, mean in enumerate(means) if mean is not None]
    if not there:
        return None
    numbers = [number for number, _ in there]
    values = np.array([mean.value for _, mean in there])
    own, resampled = shares[numbers], drawn[:, numbers]
    parts = [float(share) * mean for share, (_, mean) in zip(own / own.sum(), there, strict=True)]
    mean = reduce(operator.add, parts)
    resampled = np.where(resampled.sum(axis=1, keepdims=True) > 0, resampled, own)
    return replace(mean, of_rates=resampled @ values / resampled.sum(axis=1))
