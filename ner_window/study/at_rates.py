"""What a study says with each of the learning rates that tuning does not tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ner_window.evaluation.intervals import Interval
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.study.draws import Draws
from ner_window.study.resampled_mean import within


@dataclass(frozen=True)
class CellAtRate:
    """What an arm at a size has with one of the learning rates that are kept for it.

    ``share`` is how often tuning, resampled, chose it; ``interval`` leaves that out.
    """

    learning_rate: float
    share: float
    mean: float | None
    interval: Interval


@dataclass(frozen=True)
class DifferenceAtRates:
    """The difference of two arms where each has one of the learning rates that are kept for it.

    ``share`` is how often tuning, resampled, chose these two; ``interval`` and ``p`` leave that
    out.
    """

    one_rate: float
    other_rate: float
    share: float
    value: float
    interval: Interval
    p: float

    @property
    def sign(self) -> int:
        """Which arm is better, 1 for the other and -1 for the one; 0 where that is not detected."""
        return (1 if self.value > 0 else -1) if self.p < SIGNIFICANT else 0


def cell_at_rates(draws: Draws, arm: int, size: int) -> list[CellAtRate]:
    """Return what a cell has at each of its rates, nothing where there is only one."""
    shares = draws.choice(arm, size).shares
    if len(shares) == 1:
        return []
    found = []
    for number, (rate, share) in enumerate(shares.items()):
        mean = draws.mean_at(arm, size, number)
        value, interval = (mean.value, mean.share_interval) if mean else (None, None)
        found.append(CellAtRate(rate, share, value, interval))
    return found


def difference_at_rates(draws: Draws, one: int, other: int, size: int) -> list[DifferenceAtRates]:
    """Return a difference at each pair of rates, nothing where there is only one."""
    one_shares, other_shares = draws.choice(one, size).shares, draws.choice(other, size).shares
    found = []
    pairs = product(enumerate(one_shares.items()), enumerate(other_shares.items()))
    for (one_number, (one_rate, one_share)), (other_number, (other_rate, other_share)) in pairs:
        mean = draws.difference_at(one, other, size, one_number, other_number)
        if mean is None:
            continue
        found.append(
            DifferenceAtRates(
                one_rate=one_rate,
                other_rate=other_rate,
                share=one_share * other_share,
                value=mean.value,
                interval=within(mean.interval),
                p=mean.p,
            )
        )
    return found if len(found) > 1 else []
