"""Which arm is better on several sets, at which share of new names two tie, and where that fails.

The sets have documents of their own, and are scored by the same runs, whose seeds add the same on
each. They differ in the share of their mentions that are new, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ner_window.evaluation.distance import Distance
from ner_window.evaluation.units import Units
from ner_window.study.findings import Findings, findings_of
from ner_window.study.results import StudiedSet, StudyResults

from .findings import CAUTIOUS_COVERAGE, CAUTIOUS_FALSE_POSITIVES, Row, Simulation
from .studies import ARMS, StudySetting

BETTER, TIE, FAILS = "better on any set", "share at which arms tie", "line fails on a set"
RESAMPLES = 300
SHARES = (0.3, 0.6, 0.9)  # of new names, by set, the reported data first
SEEN_MENTIONS = 6.0  # of a document
DISTANCE = Distance(50.0, 10.0, None, 40.0, 1.5, 0.5, None)  # is told, and decides nothing


@dataclass(frozen=True)
class SetsSetting:
    """Fine-tuning finds ``seen`` more of the names that training showed, and ``new`` of others."""

    seen: float = 0.0
    new: float = 0.0
    seeds: int = 5
    documents: int = 40
    unequal: float = 0.0

    def __str__(self) -> str:
        parts = [f"{self.seeds} seeds", f"{len(SHARES)} sets of {self.documents} documents"]
        if self.unequal:
            parts.append(f"of unequal length ({self.unequal:g})")
        if self.seen or self.new:
            parts.append(f"{self.seen:+g} on seen names, {self.new:+g} on new ones")
        return ", ".join(parts)

    @property
    def tie(self) -> float:
        """The share of new names at which no arm is better, in percent."""
        return 100 * self.seen / (self.seen - self.new)

    def findings(self, rng: np.random.Generator, repeats: int) -> Iterator[Findings]:
        """Draw studies, and return what is found in each."""
        return (findings_of(self._draw(rng), resamples=RESAMPLES) for _ in range(repeats))

    def _draw(self, rng: np.random.Generator) -> StudyResults:
        drawn = StudySetting(
            effects=(self.seen,),
            seeds=self.seeds,
            units=len(SHARES) * self.documents,
            mentions=SEEN_MENTIONS,
            unseen=np.repeat(
                [SEEN_MENTIONS * s / (1 - s) for s in SHARES], self.documents
            ).tolist(),
            unseen_effect=self.new - self.seen,
            unequal=self.unequal,
        ).draw(rng)
        return _as_sets(drawn)


def _as_sets(results: StudyResults) -> StudyResults:
    """Return a study with its documents dealt to the sets, the first of which is reported on."""
    names = ["dev", *(f"set {number}" for number in range(1, len(SHARES)))]
    runs = []
    for run in results.runs:
        first, *others = np.split(run.counts, len(SHARES))
        runs.append(
            replace(run, counts=first, counts_of_sets=dict(zip(names[1:], others, strict=True)))
        )
    count = results.units.count // len(SHARES)
    units = Units("documents", np.arange(count), count)
    sets = {name: StudiedSet(units, DISTANCE, {}) for name in names}
    return replace(results, runs=runs, units=units, sets=sets)


SETTINGS = [
    *(
        SetsSetting(seeds=seeds, documents=documents, unequal=unequal)
        for seeds in (3, 5, 10)
        for documents, unequal in ((20, 0.0), (100, 0.0), (100, 0.7))
    ),
    *(SetsSetting(seen=4, new=-4, seeds=seeds, documents=100) for seeds in (3, 5, 10)),
    SetsSetting(seen=6, new=-4, seeds=5, documents=100),
]


def simulate(setting: SetsSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    found, where = [*setting.findings(rng, repeats)], str(setting)
    lines = [each.break_even for each in found if each.break_even]
    named = [line for line in lines if line.share is not None]
    failures = [some.fails for line in lines for some in line.sets[1:]]
    fails = Row.of(FAILS, where, "false positives", failures, CAUTIOUS_FALSE_POSITIVES)
    is_named = [line.share is not None for line in lines]
    if setting.seen:
        holding = [line.interval[0] <= setting.tie <= line.interval[1] for line in named]
        return [
            Row.of(TIE, where, "coverage", holding, CAUTIOUS_COVERAGE),
            Row.of(TIE, where, "power", is_named),
            fails,
        ]
    claims = [any(each.pair(*ARMS[:2]).better for each in some.sets) for some in found]
    return [
        Row.of(BETTER, where, "false positives", claims, CAUTIOUS_FALSE_POSITIVES),
        Row.of(TIE, where, "false positives", is_named, CAUTIOUS_FALSE_POSITIVES),
        fails,
    ]


SIMULATION = Simulation(SETTINGS, simulate, repeats=100, short=[SETTINGS[10]], short_repeats=12)
