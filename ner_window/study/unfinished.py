"""What is left to do of a study in its folder: as far as it can be known before tuning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ner_window.study.plan import Plan, Training
from ner_window.study.results import is_finished, lacks_counts, load_tuning
from ner_window.study.running import RUNS, TUNING, untold_rate
from ner_window.study.tuning import choices_of, most_kept


@dataclass(frozen=True)
class Unfinished:
    """The ``trainings`` that are left, and how many runs more there are at most.

    Before tuning, the learning rates of the runs are not known: they have that of the base config,
    one for each arm, size and seed. Where tuning does not tell rates apart there are ``more``.
    """

    trainings: Sequence[Training]
    more: int


def unfinished(plan: Plan, folder: Path) -> Unfinished:
    """Return what a folder lacks of the trainings of a plan.

    Raises InputError where a trial in the folder is damaged.
    """
    trials, kept = plan.tuning(), folder / TUNING
    left = [trial for trial in trials if not _is_tried(kept / trial.name)]
    if left:
        one = (plan.study.base.training.learning_rate,)
        runs = plan.runs(dict.fromkeys(plan.cells, one))
        todo = [run for run in runs if not _is_run_at_any_rate(folder / RUNS, run)]
        return Unfinished([*left, *todo], len(runs) * (most_kept(plan.study.tuning) - 1))
    choices = choices_of(plan, [load_tuning(kept / trial.name, trial) for trial in trials], ())
    runs = plan.runs({cell: choice.kept for cell, choice in choices.items()})
    return Unfinished([run for run in runs if not _is_run(folder / RUNS, run)], 0)


def _is_tried(folder: Path) -> bool:
    return is_finished(folder) and not lacks_counts(folder)


def _is_run(folder: Path, run: Training) -> bool:
    return is_finished(folder / run.name) or untold_rate(folder, run) is not None


def _is_run_at_any_rate(folder: Path, run: Training) -> bool:
    names = (f"{run.arm}-{run.size}-seed{run.seed}", f"{run.arm}-{run.size}-lr*-seed{run.seed}")
    return any(is_finished(path) for name in names for path in folder.glob(name))
