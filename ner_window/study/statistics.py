"""What the runs of a study say: estimates, tests, crossing points, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.evaluation.bootstrap import SEED
from ner_window.evaluation.intervals import LEVEL, Interval
from ner_window.study.arms import ArmName
from ner_window.study.at_rates import CellAtRate, cell_at_rates
from ner_window.study.choice import Choice
from ner_window.study.crossing import Crossing, crossing_of
from ner_window.study.differences import Difference, differences_of
from ner_window.study.draws import Draws, Metric
from ner_window.study.results import SEEN, UNSEEN, StudyResults
from ner_window.study.slices import SliceDifferences, slice_differences_of

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

    ``tokens`` is the mean size of the training data, ``learning_rate`` the likeliest one; where
    tuning does not tell it from others, ``at_rates`` has each of them, and all figures are means
    over them, by their share. ``values`` are those of the seeds, in order of ``seeds``;
    ``deviation`` is the standard deviation of runs with one rate, None for a single one.
    ``interval`` is that of 95%, over seeds, units and rates. ``seen`` is about
    the mentions that the training data of a run shows with their type, ``unseen`` about all others.
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
    at_rates: Sequence[CellAtRate] = ()


@dataclass(frozen=True)
class Statistics:
    """All that is said of a study on one set of data, called ``reported``.

    ``units`` names what is drawn, ``unit_count`` of how many; ``margin`` is the difference, in
    points, below which arms count as equivalent. ``sets`` is how many sets ``pair_p`` counts.
    """

    metric: Metric
    units: str
    unit_count: int
    cells: list[Cell]
    differences: list[Difference]
    slices: list[SliceDifferences]
    crossings: list[Crossing]
    resamples: int
    margin: float
    reported: str
    sets: int = 1

    def cell(self, arm: ArmName, size: str) -> Cell | None:
        """Return the cell of an arm at a size, None where no run has succeeded."""
        return next((c for c in self.cells if (c.arm, c.size) == (arm, size)), None)

    def tokens_of(self, size: str) -> float | None:
        """Return the training tokens of a size, on average, None where no run has succeeded."""
        return next((cell.tokens for cell in self.cells if cell.size == size), None)

    def of_pair(self, one: ArmName, other: ArmName) -> list[Difference]:
        """Return the differences of two arms, smallest size first."""
        return [d for d in self.differences if (d.one, d.other) == (one, other)]

    def slices_of_pair(self, one: ArmName, other: ArmName) -> list[SliceDifferences]:
        """Return the differences of two arms on seen and unseen mentions, smallest size first."""
        return [s for s in self.slices if (s.one, s.other) == (one, other)]

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
            "margin": self.margin,
            "differences": [difference.as_dict() for difference in self.differences],
            "slices": [slices.as_dict() for slices in self.slices],
            "crossings": [asdict(crossing) for crossing in self.crossings],
        }


def statistics_of(
    results: StudyResults, metric: Metric = "f1", margin: float = 1.0, resamples: int = RESAMPLES
) -> Statistics:
    """Return what the runs of a study say; ``margin`` as :class:`Statistics` has it."""
    draws = {name: Draws(results, metric, group, resamples) for name, group in GROUPS.items()}
    arms, sizes = results.arms, range(len(results.sizes))
    pairs = list(combinations(range(len(arms)), 2))
    differences = differences_of(draws["all"], pairs, margin)
    by_pair = [
        [each for each in differences if (each.one, each.other) == (arms[one], arms[other])]
        for one, other in pairs
    ]
    crossings = [crossing_of(draws["all"], pair) for pair in by_pair]
    places = [(arm, size) for arm in range(len(arms)) for size in sizes]
    return Statistics(
        metric=metric,
        units=results.units.name,
        unit_count=results.units.count,
        cells=[cell for place in places if (cell := _cell(results, draws, *place))],
        differences=differences,
        slices=slice_differences_of(draws, pairs),
        crossings=[crossing for crossing in crossings if crossing],
        resamples=resamples,
        margin=margin,
        reported=results.reported,
    )


def _cell(results: StudyResults, draws: Mapping[str, Draws], arm: int, size: int) -> Cell | None:
    cell = results.arms[arm], results.sizes[size]
    main = _estimate(draws["all"], arm, size)
    if main.mean is None:
        return None
    values = draws["all"].values[arm, size]
    present = values[~np.isnan(values)]
    return Cell(
        arm=cell[0],
        size=cell[1],
        tokens=float(np.mean([run.tokens for run in results.of(*cell).values()])),
        learning_rate=results.choices[cell].likeliest_first[0],
        seeds=np.array(draws["all"].seeds)[~np.isnan(values)].tolist(),
        values=present.tolist(),
        mean=main.mean,
        deviation=_deviation(draws["all"].at_rates[arm, size], results.choices[cell]),
        interval=main.interval,
        seen=_estimate(draws["seen"], arm, size),
        unseen=_estimate(draws["unseen"], arm, size),
        at_rates=cell_at_rates(draws["all"], arm, size),
    )


def _deviation(values: FloatArray, choice: Choice) -> float | None:
    """Return the deviation of runs with one rate, (rates, seeds), in the mean over the rates."""
    shares = np.array([*choice.shares.values()])
    values = values[: len(shares)]
    has_several = np.count_nonzero(~np.isnan(values), axis=1) > 1
    if not has_several.any():
        return None
    variances = np.nanvar(values[has_several], axis=1, ddof=1)
    return float(np.sqrt(np.average(variances, weights=shares[has_several])))


def _estimate(draws: Draws, arm: int, size: int) -> Estimate:
    mean = draws.mean(arm, size)
    if mean is None:
        return Estimate(None, None)
    return Estimate(mean.value, mean.share_interval)
