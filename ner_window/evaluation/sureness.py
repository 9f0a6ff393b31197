"""How sure a model is of what it predicts, beside how often it is right, in all and by type.

The interval of the difference is the mean confidence minus the ends of an interval of the share
that is right, so that it is never beyond what is possible, and has a width also where all are
right. That share is taken for one of so many independent entities as make it as uncertain as the
units say the difference is, with the exact ends of a binomial (Clopper and Pearson 1934) and with
what the variance itself is unsure by (Korn and Graubard 1998). They are cautious: a verdict hangs
on them, mostly of few entities, almost all of which are right.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from ner_window.arrays import FloatArray
from ner_window.evaluation.intervals import LEVEL, UPPER, Interval, as_interval
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.unit_variance import corrected_variance, degrees_of_freedom
from ner_window.evaluation.units import Units
from ner_window.terminal import Line, Role, Shown
from ner_window.wording import interval_phrase


@dataclass(frozen=True)
class Sureness(Shown):
    """How sure a model is of some predicted entities, and how often it is right, in percent.

    ``confidence`` is the mean and ``precision`` the share that is correct; ``interval`` holds the
    difference, the first minus the second, at 95%. Without entities all are None, and the interval
    is where there are too few units, or fewer than two of them have any entity.
    """

    count: int
    confidence: float | None = None
    precision: float | None = None
    interval: Interval = None

    @property
    def difference(self) -> float | None:
        """Confidence minus precision, in points: above 0 the model is too sure."""
        if self.confidence is None or self.precision is None:
            return None
        return self.confidence - self.precision

    @property
    def tendency(self) -> str | None:
        """``over-confident`` or ``under-confident`` where the interval says so, else None."""
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return None
        return "over-confident" if self.interval[0] > 0 else "under-confident"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {**asdict(self), "difference": self.difference, "tendency": self.tendency}

    def __rich__(self) -> Line:
        """Return what it says, what is right, and how far apart the two are."""
        if self.difference is None:
            return Line("says nothing: no entity is predicted")
        role = Role.detected if self.tendency else Role.undecided
        return Line(
            f"says {self.confidence:.1f}%, is right {self.precision:.1f}%: difference "
            f"{self.difference:+.2f}, ",
            (interval_phrase(LEVEL, self.interval), Role.interval),
            " (",
            (self._finding(), role),
            ")",
        )

    def _finding(self) -> str:
        if self.interval is None:
            return "over- or under-confidence is not tested: there is too little text"
        return self.tendency or "neither over- nor under-confidence is detected"


def sureness(
    confidences: FloatArray, mentions: Mentions, units: Units
) -> tuple[Sureness, dict[str, Sureness]]:
    """Return it of all predicted mentions, with confidences (n,), and of those of each type."""
    predicted, groups = mentions.predicted, 1 + len(mentions.names)
    columns = (
        np.ones_like(confidences),
        confidences,
        mentions.is_correct,
        confidences * (1 - confidences),
    )
    sums = np.zeros((units.count, groups, len(columns)))
    unit = units.of_sentence[predicted.sentences]
    np.add.at(sums, (unit, 1 + predicted.types), np.stack(columns, axis=1))
    sums[:, 0] = sums.sum(axis=1)
    ends = _intervals(sums) if units.are_enough else np.full((groups, 2), np.nan)
    found = [
        Sureness(int(count), 100 * says / count, 100 * correct / count, as_interval(100 * interval))
        if count
        else Sureness(0)
        for (count, says, correct, _), interval in zip(sums.sum(axis=0), ends, strict=True)
    ]
    return found[0], dict(zip(mentions.names, found[1:], strict=True))


def _intervals(sums: FloatArray) -> FloatArray:
    """Return the intervals of the difference, (groups, 2), NaN where it is of one unit or none.

    ``sums`` (units, groups, 4) are entities, confidences, correct entities, and confidence times
    one minus confidence. The number of independent entities is p (1 - p) / variance of the
    difference, times (z / t)^2. Where all are right, or none, they tell no variance: then it is
    all entities times (z / t)^2. It is at most that of all entities, or, where confidences tell
    right from wrong, what makes p as uncertain as if they held; there, nothing is ever taken to be
    surer than to a single entity.
    """
    wholes, sure, right, by_chance = np.moveaxis(sums, -1, 0)
    total = wholes.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, confidence, leverage = right.sum(0) / total, sure.sum(0) / total, wholes / total
        residuals = (sure - right - (confidence - share) * wholes) / total
        freedom = degrees_of_freedom(leverage, leverage**2)
        unsure = (ndtri(UPPER) / stdtrit(freedom, UPPER)) ** 2
        spread = share * (1 - share)
        told = unsure * spread / corrected_variance(residuals, leverage)
        most = np.maximum(total, total**2 * spread / np.maximum(by_chance.sum(axis=0), 1))
        is_whole = (share == 0) | (share == 1)
        count = np.where(is_whole, total * unsure, np.minimum(told, most))
    low, high = _binomial_ends(share, count)
    is_told = (wholes > 0).sum(axis=0) > 1
    ends = np.stack((confidence - high, confidence - low), axis=-1)
    return np.where(is_told[:, np.newaxis], ends, np.nan)


def _binomial_ends(share: FloatArray, count: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends of Clopper's and Pearson's interval of a share of so many, both (groups,)."""
    right, wrong = share * count, (1 - share) * count
    with np.errstate(invalid="ignore"):
        low = np.where(share == 0, 0, betaincinv(right, wrong + 1, 1 - UPPER))
        high = np.where(share == 1, 1, betaincinv(right + 1, wrong, UPPER))
    return low, high
