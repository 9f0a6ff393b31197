"""A mean over seeds and units, and what is computed of such means, with its interval and its p.

With V(s), V(u) and V(su) the variance of a mean over resamples of the seeds alone, of the units
alone and of both, the variance of the mean is about V = 2 V(s) + 2 V(u) - V(su): resampling both
counts the chance that belongs to neither alone, the interaction, three times. Resamples of units
make V(u), and what belongs to units in V(su), too small where units are few, and more so where one
of them is large: V(u) is the corrected one of ``evaluation.unit_variance``, and V(su) is corrected
by as much. Where tuning does not tell learning rates apart, the mean is over them by their shares,
which are estimates: V(r), its variance over resamples of tuning, is added. A difference is never
taken to be surer than to a single mention: that two arms agree on all of these units does not say
that they agree on all others.

The interval of a difference is t standard errors on each side, t with the degrees of freedom of
Satterthwaite, V^2 / (V(s)^2 / (K - 1) + V(u)^2 / d(u)) of K seeds. With two or three seeds V(s) is
often near 0 by luck, and then these are too many: there t^2 is the mean of the t^2 of both parts,
weighted by their variances, which errs on the safe side (as Cochran 1964 weights t).
Interval, p and the tests of equivalence are of that one distribution, so that they cannot
disagree. The interval of the mean of an arm is Wilson's, with that variance and that freedom.

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
from scipy.special import stdtr, stdtridf, stdtrit

from ner_window.arrays import FloatArray
from ner_window.evaluation.intervals import UPPER, Interval, share_interval
from ner_window.evaluation.paired_test import detectable_errors
from ner_window.evaluation.unit_variance import corrected_variance, degrees_of_freedom
from ner_window.evaluation.units import LEAST_UNITS

FEW_SEEDS = 3


@dataclass(frozen=True)
class UnitEffects:
    """What the units of the data do to a mean.

    ``residuals`` (units,) is by how much each moves it, in points, ``leverage`` (units,) its share
    of the mentions; ``total`` is how much there is that the mean is a share of, and ``size`` what a
    single mention adds to that.
    """

    residuals: FloatArray
    leverage: FloatArray
    total: float
    size: float

    def __add__(self, other: UnitEffects) -> UnitEffects:
        return UnitEffects(
            residuals=self.residuals + other.residuals,
            leverage=(self.leverage + other.leverage) / 2,
            total=max(self.total, other.total),
            size=self.size,
        )

    def __rmul__(self, factor: float) -> UnitEffects:
        return replace(self, residuals=factor * self.residuals)

    @property
    def are_enough(self) -> bool:
        """Whether the units are so many, and so many have a mention, that an error is known."""
        return len(self.residuals) >= LEAST_UNITS and int(np.count_nonzero(self.leverage)) > 1

    @cached_property
    def variance(self) -> float:
        """That of the mean over other units, in points."""
        return float(corrected_variance(self.residuals, self.leverage))

    @property
    def of_one_mention(self) -> float:
        """By how much a single mention changes the mean, in points."""
        return 100 * self.size / max(self.total, 1)


@dataclass(frozen=True)
class ResampledMean:
    """A mean in points, as it is (``value``) and in resamples of seeds, of units and of both.

    ``of_seeds``, ``of_units`` and ``of_both`` are (resamples,), NaN where only seeds were drawn
    whose runs are missing; ``seeds`` is how many there are, ``effects`` what the units do.
    ``of_rates`` (resamples,) are the means with the shares of learning rates that tuning,
    resampled, gives.
    """

    value: float
    of_seeds: FloatArray
    of_units: FloatArray
    of_both: FloatArray
    seeds: int
    effects: UnitEffects
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
            effects=self.effects + other.effects,
            of_rates=self.of_rates + other.of_rates,
        )

    def __rmul__(self, factor: float) -> ResampledMean:
        return ResampledMean(
            value=factor * self.value,
            of_seeds=factor * self.of_seeds,
            of_units=factor * self.of_units,
            of_both=factor * self.of_both,
            seeds=self.seeds,
            effects=factor * self.effects,
            of_rates=factor * self.of_rates,
        )

    @property
    def is_told(self) -> bool:
        """Whether the units are enough to tell an error."""
        return self.effects.are_enough

    @cached_property
    def _variances(self) -> tuple[float, float]:
        """That of the mean, and the part of it that the seeds have."""
        of_seeds, resampled = _variance(self.of_seeds), _variance(self.of_units)
        of_units, of_both = self.effects.variance, _variance(self.of_both)
        again = of_units / resampled if resampled > 0 else 1.0
        variance = (1 + again) * of_seeds + 2 * of_units - again * of_both
        return max(variance, of_seeds, of_units) + float(np.var(self.of_rates)), of_seeds

    @property
    def standard_error(self) -> float:
        """That of a difference, in points: at least what a single mention changes."""
        return max(float(np.sqrt(self._variances[0])), self.effects.of_one_mention)

    def _freedom(self, alike: FloatArray) -> float:
        """Return the degrees of freedom, given what the variances of the units are like (units,).

        See ``unit_variance.degrees_of_freedom``.
        """
        of_units = float(degrees_of_freedom(self.effects.leverage, alike))
        variance, of_seeds = self._variances
        if variance == 0:
            return of_units
        others = max(variance - of_seeds, self.effects.variance)
        if 1 < self.seeds <= FEW_SEEDS:
            t2_of_seeds, t2_of_units = stdtrit(np.array([self.seeds - 1, of_units]), UPPER) ** 2
            t2 = (of_seeds * t2_of_seeds + (variance - of_seeds) * t2_of_units) / variance
            return float(stdtridf(UPPER, np.sqrt(t2)))
        parts = of_seeds**2 / max(self.seeds - 1, 1) + others**2 / of_units
        return variance**2 / parts

    @cached_property
    def freedom(self) -> float:
        """The degrees of freedom of a difference, whose mentions are independent."""
        return self._freedom(self.effects.leverage)

    @property
    def interval(self) -> Interval:
        """That of 95% of a difference, in points; None where units are too few to tell."""
        if not self.is_told:
            return None
        half = float(stdtrit(self.freedom, UPPER)) * self.standard_error
        return self.value - half, self.value + half

    @property
    def p(self) -> float:
        """The probability of a difference as far from 0, were it 0 in truth; two-sided."""
        return min(2 * self._below(-abs(self.value)), 1.0)

    def equivalence_p(self, margin: float) -> float:
        """Return the larger p of two one-sided tests: that it is below margin, and above -margin.

        Where it is small, the difference lies within the margin of 0.
        """
        return self._below(abs(self.value) - margin)

    @property
    def detectable(self) -> float:
        """The difference that such a study detects with 80% power, in points."""
        return detectable_errors(self.freedom) * self.standard_error

    def _below(self, distance: float) -> float:
        """Return the probability of an error of at most ``distance``, in points."""
        if not self.is_told:
            return 1.0
        return float(stdtr(self.freedom, distance / self.standard_error))

    @property
    def share_interval(self) -> Interval:
        """That of 95% of the mean of an arm, in percent; None where units are too few to tell."""
        if not self.is_told:
            return None
        leverage, variance = self.effects.leverage, self._variances[0] / 100**2
        freedom, effects = self._freedom(leverage**2), self.effects
        share = min(max(self.value / 100, 0.0), 1.0)
        ends = share_interval(share, variance, freedom, effects.total, effects.size)
        return None if ends is None else (100 * ends[0], 100 * ends[1])


def _variance(values: FloatArray) -> float:
    """Return that of the values which are there; ``nanvar`` takes long, also where all are."""
    return float(np.nanvar(values) if np.isnan(values).any() else np.var(values))


def within(interval: Interval, most: float = 100) -> Interval:
    """Return an interval without what a difference of percentages cannot be."""
    return interval and (max(interval[0], -most), min(interval[1], most))


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
