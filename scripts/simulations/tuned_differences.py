"""The difference between two arms of a study whose learning rates are tuned.

Both arms choose between two rates by the same chances, so that the true difference is that of the
arms with the same rate, whatever the choice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ner_window.evaluation.units import Units
from ner_window.scoring.score import Counts
from ner_window.study.choice import Choice
from ner_window.study.differences import Difference, differences_of
from ner_window.study.draws import Draws
from ner_window.study.results import RunResult, StudyResults, TuningResult
from ner_window.study.tuning import choices_of

from .findings import CAUTIOUS_COVERAGE, CAUTIOUS_FALSE_POSITIVES, Row, Simulation
from .studies import ARMS, FOUND

WHAT = "difference of two tuned arms"
RATES = 0.001, 0.01
SIZE = "1000"
RESAMPLES = 1000


@dataclass(frozen=True)
class TunedSetting:
    """How studies with two learning rates come about; figures are in F1.

    Parameters
    ----------
    seeds, tuning_seeds
        Runs of an arm with a rate, and trials of the rate.
    held_out, reported
        By how much the larger rate is better on held-out and on reported documents.
    effect
        By how much the second arm is better on reported documents.
    units, held_out_units
        Documents that runs, and trials, are scored on.
    mentions
        Gold ones of a document, on average.
    of_seed, of_unit, of_arm
        Deviations: of trainings, of documents, and of an arm with a rate in a document.
    """

    seeds: int
    tuning_seeds: int = 2
    held_out: float = 0.0
    reported: float = -5.0
    effect: float = 0.0
    units: int = 40
    held_out_units: int = 15
    mentions: float = 10
    of_seed: float = 1.0
    of_unit: float = 5.0
    of_arm: float = 1.0

    def __str__(self) -> str:
        effect = f", true difference {self.effect:+g}" if self.effect else ""
        rates = f"larger rate {self.held_out:+g} held out, {self.reported:+g} as reported"
        units = f" ({self.held_out_units} documents)" * (self.held_out_units != 15)
        return f"{self.seeds} seeds, {self.tuning_seeds} of tuning{units}, {rates}{effect}"

    def draw(self, rng: np.random.Generator) -> StudyResults:
        """Draw a study, with all rates run."""
        trials = [
            TuningResult(arm, SIZE, seed, rate, _f1(counts), counts)
            for seed in range(self.tuning_seeds)
            for (arm, rate), (counts,) in self._counts(
                rng, 1, self.held_out_units, (0.0, self.held_out), 0.0
            )
        ]
        runs = [
            _run(arm, rate, seed + 1, counts)
            for (arm, rate), of_seeds in self._counts(
                rng, self.seeds, self.units, (0.0, self.reported), self.effect
            )
            for seed, counts in enumerate(of_seeds)
        ]
        arms = list(ARMS[:2])
        plan: Any = SimpleNamespace(
            study=SimpleNamespace(tuning=True), cells=[(arm, SIZE) for arm in arms], sizes=[SIZE]
        )
        choices = choices_of(plan, trials, (), RESAMPLES)
        units = Units("documents", np.arange(self.units), self.units)
        return StudyResults(arms, [SIZE], choices, _kept(runs, choices), trials, [], units, {})

    def _counts(
        self,
        rng: np.random.Generator,
        seeds: int,
        units: int,
        rates: tuple[float, ...],
        effect: float,
    ) -> list[tuple[tuple[str, float], list[np.ndarray]]]:
        """Return the counts (units, 3) of each seed, by arm and rate."""
        gold = rng.poisson(self.mentions - 1, units) + 1
        of_unit = self.of_unit * rng.normal(size=units)
        found = []
        for number, arm in enumerate(ARMS[:2]):
            for rate, better in zip(RATES, rates, strict=True):
                share = better + effect * number + of_unit + self.of_arm * rng.normal(size=units)
                of_seeds = []
                for _ in range(seeds):
                    own = FOUND + (share + self.of_seed * rng.normal()) / 100
                    correct = rng.binomial(gold, np.clip(own, 0, 1))
                    of_seeds.append(np.stack((gold, gold, correct), axis=1))
                found.append(((arm, rate), of_seeds))
        return found


def _run(arm: str, rate: float, seed: int, counts: np.ndarray) -> RunResult:
    of_groups = np.zeros((len(counts), 4, 3), np.int64)
    of_groups[:, 0] = counts
    return RunResult(arm, SIZE, seed, int(SIZE), rate, 1, 1.0, Path("run"), of_groups)


def _f1(counts: np.ndarray) -> float:
    return Counts(*counts.sum(axis=0).tolist()).f1


def _kept(runs: list[RunResult], choices: dict[tuple[str, str], Choice]) -> list[RunResult]:
    return [run for run in runs if run.learning_rate in choices[run.arm, run.size].shares]


def _as_if_given(results: StudyResults) -> StudyResults:
    """Return the study as it is without the choice: the best rate alone, as if it were given."""
    best = {
        cell: Choice.of_one(max(choice.tried, key=lambda tried: tried.f1).rate)
        for cell, choice in results.choices.items()
    }
    return replace(results, choices=best, runs=_kept(list(results.runs), best))


def _difference(results: StudyResults) -> Difference:
    draws = Draws(results, "f1", slice(None), RESAMPLES)
    return differences_of(draws, [(0, 1)], 1.0)[0]


def simulate(setting: TunedSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    studies = [setting.draw(rng) for _ in range(repeats)]
    rows = []
    kinds = (
        (WHAT, [_difference(each) for each in studies]),
        (
            "the same, the best rate as if it were given",
            [_difference(_as_if_given(each)) for each in studies],
        ),
    )
    for what, found in kinds:
        detected = [each.is_detected for each in found]
        holds = [_holds(each, setting.effect) for each in found]
        coverage, false_positives = (
            (CAUTIOUS_COVERAGE, CAUTIOUS_FALSE_POSITIVES) if what == WHAT else (None, None)
        )
        rows.append(Row.of(what, str(setting), "coverage", holds, coverage))
        if setting.effect:
            rows.append(Row.of(what, str(setting), "power", detected))
        else:
            rows.append(Row.of(what, str(setting), "false positives", detected, false_positives))
    return rows


def _holds(difference: Difference, truth: float) -> bool:
    low, high = difference.interval or (difference.value, difference.value)
    return low <= truth <= high


SETTINGS = [
    TunedSetting(seeds, held_out=held_out, effect=effect)
    for seeds in (3, 5, 10)
    for held_out, effect in ((0, 0), (2, 0), (10, 0), (0, 5))
] + [
    TunedSetting(5, tuning_seeds, held_out_units=held_out_units)
    for tuning_seeds in (1, 2, 3)
    for held_out_units in (15, 100)
    if (tuning_seeds, held_out_units) != (2, 15)
]
SIMULATION = Simulation(SETTINGS, simulate, repeats=100, short=[SETTINGS[4]], short_repeats=20)
