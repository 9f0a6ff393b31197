"""The learning rates of an arm at a size: those that tuning does not tell from the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.evaluation.intervals import Interval


@dataclass(frozen=True)
class TriedRate:
    """What tuning says of a learning rate.

    ``f1`` is the mean in percent over the tuning seeds, on held-out training documents, with its
    95% ``interval``. ``share`` is that of the resamples of tuning in which no other rate is better:
    about how likely it would be chosen, were it all done again.
    """

    rate: float
    f1: float
    interval: Interval
    share: float


@dataclass(frozen=True)
class Choice:
    """The learning rates that an arm is run with at a size, and how likely each would be chosen.

    ``shares`` has those that are kept, in ascending order, and the share of the resamples of tuning
    in which each is the best of them, adding to 1. ``drawn`` (resamples, rates) are the shares that
    there had been, had tuning come out like each of the resamples. ``tried`` are all rates of the
    grid, smallest first; without tuning there are none.
    """

    shares: Mapping[float, float]
    drawn: FloatArray
    tried: Sequence[TriedRate] = ()

    @classmethod
    def of_one(cls, rate: float) -> Choice:
        """Return the choice that leaves nothing to choose."""
        return cls({rate: 1.0}, np.ones((1, 1)))

    @property
    def kept(self) -> list[float]:
        """The rates that runs have, in ascending order."""
        return [*self.shares]

    @property
    def likeliest_first(self) -> list[float]:
        """The kept rates, by their share."""
        return sorted(self.kept, key=lambda rate: -self.shares[rate])

    def drawn_shares(self, resamples: int) -> FloatArray:
        """Return the shares of the kept rates in some resamples, (resamples, rates)."""
        return self.drawn[np.arange(resamples) % len(self.drawn)]

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the resamples as plain values, for JSON."""
        return {
            "kept": [
                {"learning_rate": rate, "share": share} for rate, share in self.shares.items()
            ],
            "tried": [
                {
                    "learning_rate": tried.rate,
                    "f1": tried.f1,
                    "interval": tried.interval,
                    "share": tried.share,
                }
                for tried in self.tried
            ],
        }
