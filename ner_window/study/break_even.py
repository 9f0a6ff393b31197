"""The share of new names at which two arms tie, and how well it predicts what other text shows.

With D(seen) and D(new) the differences of two arms on mentions that training showed with their type
and on all others, text of which a share s of the mentions is new has about the difference

    D(s) = (1 - s) D(seen) + s D(new),

a straight line, which is 0 at the break-even s* = D(seen) / (D(seen) - D(new)). It is drawn from
the reported data alone. It takes F1 for a mean over mentions, which holds where both arms predict
about as many as there are, and takes a seen name, and a new one, to be as hard anywhere: how far a
held-out set is from its line tells whether that is so.

A break-even is named where both differences are detected, with opposite signs (an
intersection-union test, Berger 1982); its interval holds the shares at which the difference is not
told from 0 (Fieller 1954).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import hypot
from typing import Any

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.evaluation.intervals import Interval
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.study.arms import ArmName
from ner_window.study.draws import Draws
from ner_window.study.resampled_mean import ResampledMean, within
from ner_window.study.results import SEEN, UNSEEN, StudyResults
from ner_window.study.sets import SetStatistics
from ner_window.study.statistics import Statistics

STEPS = 200  # from no new name to nothing else: shares at which a difference is tested


@dataclass(frozen=True)
class PlaceOnLine:
    """The difference that the line has at a share of new names, in percent, and its interval."""

    new_names: float
    value: float
    interval: Interval


@dataclass(frozen=True)
class SetPrediction:
    """What the line predicts of a set, and what was measured there."""

    name: str
    predicted: PlaceOnLine
    measured: float
    interval: Interval

    @property
    def error(self) -> float:
        """Measured minus predicted, in points."""
        return self.measured - self.predicted.value

    @property
    def fails(self) -> bool | None:
        """Whether the two are further apart than their intervals allow; None where one lacks one.

        Their errors add as those of independent figures do. They have the seeds in common, which
        makes the difference surer than that: a failure is said too seldom rather than too often.
        """
        if self.interval is None or self.predicted.interval is None:
            return None
        halves = ((high - low) / 2 for low, high in (self.interval, self.predicted.interval))
        return abs(self.error) > hypot(*halves)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, for JSON."""
        return {**asdict(self), "error": self.error, "fails": self.fails}


@dataclass(frozen=True)
class BreakEven:
    """Where arm ``other`` minus arm ``one`` is 0 over the share of new names, in percent.

    ``share`` and its 95% ``interval`` are None where no tie is shown; ``line`` is the difference at
    shares from 0 to 100.
    """

    one: ArmName
    other: ArmName
    share: float | None
    interval: Interval
    line: Sequence[PlaceOnLine]
    sets: Sequence[SetPrediction]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, for JSON; of the line, its ends."""
        return {
            "one": self.one,
            "other": self.other,
            "share": self.share,
            "interval": self.interval,
            "seen": asdict(self.line[0]),
            "new": asdict(self.line[-1]),
            "sets": [each.as_dict() for each in self.sets],
        }


def break_evens_of(
    results: StudyResults, statistics: Statistics, sets: Sequence[SetStatistics]
) -> list[BreakEven]:
    """Return the break-even of every two arms that have seen and new mentions.

    Parameters
    ----------
    results, statistics
        Those of the study on the reported data.
    sets
        What is found on every set, the reported data first.
    """
    largest = results.at_largest_size()
    seen, new = (
        Draws(largest, statistics.metric, group, statistics.resamples) for group in (SEEN, UNSEEN)
    )
    found = []
    for each in sets[0].pairs:
        one, other = each.difference.one, each.difference.other
        pair = results.arms.index(one), results.arms.index(other)
        of_seen, of_new = (draws.difference(*pair, 0) for draws in (seen, new))
        if of_seen is not None and of_new is not None:
            found.append(_break_even(one, other, of_seen, of_new, sets))
    return found


def _break_even(
    one: ArmName,
    other: ArmName,
    seen: ResampledMean,
    new: ResampledMean,
    sets: Sequence[SetStatistics],
) -> BreakEven:
    shares = np.linspace(0, 1, STEPS + 1)
    means = [_at(seen, new, share) for share in shares.tolist()]
    tie = None if seen.seeds == 1 else _tie(means, shares)
    return BreakEven(
        one=one,
        other=other,
        share=None if tie is None else 100 * seen.value / (seen.value - new.value),
        interval=tie,
        line=[_place(mean, share) for mean, share in zip(means, shares.tolist(), strict=True)],
        sets=[
            SetPrediction(
                name=each.name,
                predicted=_place(_at(seen, new, each.new_names / 100), each.new_names / 100),
                measured=pair.difference.value,
                interval=pair.difference.interval,
            )
            for each in sets
            if each.new_names is not None and (pair := each.pair(one, other))
        ],
    )


def _at(seen: ResampledMean, new: ResampledMean, share: float) -> ResampledMean:
    if share in (0, 1):  # not a sum, whose variance is known less well
        return new if share else seen
    return (1 - share) * seen + share * new


def _place(mean: ResampledMean, share: float) -> PlaceOnLine:
    return PlaceOnLine(100 * share, mean.value, within(mean.interval))


def _tie(means: Sequence[ResampledMean], shares: FloatArray) -> Interval:
    """Return the shares, in percent, at which no arm is told to be better; None of no tie."""
    signs = np.array([np.sign(mean.value) if mean.p < SIGNIFICANT else 0 for mean in means])
    if signs[0] * signs[-1] >= 0:
        return None
    first = int(np.flatnonzero(signs != signs[0])[0]) - 1
    last = int(np.flatnonzero(signs != signs[-1])[-1]) + 1
    low, high = (100 * shares[[first, last]]).tolist()
    return low, high
