"""The learning rate of each arm at each size: the best of a grid on held-out documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from statistics import fmean

from ner_window.study.plan import Cell, Plan
from ner_window.study.results import TuningResult


def chosen_rates(
    plan: Plan, results: Sequence[TuningResult], failed: Collection[Cell]
) -> dict[Cell, float]:
    """Return the learning rate of each cell, without those for which a trial has ``failed``.

    It is the one with the best mean held-out F1, the smaller of equals; a trial that diverged
    counts as 0. Without tuning it is that of the base config.
    """
    tuning = plan.study.tuning
    if tuning is None:
        return dict.fromkeys(plan.cells, plan.study.base.training.learning_rate)
    cells = [cell for cell in plan.cells if cell not in failed]
    return {cell: _best(mean_f1(results, cell)) for cell in cells}


def mean_f1(results: Sequence[TuningResult], cell: Cell) -> dict[float, float]:
    """Return the mean held-out F1 in percent of each learning rate of a cell, smallest rate first.

    A trial that diverged counts as 0.
    """
    f1: dict[float, list[float]] = defaultdict(list)
    for result in results:
        if (result.arm, result.size) == cell:
            f1[result.learning_rate].append(result.f1 or 0.0)
    return {rate: fmean(f1[rate]) for rate in sorted(f1)}


def _best(means: dict[float, float]) -> float:
    return max(means, key=lambda rate: means[rate])
