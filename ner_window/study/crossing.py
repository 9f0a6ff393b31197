"""Where the learning curves of two arms cross, if that is shown.

Noise around 0 changes its sign at almost any place: that a curve of differences, or most of its
resamples, change their sign shows nothing. A crossing is shown by two differences: one detected at
a smaller size, and one of the other sign detected at a larger (an intersection-union test, Berger
1982, of what is corrected for the number of sizes). Its place is wherever between these two the
difference is not told from 0 (the interval of Fieller 1954).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.evaluation.intervals import Interval
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.study.arms import ArmName
from ner_window.study.differences import Difference
from ner_window.study.draws import Draws
from ner_window.study.resampled_mean import ResampledMean

STEPS = 50  # between two sizes: places at which a difference is tested


@dataclass(frozen=True)
class Crossing:
    """Where the learning curves of two arms cross for the last time, in training tokens.

    Curves are straight lines between the sizes, over the logarithm of the tokens. ``between`` are
    the sizes at which differences of opposite signs are detected; ``tokens`` is the place where the
    measured curves cross, and ``interval`` that of 95%. They are None where no crossing is shown.
    """

    one: ArmName
    other: ArmName
    between: tuple[float, float] | None = None
    tokens: float | None = None
    interval: Interval = None


def crossing_of(draws: Draws, pair: Sequence[Difference]) -> Crossing | None:
    """Return where two arms cross by their differences, None where these are of one size only."""
    if len(pair) < 2:
        return None
    one, other = pair[0].one, pair[0].other
    ends = _sides(pair)
    if ends is None:
        return Crossing(one, other)
    means, logs = _interpolated(draws, pair[ends[0] : ends[1] + 1])
    signs = np.array([np.sign(mean.value) if mean.p < SIGNIFICANT else 0 for mean in means])
    # The places before the first that is not clearly on the left side, and after the last that is
    # not clearly on the right: at the ends, both are.
    left, right = signs[0], signs[-1]
    first = int(np.flatnonzero(signs != left)[0]) - 1
    last = int(np.flatnonzero(signs != right)[-1]) + 1
    low, high = np.exp(logs[[first, last]]).tolist()
    values = np.array([mean.value for mean in means])
    return Crossing(
        one=one,
        other=other,
        between=(pair[ends[0]].tokens, pair[ends[1]].tokens),
        tokens=last_sign_change(values, np.exp(logs)),
        interval=(low, high),
    )


def _sides(pair: Sequence[Difference]) -> tuple[int, int] | None:
    """Return the last two places of a pair at which opposite signs are detected."""
    detected = [
        place for place, each in enumerate(pair) if each.is_told_apart and not each.is_of_two_models
    ]
    changes = [
        (left, right)
        for left, right in pairwise(detected)
        if pair[left].value * pair[right].value < 0
    ]
    return changes[-1] if changes else None


def _interpolated(
    draws: Draws, pair: Sequence[Difference]
) -> tuple[list[ResampledMean], FloatArray]:
    """Return differences at places between some sizes, and log(tokens) of these places."""
    arms, sizes = draws.results.arms, draws.results.sizes
    one, other = arms.index(pair[0].one), arms.index(pair[0].other)
    known = [draws.difference(one, other, sizes.index(each.size)) for each in pair]
    at_sizes = [mean for mean in known if mean is not None]
    places = np.log([each.tokens for each in pair])
    means, logs = [at_sizes[0]], [places[:1]]
    for (left, right), (start, end) in zip(pairwise(at_sizes), pairwise(places), strict=True):
        shares = np.linspace(0, 1, STEPS + 1)[1:]
        means += [(1 - share) * left + share * right for share in shares.tolist()]
        logs.append(start + shares * (end - start))
    return means, np.concatenate(logs)


def last_sign_change(differences: FloatArray, tokens: FloatArray) -> float:
    """Return where differences (sizes,) last change their sign, NaN where they do not.

    ``tokens`` (sizes,) are ascending; between two of them a difference is a straight line over
    log(tokens).
    """
    changes = np.flatnonzero((differences[:-1] > 0) != (differences[1:] > 0))
    if not len(changes):
        return float("nan")
    left = changes[-1]
    before, after = differences[left : left + 2]
    start, end = np.log(tokens[left : left + 2])
    return float(np.exp(start + before / (before - after) * (end - start)))
