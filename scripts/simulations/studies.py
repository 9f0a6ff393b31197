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

from ner_window.evaluation.units import Units
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
    unseen
        Gold mentions of a document that training did not show, on average, beside the others; one
        number for each document, where they differ in that.
    unseen_effect
        By how much more the second arm is better on these, in F1.
    unequal
        Deviation of the logarithm of how many mentions documents have.
    effect_in
        The share of the documents that all of the difference between the arms is in: of all there
        are, of which some are drawn.
    found
        The share of the mentions that is found on average.
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
    unseen: float | Sequence[float] = 0.0
    unseen_effect: float = 0.0
    unequal: float = 0.0
    effect_in: float = 1.0
    found: float = FOUND

    def __str__(self) -> str:
        parts = [f"{self.seeds} seed{'s' * (self.seeds > 1)}", f"{self.units} documents"]
        if self.of_seed != StudySetting.of_seed:
            parts.append(f"seeds differ by {self.of_seed:g}")
        if len(self.effects) > 1:
            parts.append(f"{len(self.effects)} sizes")
        if self.correlation:
            parts.append(f"correlated by size ({self.correlation:g})")
        if any(self.effects):
            parts.append(f"true differences {', '.join(f'{e:+g}' for e in self.effects)}")
        if self.unseen_effect:
            parts.append(f"{self.unseen_effect:+g} more on new mentions")
        if self.unequal:
            parts.append(f"of unequal length ({self.unequal:g})")
        if self.effect_in < 1:
            parts.append(f"all of it in {self.effect_in:.0%} of the documents")
        if self.found != FOUND:
            parts.append(f"{self.found:.0%} found")
        return ", ".join(parts)

    def draw(self, rng: np.random.Generator) -> StudyResults:
        """Draw a study."""
        arms, sizes = ARMS[: self.arms], [f"{1000 * 2**n}" for n in range(len(self.effects))]
        counts = self._counts(rng)
        runs = [
            RunResult(arm, size, seed + 1, int(size), 0.001, 1, 1.0, Path("run"), of_seed)
            for arm, of_arm in zip(arms, counts, strict=True)
            for size, of_size in zip(sizes, of_arm, strict=True)
            for seed, of_seed in enumerate(of_size)
        ]
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

    def _counts(self, rng: np.random.Generator) -> np.ndarray:
        """Return those of runs (arms, sizes, seeds), each (units, groups, 3)."""
        length = np.exp(self.unequal * rng.normal(size=(self.units, 1)) - self.unequal**2 / 2)
        unseen = np.broadcast_to(self.unseen, self.units)
        means = np.column_stack((np.full(self.units, self.mentions - 1), unseen))
        gold = rng.poisson(length * means) + (1, 0)
        is_second = np.arange(self.arms)[:, np.newaxis, np.newaxis, np.newaxis] == 1
        better = self.of_unit * rng.normal(size=self.units)
        is_in = rng.random(self.units) < self.effect_in
        effects = np.array(self.effects)[:, np.newaxis, np.newaxis] / self.effect_in
        better = better + is_second * is_in * effects
        better = better + self.of_seed * self._by_size(rng, self.seeds)[..., np.newaxis]
        better = better + self.of_arm * self._by_size(rng, self.units)[:, :, np.newaxis]
        by_slice = np.stack((better, better + is_second * self.unseen_effect), axis=-1)
        found = rng.binomial(gold, np.clip(self.found + by_slice / 100, 0, 1))
        counts = np.zeros((*better.shape, 4, 3), np.int64)
        counts[..., [0, 3], :] = np.stack((*np.broadcast_arrays(gold, gold, found),), axis=-1)
        return counts

    def _by_size(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Return numbers (arms, sizes, count) of deviation 1, correlated between sizes."""
        common = rng.normal(size=(self.arms, 1, count))
        own = rng.normal(size=(self.arms, len(self.effects), count))
        return np.sqrt(self.correlation) * common + np.sqrt(1 - self.correlation) * own
