"""Schedules: the learning rate as a pure function of the step.

A schedule is called with the step (from 0) and returns the factor by which the initial learning
rate is multiplied. Having no state, it needs nothing to be resumed. The one that cannot be a pure
function, because it follows a score, is :class:`ReduceOnPlateau`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

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
    """From 1 down to 0 in a straight line: step 0 has 1, step ``total_steps`` has 0."""
    return lambda step: max(0.0, 1 - step / total_steps)


def cosine(total_steps: int) -> Schedule:
    """From 1 down to 0 along half a cosine: (1 + cos(pi t / T)) / 2.

    Source: Loshchilov and Hutter 2017, equation 5, without restarts.
    """
    return lambda step: (1 + math.cos(math.pi * min(1.0, step / total_steps))) / 2


def triangular(half_cycle: int, lowest: float = 0.1) -> Schedule:
    """Up from ``lowest`` to 1 in ``half_cycle`` steps, down again in as many, and so on.

    Source: Smith 2017, section 3.2.
    """
    return lambda step: lowest + (1 - lowest) * _triangle(step, half_cycle)


def triangular2(half_cycle: int, lowest: float = 0.1) -> Schedule:
    """As :func:`triangular`, with the height of the triangle halved after each cycle.

    Source: Smith 2017, section 3.2.
    """
    return lambda step: (
        lowest + (1 - lowest) * _triangle(step, half_cycle) * 0.5 ** (step // (2 * half_cycle))
    )


def _triangle(step: int, half_cycle: int) -> float:
    """0 at the ends of each cycle, 1 in its middle."""
    return 1 - abs(step % (2 * half_cycle) / half_cycle - 1)


def warm_up(steps: int, then: Schedule) -> Schedule:
    """Up in a straight line for ``steps`` steps, to the factor that ``then`` starts with.

    Step 0 has 1 / ``steps`` of it; ``then`` counts its steps from the end of the warm-up.
    """

    def factor(step: int) -> float:
        if step >= steps:
            return then(step - steps)
        return then(0) * (step + 1) / steps

    return factor


class ReduceOnPlateau:
    """Multiplies its factor by ``by`` when a score has not risen for ``patience`` epochs.

    Call :meth:`observe` with the score after each epoch; the factor is then used for every step of
    the next. It is the one schedule with state, which ``state_dict`` saves.
    """

    def __init__(self, patience: int = 2, by: float = 0.5) -> None:
        self.patience = patience
        self.by = by
        self.factor = 1.0
        self.best = -math.inf
        self.epochs_since_best = 0

    def __call__(self, step: int) -> float:
        return self.factor

    def observe(self, score: float) -> None:
        """Take note of the score after an epoch; higher is better."""
        if score > self.best:
            self.best, self.epochs_since_best = score, 0
            return
        self.epochs_since_best += 1
        if self.epochs_since_best > self.patience:
            self.factor *= self.by
            self.epochs_since_best = 0

    def state_dict(self) -> dict[str, float]:
        """Return the state as plain numbers."""
        return {
            "factor": self.factor,
            "best": self.best,
            "epochs_since_best": self.epochs_since_best,
        }

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Take over a state."""
        self.factor = state["factor"]
        self.best = state["best"]
        self.epochs_since_best = int(state["epochs_since_best"])
