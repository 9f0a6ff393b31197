"""What the runs of a study say: estimates, tests, crossing points, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from ner_window.evaluation.bootstrap import (
    LEVEL,
    POWER_FACTOR,
    SEED,
    bootstrap_p,
    percentile_interval,
)
from ner_window.evaluation.comparison import SIGNIFICANT
from ner_window.evaluation.multiplicity import holm
from ner_window.study.arms import ArmName
from ner_window.study.crossing import Crossing, crossing_of
from ner_window.study.draws import Draws, Metric
from ner_window.study.results import SEEN, UNSEEN, StudyResults

Interval = tuple[float, float] | None

RESAMPLES = 5000
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
    draws = {name: Draws(results, metric, group, resamples) for name, group in GROUPS.items()}
    main = draws["all"]
    pairs = list(combinations(range(len(results.arms)), 2))
    places = [(arm, size) for arm in range(len(results.arms)) for size in range(len(results.sizes))]
    differences = [
        _difference(main, *pair, size) for pair in pairs for size in range(len(results.sizes))
    ]
    crossings = [crossing_of(main, *pair) for pair in pairs]
    return Statistics(
        metric=metric,
        units=results.units.name,
        unit_count=results.units.count,
        resamples=resamples,
        cells=[cell for place in places if (cell := _cell(results, draws, *place))],
        differences=_with_holm([difference for difference in differences if difference]),
        crossings=[crossing for crossing in crossings if crossing],
    )


def _cell(results: StudyResults, draws: Mapping[str, Draws], arm: int, size: int) -> Cell | None:
    runs = results.of(results.arms[arm], results.sizes[size])
    main = _estimate(draws["all"], arm, size)
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
        seen=_estimate(draws["seen"], arm, size),
        unseen=_estimate(draws["unseen"], arm, size),
    )


def _estimate(draws: Draws, arm: int, size: int) -> Estimate:
    values = draws.values[arm, size]
    if np.isnan(values).all():
        return Estimate(None, None)
    return Estimate(float(np.nanmean(values)), percentile_interval(draws.mean(arm, size)))


def _difference(draws: Draws, one: int, other: int, size: int) -> Difference | None:
    """Return arm other minus arm one, with Holm's p still to be found."""
    values = draws.values[other, size] - draws.values[one, size]
    is_common = ~np.isnan(values)
    if not is_common.any():
        return None
    value = float(values[is_common].mean())
    drawn = draws.difference(one, other, size)
    arms, p = draws.results.arms, bootstrap_p(drawn, value)
    return Difference(
        one=arms[one],
        other=arms[other],
        size=draws.results.sizes[size],
        tokens=draws.tokens[size],
        seeds=np.array(draws.seeds)[is_common].tolist(),
        value=value,
        interval=percentile_interval(drawn),
        standard_error=float(np.nanstd(drawn, ddof=1)),
        p=p,
        adjusted_p=p,
    )


def _with_holm(differences: list[Difference]) -> list[Difference]:
    adjusted = holm([difference.p for difference in differences])
    return [replace(each, adjusted_p=p) for each, p in zip(differences, adjusted, strict=True)]
