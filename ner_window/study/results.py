"""What the trainings of a study have left behind: figures, and the counts that statistics need.

A training is finished when its folder has a ``result.json``, beside its counts unless it diverged.
The folder is that of a run, so that ``ner-window report`` and ``ner-window evaluate`` know it too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ner_window.arrays import IntArray
from ner_window.errors import InputError
from ner_window.evaluation.breakdown import unit_counts
from ner_window.evaluation.distance import Distance
from ner_window.evaluation.mentions import SEEN_GROUPS, by_seen, everything
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.units import Units
from ner_window.files import new_file, replacement
from ner_window.scoring.score import Counts
from ner_window.study.arms import ArmName
from ner_window.study.choice import Choice
from ner_window.study.plan import Cell, Training

RESULT, COUNTS = "result.json", "counts.safetensors"
SEEN = slice(0, 1)  # of SEEN_GROUPS: the mention was one in training, with the same type
UNSEEN = slice(1, len(SEEN_GROUPS))
DAMAGE = (OSError, SafetensorError, KeyError, ValueError, TypeError)


@dataclass(frozen=True)
class RunResult:
    """A finished run: an arm at a size with a seed, trained, and scored on the reported data.

    ``tokens`` is how many it learned from, ``epochs`` how long and ``seconds`` the time that took;
    ``folder`` is that of the run, with its model. ``counts`` (sentences, groups, 3) counts gold,
    predicted and correct mentions of each sentence of the reported data, by what the run's own
    training data shows of them (``evaluation.mentions.SEEN_GROUPS``); ``counts_of_sets`` are those
    of the held-out sets, by name.
    """

    arm: ArmName
    size: str
    seed: int
    tokens: int
    learning_rate: float
    epochs: int
    seconds: float
    folder: Path
    counts: IntArray
    counts_of_sets: Mapping[str, IntArray] = field(default_factory=dict)

    @cached_property
    def total(self) -> Counts:
        """All mentions."""
        return self._sum(slice(None))

    @cached_property
    def seen(self) -> Counts:
        """The mentions that its training data shows with their type."""
        return self._sum(SEEN)

    @cached_property
    def unseen(self) -> Counts:
        """All other mentions."""
        return self._sum(UNSEEN)

    def _sum(self, groups: slice) -> Counts:
        return Counts(*self.counts[:, groups].sum(axis=(0, 1)).tolist())

    def row(self) -> dict[str, Any]:
        """Return the figures as plain values: a row of ``runs.csv``."""
        return {
            "arm": self.arm,
            "size": self.size,
            "tokens": self.tokens,
            "seed": self.seed,
            "learning_rate": self.learning_rate,
            "epochs": self.epochs,
            "seconds": round(self.seconds, 3),
            "precision": self.total.precision,
            "recall": self.total.recall,
            "f1": self.total.f1,
            "f1_seen": self.seen.f1 if self.seen.gold else None,
            "f1_unseen": self.unseen.f1 if self.unseen.gold else None,
        }


@dataclass(frozen=True)
class TuningResult:
    """A learning rate that was tried on held-out training documents.

    ``f1`` is in percent, None if it diverged. ``counts`` (units, 3) are those of gold, predicted
    and correct mentions by unit, documents or what stands in for them; without units if it
    diverged.
    """

    arm: ArmName
    size: str
    seed: int
    learning_rate: float
    f1: float | None
    counts: IntArray

    @property
    def cell(self) -> Cell:
        """The arm and the size."""
        return self.arm, self.size

    def row(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return {
            "arm": self.arm,
            "size": self.size,
            "seed": self.seed,
            "learning_rate": self.learning_rate,
            "f1": self.f1,
            "held_out_units": len(self.counts),
        }


@dataclass(frozen=True)
class FailedTraining:
    """A training that has no result, and why; ``traceback`` is for whoever mends the code."""

    name: str
    message: str
    traceback: str


@dataclass(frozen=True)
class StudiedSet:
    """A set of data: what resampling draws from it, and how far it is from the training data.

    ``left_out`` counts its entities, by type, whose type training has not.
    """

    units: Units
    distance: Distance
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class StudyResults:
    """All trainings of a study. ``sizes`` are in ascending order, as the config writes them.

    ``choices`` are the learning rates of each arm and size; ``units`` are what resampling draws
    from the reported data: documents, where its file marks them, or sentences. ``hashes`` are the
    SHA-256 of the files; ``reported`` is what the reported data is called, and ``sets`` are this
    and the held-out ones, by name.
    """

    arms: Sequence[ArmName]
    sizes: Sequence[str]
    choices: dict[Cell, Choice]
    runs: Sequence[RunResult]
    tuning: Sequence[TuningResult]
    failures: Sequence[FailedTraining]
    units: Units
    hashes: dict[str, str | None]
    sets: Mapping[str, StudiedSet] = field(default_factory=dict)
    reported: str = "dev"

    def on(self, name: str) -> StudyResults:
        """Return the results as they are on a held-out set; runs that it lacks are left out."""
        runs = [
            replace(run, counts=run.counts_of_sets[name], counts_of_sets={})
            for run in self.runs
            if name in run.counts_of_sets
        ]
        return replace(self, runs=runs, units=self.sets[name].units, sets={}, reported=name)

    def at_largest_size(self) -> StudyResults:
        """Return the results at the largest size that has runs alone."""
        size = max((run.size for run in self.runs), key=self.sizes.index)
        choices = {cell: choice for cell, choice in self.choices.items() if cell[1] == size}
        runs = [run for run in self.runs if run.size == size]
        return replace(self, sizes=[size], choices=choices, runs=runs)

    def of(self, arm: ArmName, size: str) -> dict[int, RunResult]:
        """Return the finished runs of an arm at a size, by seed, at the likeliest rate that has."""
        choice = self.choices.get((arm, size))
        for rate in choice.likeliest_first if choice else ():
            if runs := self.at(arm, size, rate):
                return runs
        return {}

    def at(self, arm: ArmName, size: str, rate: float) -> dict[int, RunResult]:
        """Return the finished runs of an arm at a size with a learning rate, by seed."""
        wanted = arm, size, rate
        return {
            run.seed: run for run in self.runs if (run.arm, run.size, run.learning_rate) == wanted
        }


def is_finished(folder: Path) -> bool:
    """Tell whether a training has left its result."""
    return (folder / RESULT).exists()


def lacks_counts(folder: Path) -> bool:
    """Tell whether a learning rate was tried by a version that kept no counts."""
    if not is_finished(folder) or (folder / COUNTS).exists():
        return False
    return _tried_f1(folder) is not None


def save_run(
    folder: Path, predictions: PredictedCorpus, known: Sequence[Any], seconds: float
) -> None:
    """Write down a finished run in its folder.

    Parameters
    ----------
    folder
        That of the run.
    predictions
        What its model finds in the reported data.
    known
        The mentions of its training data.
    seconds
        How long it took.

    Raises
    ------
    OSError, InputError
        Where that cannot be done.
    """
    counts = counts_by_sentence(predictions, known)
    with replacement(folder / COUNTS) as temporary:
        save_file({"counts": counts}, temporary)
    total = Counts(*counts.sum(axis=(0, 1)).tolist())
    _save(folder, {**total.as_dict(), "seconds": seconds})


def counts_by_sentence(predictions: PredictedCorpus, known: Sequence[Any]) -> IntArray:
    """Count what is found in each sentence by what training, which has ``known``, shows of it.

    Returns gold, predicted and correct mentions, (sentences, groups, 3) int32.
    """
    mentions, tokens = predictions.mentions, predictions.gold.tokens.words
    sentences = Units.of(predictions.gold.tokens, "sentences")
    counts: IntArray = unit_counts(mentions, by_seen(mentions, tokens, known), sentences)
    return counts.astype(np.int32)


def save_tuning(
    folder: Path, f1: float | None, predictions: PredictedCorpus | None, seconds: float
) -> None:
    """Write down a learning rate that was tried.

    Parameters
    ----------
    folder
        That of the training.
    f1
        In percent, on the documents that are held out; None where it diverged.
    predictions
        What its model finds in these; None where it diverged.
    seconds
        How long it took.

    Raises
    ------
    OSError, InputError
        Where that cannot be done.
    """
    if predictions is not None:
        mentions, units = predictions.mentions, Units.of(predictions.gold.tokens)
        counts = unit_counts(mentions, everything(mentions), units)[:, 0]
        with replacement(folder / COUNTS) as temporary:
            save_file({"counts": counts.astype(np.int32)}, temporary)
    _save(folder, {"f1": f1, "seconds": seconds})


def _save(folder: Path, result: dict[str, Any]) -> None:
    with new_file(folder / RESULT, may_replace=True) as file:
        file.write(json.dumps(result, indent=2).encode())


def load_run(
    folder: Path, training: Training, counts_of_sets: Mapping[str, IntArray] | None = None
) -> RunResult:
    """Read a finished run, with what is known of held-out sets.

    Raises InputError where its folder is damaged.
    """
    try:
        result = json.loads((folder / RESULT).read_text("utf-8"))
        counts = load_file(folder / COUNTS)["counts"]
        return RunResult(
            arm=training.arm,
            size=training.size,
            seed=training.seed,
            tokens=training.tokens,
            learning_rate=training.learning_rate,
            epochs=training.epochs,
            seconds=result["seconds"],
            folder=folder,
            counts=counts.astype(np.int64),
            counts_of_sets=counts_of_sets or {},
        )
    except DAMAGE as error:
        raise damaged(folder, error) from None


def load_tuning(folder: Path, training: Training) -> TuningResult:
    """Read a learning rate that was tried. Raises InputError where its folder is damaged."""
    f1, counts = _tried_f1(folder), np.zeros((0, 3), np.int64)
    try:
        if f1 is not None:
            counts = load_file(folder / COUNTS)["counts"].astype(np.int64)
    except DAMAGE as error:
        raise damaged(folder, error) from None
    rate = training.learning_rate
    return TuningResult(training.arm, training.size, training.seed, rate, f1, counts)


def _tried_f1(folder: Path) -> float | None:
    try:
        f1: float | None = json.loads((folder / RESULT).read_text("utf-8"))["f1"]
    except DAMAGE as error:
        raise damaged(folder, error) from None
    return f1


def damaged(folder: Path, error: Exception) -> InputError:
    """Return the error that says how a folder, or a file, of a training is damaged."""
    return InputError(
        f"{folder.absolute()} is damaged ({error}); remove it, and this training is done again"
    )
