"""Runs side by side, in processes of their own: the members of an ensemble, the folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ner_window.errors import InputError
from ner_window.parallel import Workers, cores
from ner_window.progress import Progress
from ner_window.run_data import Hashes, RunData
from ner_window.training.parts import Part
from ner_window.training.scores import RunScores
from ner_window.training.single import Tell, run_quietly


@dataclass(frozen=True)
class _Job:
    """What a process is told of a run; without ``hashes``, the files are taken as they are."""

    run: Part
    hashes: Hashes | None


def train_side_by_side(
    parts: Sequence[Part],
    hashes: Hashes | None,
    names: tuple[str, str],
    f1_of: Callable[[RunScores], float | None],
    tell: Tell,
) -> list[RunScores]:
    """Train the runs that are not trained, as many at a time as there are cores.

    Parameters
    ----------
    parts
        The runs.
    hashes
        Those of their files, None where they have files of their own.
    names
        What they are called, several of them, and what they make together.
    f1_of
        Returns what is told of a run that is done.
    tell
        Is given what there is to say.

    Returns
    -------
    list
        The scores of all, in the order of the runs.

    Raises
    ------
    InputError
        Where one of them fails.
    KeyboardInterrupt
        On Ctrl-C; each of them can go on after the last epoch that it finished.
    """
    (several, whole), results = names, dict[Path, RunScores]()
    jobs = [_Job(part, hashes) for part in parts]
    count = min(cores(), len(parts))
    tell(f"training {len(parts)} {several}, {count} at a time")
    with Progress(several, len(parts), several) as progress:
        for outcome in Workers(count).outcomes(_train, jobs):
            name = outcome.job.run.folder.name
            if outcome.result is None:
                reason = outcome.failure.message if outcome.failure else ""
                raise InputError(f"{name} of {whole} failed: {reason}")
            results[outcome.job.run.folder] = outcome.result
            f1 = f1_of(outcome.result)
            tell(f"{name} is trained" + ("" if f1 is None else f": F1 {f1:.2f}"))
            progress.advance()
    return [results[part.folder] for part in parts]


def _train(job: _Job) -> RunScores:
    return run_quietly(job.run.config, job.run.folder, RunData.read(job.run.config, job.hashes))
