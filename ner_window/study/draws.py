"""Resampling the runs of a study: seeds and, apart from them, units of the reported data.

Two things are left to chance: the seed of a run (initial weights, order of the data, and which
documents a subset has) and the sentences of the reported data. They are *crossed*: every run is
scored on the same sentences. So a resample draws seeds and, apart from that, units (sentences, or
documents), and all arms and sizes are scored on the same draw: differences are paired by both.
Drawing units for each seed anew would average away what the sentences have in common.

A third thing is the learning rate of an arm at a size. Where tuning does not tell rates apart, all
of them are run, and a mean is that over the rates, each by its share; resamples of tuning tell how
much the shares may be off (``tuning``).

Of K seeds K - 1 are drawn, because drawing K makes their variance smaller by (K - 1) / K (Rao and
Wu 1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal

import numpy as np

from ner_window.arrays import BoolArray, FloatArray
from ner_window.evaluation.bootstrap import SEED, resampled
from ner_window.evaluation.intervals import SIZES, figures, parts_and_wholes
from ner_window.evaluation.units import Units
from ner_window.study.choice import Choice
from ner_window.study.resampled_mean import ResampledMean, UnitEffects, over_rates
from ner_window.study.results import RunResult, StudyResults

Metric = Literal["precision", "recall", "f1"]
METRICS: tuple[Metric, ...] = ("precision", "recall", "f1")


class Draws:
    """The metric of one group of mentions: as it is, and in all resamples.

    ``at_rates`` (arms, sizes, rates, seeds) and ``drawn`` (resamples, arms, sizes, rates, seeds)
    are in percent at each of the kept rates of a cell, NaN where a run is missing or nothing is
    there to be counted; ``values`` (arms, sizes, seeds) are the means over the rates by their
    share. ``residuals`` and ``wholes`` (units, arms, sizes, rates, seeds) are by how much each unit
    moves the metric, and how much it has of what that is a share of.
    ``weights`` (resamples, seeds) tells how often a seed was drawn; ``tokens`` is the mean
    size of the training data at each size.
    """

    def __init__(self, results: StudyResults, metric: Metric, group: slice, resamples: int) -> None:
        self.results = results
        self.seeds = sorted({run.seed for run in results.runs})
        counts, is_there = _stacked(results, self.seeds, group)
        is_there &= counts[..., 0].any(axis=0)  # of no mention there is nothing to find
        column = METRICS.index(metric)
        self.at_rates = np.where(is_there, figures(counts.sum(axis=0))[..., column], np.nan)
        self.values = _mean_over_rates(self.at_rates, results)
        drawn = figures(resampled(counts, resamples, SEED))[..., column]
        self.drawn = np.where(is_there, drawn, np.nan)
        parts, self.wholes = (each[..., column] for each in parts_and_wholes(counts))
        self.residuals = 100 * parts - np.nan_to_num(self.at_rates) * self.wholes
        self.residuals /= np.maximum(self.wholes.sum(axis=0), 1)
        self.size = SIZES[column]
        self.weights = _seed_weights(len(self.seeds), resamples)
        self.tokens = _mean_tokens(results)

    def choice(self, arm: int, size: int) -> Choice:
        """Return the learning rates of an arm at a size; none where a trial is missing."""
        cell = self.results.arms[arm], self.results.sizes[size]
        return self.results.choices.get(cell, Choice({}, np.ones((1, 0))))

    def mean(self, arm: int, size: int) -> ResampledMean | None:
        """Return that of an arm at a size over the seeds, None where no run has one."""
        choice = self.choice(arm, size)
        means = [self.mean_at(arm, size, rate) for rate in range(len(choice.kept))]
        shares = np.array([*choice.shares.values()])
        return over_rates(means, shares, choice.drawn_shares(len(self.drawn)))

    def mean_at(self, arm: int, size: int, rate: int) -> ResampledMean | None:
        """Return that at one of the kept rates, a number, None where no run has one."""
        place = (slice(None), arm, size, rate)
        return self._resampled(
            self.at_rates[place[1:]], self.drawn[place], self.residuals[place], [self.wholes[place]]
        )

    def difference(self, one: int, other: int, size: int) -> ResampledMean | None:
        """Return arm other minus arm one at a size, over the seeds that both have, None of none."""
        choices = self.choice(one, size), self.choice(other, size)
        pairs = [*product(*(range(len(choice.kept)) for choice in choices))]
        means = [self.difference_at(one, other, size, *pair) for pair in pairs]
        left, right = np.array(pairs, int).reshape(-1, 2).T
        one_shares, other_shares = (np.array([*choice.shares.values()]) for choice in choices)
        one_drawn, other_drawn = (choice.drawn_shares(len(self.drawn)) for choice in choices)
        shares = one_shares[left] * other_shares[right]
        return over_rates(means, shares, one_drawn[:, left] * other_drawn[:, right])

    def difference_at(
        self, one: int, other: int, size: int, one_rate: int, other_rate: int
    ) -> ResampledMean | None:
        """Return that at one of the kept rates of each arm, None where no seed has both.

        Parameters
        ----------
        one, other, size
            The numbers of the arms and of the size.
        one_rate, other_rate
            Those of the kept rates of the cells.
        """
        left, right = (slice(None), one, size, one_rate), (slice(None), other, size, other_rate)
        return self._resampled(
            self.at_rates[right[1:]] - self.at_rates[left[1:]],
            self.drawn[right] - self.drawn[left],
            self.residuals[right] - self.residuals[left],
            [self.wholes[left], self.wholes[right]],
        )

    def common_seeds(self, one: int, other: int, size: int) -> list[int]:
        """Return the seeds that two arms both have at a size."""
        is_common = ~np.isnan(self.values[one, size] + self.values[other, size])
        return [seed for seed, common in zip(self.seeds, is_common, strict=True) if common]

    def _resampled(
        self,
        values: FloatArray,
        drawn: FloatArray,
        residuals: FloatArray,
        wholes: Sequence[FloatArray],
    ) -> ResampledMean | None:
        """Return a mean over the seeds, None where none has a value.

        Parameters
        ----------
        values, drawn
            Those to take the mean of, (seeds,), and with the units resampled, (resamples, seeds).
        residuals, wholes
            What the units have to do with them, (units, seeds): of each arm, what they are shares
            of.
        """
        is_there = ~np.isnan(values)
        if not is_there.any():
            return None
        return ResampledMean(
            value=float(values[is_there].mean()),
            of_seeds=_weighted(values[np.newaxis], self.weights),
            of_units=_weighted(drawn, np.ones_like(self.weights)),
            of_both=_weighted(drawn, self.weights),
            seeds=int(np.count_nonzero(is_there)),
            effects=self._effects(residuals[:, is_there], [each[:, is_there] for each in wholes]),
            of_rates=np.full(len(drawn), values[is_there].mean()),
        )

    def _effects(self, residuals: FloatArray, wholes: Sequence[FloatArray]) -> UnitEffects:
        of_units = np.sum(wholes, axis=0).sum(axis=1)
        return UnitEffects(
            residuals=residuals.mean(axis=1),
            leverage=of_units / max(of_units.sum(), 1),
            total=max(float(each.sum(axis=0).mean()) for each in wholes),
            size=self.size,
        )


def _stacked(
    results: StudyResults, seeds: Sequence[int], group: slice
) -> tuple[FloatArray, BoolArray]:
    """Return counts (units, arms, sizes, rates, seeds, 3), and which runs are there (arms, ...)."""
    units, arms, sizes = results.units, results.arms, results.sizes
    kept = {cell: choice.kept for cell, choice in results.choices.items()}
    rates = max(map(len, kept.values()), default=1)
    counts = np.zeros((units.count, len(arms), len(sizes), rates, len(seeds), 3))
    is_there = np.zeros(counts.shape[1:-1], bool)
    for run in results.runs:
        cell, rate = (run.arm, run.size), kept[run.arm, run.size].index(run.learning_rate)
        place = arms.index(cell[0]), sizes.index(cell[1]), rate, seeds.index(run.seed)
        counts[(slice(None), *place)] = _by_unit(run, units, group)
        is_there[place] = True
    return counts, is_there


def _mean_over_rates(values: FloatArray, results: StudyResults) -> FloatArray:
    """Return the mean of values (arms, sizes, rates, seeds) over the rates that have runs."""
    shares = np.zeros(values.shape[:3])
    for (arm, size), choice in results.choices.items():
        own = [*choice.shares.values()]
        shares[results.arms.index(arm), results.sizes.index(size), : len(own)] = own
    weights = np.where(np.isnan(values), 0, shares[..., np.newaxis])
    with np.errstate(invalid="ignore"):  # no run at any rate: NaN
        means: FloatArray = (weights * np.nan_to_num(values)).sum(axis=2) / weights.sum(axis=2)
    return means


def _by_unit(run: RunResult, units: Units, group: slice) -> FloatArray:
    """Return the counts of a run by unit, (units, 3)."""
    by_sentence = run.counts[:, group].sum(axis=1)
    columns = [
        np.bincount(units.of_sentence, by_sentence[:, column], units.count) for column in range(3)
    ]
    return np.stack(columns, axis=1)


def _seed_weights(seeds: int, resamples: int) -> FloatArray:
    """Return how often each seed is drawn, (resamples, seeds): one fewer than there are, in all."""
    rng = np.random.default_rng((SEED, seeds))
    return rng.multinomial(max(seeds - 1, 1), np.full(seeds, 1 / seeds), resamples).astype(float)


def _weighted(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted means over the seeds (resamples, seeds) that are there, (resamples,)."""
    is_there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):  # resamples that drew only seeds that are missing: NaN
        sums = (weights * np.where(is_there, values, 0)).sum(axis=1)
        means: FloatArray = sums / (weights * is_there).sum(axis=1)
    return means


def _mean_tokens(results: StudyResults) -> list[float]:
    """Return the mean size of the training data at each size."""
    return [
        float(np.mean([run.tokens for run in results.runs if run.size == size] or np.nan))
        for size in results.sizes
    ]
