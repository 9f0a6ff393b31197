"""What the runs of a study say: estimates, tests, crossing points, and how sure they are.

Two things are left to chance: the seed of a run (initial weights, order of the data, and which
documents a subset has) and the sentences of the reported data. They are *crossed*: every run is
scored on the same sentences. So a resample draws seeds and, apart from that, units (sentences, or
documents), and all arms and sizes are scored on the same draw: differences are paired by both.
Drawing units for each seed anew would average away what the sentences have in common.

With V(s), V(u) and V(su) the variance of a mean over resamples of the seeds alone, of the units
alone and of both, the variance of the mean is about V = 2 V(s) + 2 V(u) - V(su): resampling both
counts the chance that belongs to neither alone, the interaction, three times. So resamples of both
are drawn together by sqrt(V / V(su)). They are spread again by t / z at 97.5%, t with the degrees
of freedom that K seeds leave (V^2 / (V(s)^2 / (K - 1) + V(u)^2 / (U - 1))). Of K seeds K - 1 are
drawn, because drawing K makes V(s) smaller by (K - 1) / K.

Sources: the bootstrap of crossed data and what it overcounts, Owen 2007; of seeds and test items,
Sellam et al. 2022; K - 1 draws, Rao and Wu 1988; degrees of freedom, Satterthwaite 1946; Holm 1979.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from ner_window.arrays import Array, BoolArray, FloatArray
from ner_window.evaluation.bootstrap import (
    LEVEL,
    POWER_FACTOR,
    SEED,
    Units,
    bootstrap_p,
    figures,
    percentile_interval,
    resampled,
)
from ner_window.evaluation.comparison import SIGNIFICANT
from ner_window.study.arms import ArmName
from ner_window.study.results import SEEN, UNSEEN, RunResult, StudyResults

Interval = tuple[float, float] | None
Metric = Literal["precision", "recall", "f1"]

RESAMPLES = 5000
METRICS: tuple[Metric, ...] = ("precision", "recall", "f1")
GROUPS = {"all": slice(None), "seen": SEEN, "unseen": UNSEEN}


@dataclass(frozen=True)
class Estimate:
    """A mean over the seeds and its interval, None where nothing is there to be counted."""

    mean: float | None
    interval: Interval


@dataclass(frozen=True)
class Cell:
    """An arm at a size: the metric, in percent, of its runs.

    ``tokens`` is the mean size of the training data; ``values`` are those of the seeds, in order of
    ``seeds``; ``deviation`` is their standard deviation, None for a single one. ``interval`` holds
    the mean in 95% of the resamples of seeds and units. ``seen`` is about the mentions that the
    training data of a run shows with their type, ``unseen`` about all others.
    """

    arm: ArmName
    size: str
    tokens: float
    learning_rate: float
    seeds: list[int]
    values: list[float]
    mean: float
    deviation: float | None
    interval: Interval
    seen: Estimate
    unseen: Estimate


@dataclass(frozen=True)
class Difference:
    """ArmName ``other`` minus arm ``one`` at a size, over the ``seeds`` that both have.

    ``p`` is that of the bootstrap, two-sided; ``adjusted_p`` is Holm's, for all differences of the
    study together. ``detectable`` is the smallest difference that would be detected with 80% power
    at the 5% level, were it the only one.
    """

    one: ArmName
    other: ArmName
    size: str
    tokens: float
    seeds: list[int]
    value: float
    interval: Interval
    standard_error: float
    p: float
    adjusted_p: float

    @property
    def detectable(self) -> float:
        """The smallest difference that would be detected with 80% power at the 5% level."""
        return POWER_FACTOR * self.standard_error

    @property
    def is_detected(self) -> bool:
        """Whether the difference, looked at alone, is detected at the 5% level."""
        return self.p < SIGNIFICANT

    @property
    def is_detected_among_all(self) -> bool:
        """Whether it is detected with all other differences of the study taken into account."""
        return self.adjusted_p < SIGNIFICANT

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            **asdict(self),
            "detectable": self.detectable,
            "is_detected": self.is_detected,
            "is_detected_among_all": self.is_detected_among_all,
        }


@dataclass(frozen=True)
class Crossing:
    """Where the learning curves of two arms cross for the last time, in training tokens.

    Curves are straight lines between the sizes, over the logarithm of the tokens. ``tokens`` is
    None where they do not cross; ``share`` is the share of resamples in which they do, and
    ``interval`` that of the crossing point in those.
    """

    one: ArmName
    other: ArmName
    tokens: float | None
    interval: Interval
    share: float


@dataclass(frozen=True)
class Statistics:
    """All that is said of a study. ``units`` names what is drawn, ``unit_count`` of how many."""

    metric: Metric
    units: str
    unit_count: int
    cells: list[Cell]
    differences: list[Difference]
    crossings: list[Crossing]
    resamples: int

    def cell(self, arm: ArmName, size: str) -> Cell | None:
        """Return the cell of an arm at a size, None where no run has succeeded."""
        return next((c for c in self.cells if (c.arm, c.size) == (arm, size)), None)

    def of_pair(self, one: ArmName, other: ArmName) -> list[Difference]:
        """Return the differences of two arms, smallest size first."""
        return [d for d in self.differences if (d.one, d.other) == (one, other)]

    def crossing(self, one: ArmName, other: ArmName) -> Crossing | None:
        """Return the crossing of two arms, None where they share fewer than two sizes."""
        return next((c for c in self.crossings if (c.one, c.other) == (one, other)), None)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "metric": self.metric,
            "level": LEVEL,
            "bootstrap": {
                "resamples": self.resamples,
                "units": self.units,
                "unit_count": self.unit_count,
                "seed": SEED,
            },
            "cells": [asdict(cell) for cell in self.cells],
            "differences": [difference.as_dict() for difference in self.differences],
            "crossings": [asdict(crossing) for crossing in self.crossings],
        }


def statistics_of(
    results: StudyResults, metric: Metric = "f1", resamples: int = RESAMPLES
) -> Statistics:
    """Return what the runs of a study say."""
    draws = {name: _Draws(results, metric, group, resamples) for name, group in GROUPS.items()}
    main = draws["all"]
    pairs = list(combinations(range(len(results.arms)), 2))
    places = [(arm, size) for arm in range(len(results.arms)) for size in range(len(results.sizes))]
    differences = [
        main.difference(*pair, size) for pair in pairs for size in range(len(results.sizes))
    ]
    crossings = [main.crossing(*pair) for pair in pairs]
    return Statistics(
        metric=metric,
        units=results.units.name,
        unit_count=results.units.count,
        resamples=resamples,
        cells=[cell for place in places if (cell := _cell(results, draws, *place))],
        differences=_with_holm([difference for difference in differences if difference]),
        crossings=[crossing for crossing in crossings if crossing],
    )


class _Draws:
    """The metric of one group of mentions: as it is, and in all resamples.

    ``values`` (arms, sizes, seeds) and ``drawn`` (resamples, arms, sizes, seeds) are in percent,
    NaN where a run is missing or nothing is there to be counted. ``weights`` (resamples, seeds)
    tells how often a seed was drawn.
    """

    def __init__(self, results: StudyResults, metric: Metric, group: slice, resamples: int) -> None:
        self.results = results
        self.seeds = sorted({run.seed for run in results.runs})
        counts, is_there = _stacked(results, self.seeds, group)
        column = METRICS.index(metric)
        self.values = np.where(is_there, figures(counts.sum(axis=0))[..., column], np.nan)
        drawn = figures(resampled(counts, resamples, SEED))[..., column]
        self.drawn = np.where(is_there, drawn, np.nan)
        self.weights = _seed_weights(len(self.seeds), resamples)
        self.tokens = _mean_tokens(results)

    def estimate(self, arm: int, size: int) -> Estimate:
        values = self.values[arm, size]
        if np.isnan(values).all():
            return Estimate(None, None)
        drawn = np.clip(self._resampled_mean(values, self.drawn[:, arm, size]), 0, 100)
        return Estimate(float(np.nanmean(values)), percentile_interval(drawn))

    def difference(self, one: int, other: int, size: int) -> Difference | None:
        """Return arm other minus arm one, with Holm's p still to be found."""
        values = self.values[other, size] - self.values[one, size]
        is_common = ~np.isnan(values)
        if not is_common.any():
            return None
        value = float(values[is_common].mean())
        drawn = self._drawn_difference(one, other, size)
        arms, p = self.results.arms, bootstrap_p(drawn, value)
        return Difference(
            one=arms[one],
            other=arms[other],
            size=self.results.sizes[size],
            tokens=self.tokens[size],
            seeds=np.array(self.seeds)[is_common].tolist(),
            value=value,
            interval=percentile_interval(drawn),
            standard_error=float(np.nanstd(drawn, ddof=1)),
            p=p,
            adjusted_p=p,
        )

    def _drawn_difference(self, one: int, other: int, size: int) -> FloatArray:
        """Return the mean difference over the seeds in all resamples, (resamples,)."""
        values, drawn = self.values[:, size], self.drawn[:, :, size]
        return self._resampled_mean(values[other] - values[one], drawn[:, other] - drawn[:, one])

    def _resampled_mean(self, values: Array, drawn: FloatArray) -> FloatArray:
        """Return the mean over the seeds (seeds,) in resamples, (resamples,), with its variance.

        ``drawn`` (resamples, seeds) are the values in resamples of the units.
        """
        both = _weighted(drawn, self.weights)
        of_both = float(np.nanvar(both))
        of_seeds = float(np.nanvar(_weighted(values[np.newaxis], self.weights)))
        of_units = float(np.nanvar(_weighted(drawn, np.ones_like(self.weights))))
        if of_both == 0:
            return both
        variance = max(2 * of_seeds + 2 * of_units - of_both, of_seeds, of_units)
        seeds, units = int(np.count_nonzero(~np.isnan(values))), self.results.units.count
        freedom = variance**2 / (of_seeds**2 / max(seeds - 1, 1) + of_units**2 / max(units - 1, 1))
        spread = np.sqrt(variance / of_both) * stdtrit(freedom, 0.975) / ndtri(0.975)
        center = np.nanmean(both)
        widened: FloatArray = center + spread * (both - center)
        return widened

    def crossing(self, one: int, other: int) -> Crossing | None:
        both = ~np.isnan(self.values[other] - self.values[one])
        sizes = np.flatnonzero(both.any(axis=1)).tolist()
        if len(sizes) < 2:
            return None
        curve = np.nanmean((self.values[other] - self.values[one])[sizes], axis=1)
        drawn = np.stack([self._drawn_difference(one, other, size) for size in sizes], axis=1)
        tokens = np.array([self.tokens[size] for size in sizes])
        point = float(last_crossing(curve[np.newaxis], tokens)[0])
        points = last_crossing(drawn, tokens)
        arms = self.results.arms
        return Crossing(
            one=arms[one],
            other=arms[other],
            tokens=None if np.isnan(point) else point,
            interval=percentile_interval(points),
            share=float(np.mean(~np.isnan(points))),
        )


def _stacked(
    results: StudyResults, seeds: Sequence[int], group: slice
) -> tuple[FloatArray, BoolArray]:
    """Return the counts (units, arms, sizes, seeds, 3), and which runs are there (... seeds)."""
    units, arms, sizes = results.units, results.arms, results.sizes
    counts = np.zeros((units.count, len(arms), len(sizes), len(seeds), 3))
    is_there = np.zeros(counts.shape[1:-1], bool)
    for run in results.runs:
        place = arms.index(run.arm), sizes.index(run.size), seeds.index(run.seed)
        counts[(slice(None), *place)] = _by_unit(run, units, group)
        is_there[place] = True
    return counts, is_there


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


def _cell(results: StudyResults, draws: dict[str, _Draws], arm: int, size: int) -> Cell | None:
    runs = results.of(results.arms[arm], results.sizes[size])
    main = draws["all"].estimate(arm, size)
    if main.mean is None:
        return None
    values = draws["all"].values[arm, size]
    present = values[~np.isnan(values)]
    return Cell(
        arm=results.arms[arm],
        size=results.sizes[size],
        tokens=float(np.mean([run.tokens for run in runs.values()])),
        learning_rate=results.rates[results.arms[arm], results.sizes[size]],
        seeds=np.array(draws["all"].seeds)[~np.isnan(values)].tolist(),
        values=present.tolist(),
        mean=main.mean,
        deviation=float(present.std(ddof=1)) if len(present) > 1 else None,
        interval=main.interval,
        seen=draws["seen"].estimate(arm, size),
        unseen=draws["unseen"].estimate(arm, size),
    )


def _with_holm(differences: list[Difference]) -> list[Difference]:
    adjusted = holm([difference.p for difference in differences])
    return [replace(each, adjusted_p=p) for each, p in zip(differences, adjusted, strict=True)]


def holm(values: Sequence[float]) -> list[float]:
    """Return Holm's p of each p: p (m - rank), never below that of a smaller p, at most 1."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, largest = [0.0] * len(values), 0.0
    for rank, number in enumerate(order):
        largest = max(largest, min(values[number] * (len(order) - rank), 1.0))
        adjusted[number] = largest
    return adjusted


def last_crossing(differences: FloatArray, tokens: FloatArray) -> FloatArray:
    """Return where each row of differences (n, sizes) last changes its sign, (n,).

    ``tokens`` (sizes,) are ascending; between two of them a difference is a straight line over
    log(tokens). NaN where the sign does not change.
    """
    points = np.full(len(differences), np.nan)
    logs = np.log(tokens)
    for left in range(len(tokens) - 1):
        before, after = differences[:, left], differences[:, left + 1]
        crosses = (before > 0) != (after > 0)
        share = before[crosses] / (before[crosses] - after[crosses])
        points[crosses] = np.exp(logs[left] + share * (logs[left + 1] - logs[left]))
    return points
