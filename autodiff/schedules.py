"""Schedules: the learning rate as a pure function of the step.

A schedule is called with the step (from 0) and returns the factor by which the initial learning
rate is multiplied. Having no state, it needs nothing to be resumed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Schedule = Callable[[int], float]


def constant() -> Schedule:
    """Factor 1 throughout."""
    return lambda step: 1.0


def halving(steps_per_epoch: int, every: int) -> Schedule:
    """Halved every ``every`` epochs: 2^-floor(epoch / every)."""
    return lambda step: 0.5 ** (step // (steps_per_epoch * every))


def exponential(steps_per_epoch: int, rate: float) -> Schedule:
    """e^(-k t), with k = ``rate`` and t in epochs, fractions counted."""
    return lambda step: math.exp(-rate * step / steps_per_epoch)


def linear(total_steps: int) -> Schedule:
    """From 1 down to 0 in a straight line: the first step has 1, step ``total_steps`` has 0."""
    return lambda step: max(0.0, 1 - step / total_steps)


def cosine(total_steps: int) -> Schedule:
    """From 1 down to 0 along half a cosine: (1 + cos(pi t / T)) / 2.

    Source: Loshchilov and Hutter 2017, equation 5, without restarts.
    """
    return lambda step: (1 + math.cos(math.pi * min(1.0, step / total_steps))) / 2
