"""What a simulation finds: how often something held, how often it should, and whether it does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Aim = tuple[float, float]
"""The least and the most that is asked for, in percent."""
Measure = Literal["coverage", "false positives", "power", "share"]

COVERAGE: Aim = (93, 97)
CAUTIOUS_COVERAGE: Aim = (93, 100)  # where too little is drawn to be exact
FALSE_POSITIVES: Aim = (4, 6)
CAUTIOUS_FALSE_POSITIVES: Aim = (0, 6)
STANDARD_ERRORS = 2  # by which chance may miss an aim

HEADING = "| what | setting | measured | % | aim | met |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """How often something was so, of ``repeats`` simulations whose truth is known.

    ``what`` is the interval or test, as the product calls it; ``setting`` is what was simulated.
    Without an ``aim`` the figure is there to be known.
    """

    what: str
    setting: str
    measure: Measure
    count: int
    repeats: int
    aim: Aim | None = None

    @classmethod
    def of(
        cls,
        what: str,
        setting: str,
        measure: Measure,
        outcomes: Iterable[bool],
        aim: Aim | None = None,
    ) -> Row:
        """Count outcomes, one of each simulation."""
        happened = [bool(outcome) for outcome in outcomes]
        return cls(what, setting, measure, sum(happened), len(happened), aim)

    @property
    def percent(self) -> float:
        """The share of the simulations in which it was so."""
        return 100 * self.count / self.repeats if self.repeats else math.nan

    @property
    def is_met(self) -> bool:
        """Whether the aim is met, or missed by no more than so few simulations may miss it by."""
        return self.is_within(STANDARD_ERRORS)

    def is_within(self, standard_errors: float) -> bool:
        """Tell whether the aim is missed by at most so many standard errors of the share."""
        return self._missed() <= standard_errors * self._standard_error()

    def _missed(self) -> float:
        """Return by how many points the aim is missed."""
        least, most = self.aim or (0, 100)
        return max(least - self.percent, self.percent - most, 0)

    def _standard_error(self) -> float:
        """Return that of the share if it were just at the nearer end of the aim, in points."""
        least, most = self.aim or (0, 100)
        share = min(max(self.percent, least), most) / 100
        return 100 * math.sqrt(share * (1 - share) / self.repeats) if self.repeats else math.inf

    def __str__(self) -> str:
        if self.aim is None:
            aim, met = "-", "-"
        else:
            aim = f"{self.aim[0]:g} to {self.aim[1]:g}"
            met = "no" if not self.is_met else "within chance" if self._missed() else "yes"
        cells = self.what, self.setting, self.measure, f"{self.percent:.1f}", aim, met
        return f"| {' | '.join(cells)} |"


@dataclass(frozen=True)
class Simulation:
    """The simulations of a claim.

    ``simulate`` takes one of the ``settings``, a generator and a number of repeats, and returns the
    rows of that setting. ``repeats`` is the number that the table of the page is made with. The
    settings of ``short`` are a test, with so many repeats that it takes a second or so.
    """

    settings: Sequence[Any]
    simulate: Callable[[Any, np.random.Generator, int], list[Row]]
    repeats: int
    short: Sequence[Any]
    short_repeats: int


def table(rows: Iterable[Row]) -> str:
    """Return rows as a table in Markdown."""
    return "\n".join([HEADING, *map(str, rows)])
