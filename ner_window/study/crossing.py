"""Where the learning curves of two arms cross."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.evaluation.bootstrap import percentile_interval
from ner_window.study.arms import ArmName
from ner_window.study.draws import Draws


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
    interval: tuple[float, float] | None
    share: float


def crossing_of(draws: Draws, one: int, other: int) -> Crossing | None:
    """Return where two arms cross, None where they share fewer than two sizes."""
    differences = draws.values[other] - draws.values[one]
    sizes = np.flatnonzero((~np.isnan(differences)).any(axis=1)).tolist()
    if len(sizes) < 2:
        return None
    curve = np.nanmean(differences[sizes], axis=1)
    drawn = np.stack([draws.difference(one, other, size) for size in sizes], axis=1)
    tokens = np.array([draws.tokens[size] for size in sizes])
    point = float(last_crossing(curve[np.newaxis], tokens)[0])
    points = last_crossing(drawn, tokens)
    arms = draws.results.arms
    return Crossing(
        one=arms[one],
        other=arms[other],
        tokens=None if np.isnan(point) else point,
        interval=percentile_interval(points),
        share=float(np.mean(~np.isnan(points))),
    )


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
