"""Studies with known truth: arms, sizes and seeds, scored on the same sentences.

The share of the mentions that a run finds is 0.75, plus what its arm is better by at its size, plus
what chance adds: the seed of the run, the unit that a sentence is in, and the arm in that unit.
What is predicted is as much as there is, so that the mean F1 is that share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ner_window.evaluation.bootstrap import Units
from ner_window.study.choice import Choice
from ner_window.study.results import RunResult, StudyResults

ARMS = ("frozen", "finetuned", "anchored", "scratch")
FOUND = 0.75


@dataclass(frozen=True)
class StudySetting:
    """How studies come about.

    Parameters
    ----------
    effects
        By how much the second arm is better than the others at each size, in F1.
    seeds
        Runs of an arm at a size.
    units
        Documents that the runs are scored on.
    mentions
        Gold ones of a document, on average.
    of_seed, of_unit, of_arm
        Deviations, in F1: of the runs of an arm, of documents, and of an arm in a document.
    correlation
        Of what chance adds at one size with what it adds at another, for the same arm.
    arms
        How many there are.
    """

    effects: Sequence[float] = (0.0,)
    seeds: int = 5
    units: int = 40
    mentions: float = 10
    of_seed: float = 1.0
    of_unit: float = 5.0
    of_arm: float = 3.0
    correlation: float = 0.0
    arms: int = 2

    def __str__(self) -> str:
        parts = [f"{self.seeds} seed{'s' * (self.seeds > 1)}", f"{self.units} documents"]
        if len(self.effects) > 1:
            parts.append(f"{len(self.effects)} sizes")
        if self.correlation:
            parts.append(f"correlated by size ({self.correlation:g})")
        if any(self.effects):
            parts.append(f"true differences {', '.join(f'{e:+g}' for e in self.effects)}")
        return ", ".join(parts)

    def draw(self, rng: np.random.Generator) -> StudyResults:
        """Draw a study."""
        arms, sizes = ARMS[: self.arms], [f"{1000 * 2**n}" for n in range(len(self.effects))]
        gold = rng.poisson(self.mentions - 1, self.units) + 1
        of_unit = self.of_unit * rng.normal(size=self.units)
        runs = []
        for number, arm in enumerate(arms):
            of_arm = self.of_arm * self._by_size(rng, self.units)
            of_seed = self.of_seed * self._by_size(rng, self.seeds)
            for size, effect in enumerate(self.effects):
                better = effect * (number == 1) + of_unit + of_arm[size]
                for seed in range(self.seeds):
                    share = FOUND + (better + of_seed[size, seed]) / 100
                    found = rng.binomial(gold, np.clip(share, 0, 1))
                    runs.append(_run(arm, sizes[size], seed + 1, gold, found))
        return StudyResults(
            arms=list(arms),
            sizes=sizes,
            choices={(arm, size): Choice.of_one(0.001) for arm in arms for size in sizes},
            runs=runs,
            tuning=[],
            failures=[],
            units=Units("documents", np.arange(self.units), self.units),
            hashes={},
        )

    def draws(self, rng: np.random.Generator, repeats: int) -> Iterator[StudyResults]:
        """Draw studies."""
        return (self.draw(rng) for _ in range(repeats))

    def _by_size(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Return numbers (sizes, count) of deviation 1, correlated between sizes."""
        common, own = rng.normal(size=count), rng.normal(size=(len(self.effects), count))
        return np.sqrt(self.correlation) * common + np.sqrt(1 - self.correlation) * own


def _run(arm: str, size: str, seed: int, gold: np.ndarray, found: np.ndarray) -> RunResult:
    counts = np.zeros((len(gold), 4, 3), np.int64)
    counts[:, 0] = np.stack((gold, gold, found), axis=1)
    return RunResult(arm, size, seed, int(size), 0.001, 1, 1.0, Path("run"), counts)
