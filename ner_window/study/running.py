"""A study, run: every training that is not finished yet, on all cores or on a cluster.

The folder of a study:

study.yaml     its config, with every default filled in
tuning/NAME/   a training that tries a learning rate: a run folder, without its model, with the
               counts of the mentions that are held out
runs/NAME/     a training that is reported on: a run folder, with the counts of its mentions, those
               of held-out sets in ``held_out/``

Neither keeps its checkpoint, which a study has no use for once a training is finished.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from ner_window.config import Config, HeldOutSettings
from ner_window.config.differences import differences
from ner_window.config.file import load_config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.evaluation.distance import distance_of
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.units import Units
from ner_window.files import new_file, read_yaml
from ner_window.model_folder.folder import load_model
from ner_window.parallel import Workers
from ner_window.progress import Progress
from ner_window.run_data import KeptCorpora, RunData
from ner_window.study.plan import Plan, Training
from ner_window.study.results import (
    FailedTraining,
    StudiedSet,
    StudyResults,
    is_finished,
    lacks_counts,
    load_run,
    load_tuning,
    save_run,
    save_tuning,
)
from ner_window.study.set_scores import load_counts, marks_of, missing_sets, score_on_sets
from ner_window.study.study_config import Study
from ner_window.study.tuning import choices_of
from ner_window.training.recorded_selection import parts_of_run
from ner_window.training.run_folder import (
    CHECKPOINT,
    CONFIG,
    ENVIRONMENT,
    MODEL,
    recorded_epochs,
)
from ner_window.training.scores import RunScores
from ner_window.training.selection import selection_of
from ner_window.training.single import Tell, run_quietly
from ner_window.training.trainer import DivergenceError
from ner_window.wording import counted, listed

Train = Callable[[Config, Path, RunData], RunScores]

STUDY, TUNING, RUNS = "study.yaml", "tuning", "runs"


def run_study(
    study: Study,
    folder: Path,
    data: RunData,
    workers: Workers,
    tell: Tell,
    train: Train = run_quietly,
) -> StudyResults:
    """Do what is left to do of a study in its folder; return all results.

    Parameters
    ----------
    study
        What is asked.
    folder
        Where trainings and results go.
    data
        The corpora ``train`` and ``test``, which is the reported one, the held-out sets, and the
        vectors.
    workers
        Who trains.
    tell
        Hears of what is worth a line.
    train
        What the workers do for each training.

    Raises
    ------
    InputError
        Where the folder is that of something else, where finished trainings do not belong to this
        study and data, or where no training succeeds.
    """
    assert data.vectors is not None
    plan = Plan(study, data.corpora["train"], data.vectors)
    _claim(folder)
    steps = _Steps(folder, data.hashes, workers, tell, train)
    trials = plan.tuning()
    steps.check(TUNING, trials)
    _remove_outdated(folder / TUNING, trials, tell)
    failures = steps.do(TUNING, trials)
    failed = {trial.cell for trial in trials if trial.name in {each.name for each in failures}}
    tuned = [
        load_tuning(path, trial)
        for trial in trials
        if is_finished(path := folder / TUNING / trial.name)
    ]
    choices = choices_of(plan, tuned, failed)
    runs = plan.runs({cell: choice.kept for cell, choice in choices.items()})
    _adopt(folder / RUNS, runs)
    steps.check(RUNS, runs)
    _save_config(study, folder)
    failures += steps.do(RUNS, runs)
    finished = [(path, one) for one in runs if is_finished(path := folder / RUNS / one.name)]
    if not finished:
        raise InputError(f"no run has succeeded; the first says: {failures[0].message}")
    marks = marks_of(study.base, data.hashes)
    size = max((one.size for _, one in finished), key=plan.sizes.index)
    largest = [one for _, one in finished if one.size == size]
    failures += steps.score_on_sets(study.base, marks, largest)
    done = [load_run(path, one, load_counts(path, marks)) for path, one in finished]
    return StudyResults(
        arms=study.arm_names,
        sizes=plan.sizes,
        choices=choices,
        runs=done,
        tuning=tuned,
        failures=failures,
        units=Units.of(data.corpora["test"].tokens),
        hashes=data.hashes,
        sets={
            name: _studied(corpus, data)
            for name, corpus in {study.reported: data.corpora["test"], **data.held_out}.items()
        },
        reported=study.reported,
    )


def _studied(corpus: Corpus, data: RunData) -> StudiedSet:
    distance = distance_of(corpus, data.corpora["train"], data.vectors)
    return StudiedSet(Units.of(corpus.tokens), distance, corpus.left_out)


def _claim(folder: Path) -> None:
    """Raise InputError where a folder holds something that is no study."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_free = not any(folder.iterdir())
    except OSError as error:
        raise InputError(f"cannot use {folder.absolute()}: {error.strerror}") from None
    if not is_free and not any((folder / name).exists() for name in (STUDY, TUNING, RUNS)):
        raise InputError(
            f"{folder.absolute()} is not empty and holds no study; give another folder with --out"
        )


def _remove_outdated(folder: Path, trials: Sequence[Training], tell: Tell) -> None:
    """Remove trials that an earlier version left, which kept no counts; they are done again."""
    outdated = [path for trial in trials if lacks_counts(path := folder / trial.name)]
    if outdated:
        tell(
            f"tuning: {counted(len(outdated), 'training')} of an earlier version kept no counts of "
            "the held-out documents, which the choice of learning rates is resampled from: done "
            "again; finished runs are kept"
        )
    for path in outdated:
        shutil.rmtree(path)


def _adopt(folder: Path, runs: Sequence[Training]) -> None:
    """Give runs of an earlier version, which had one learning rate for each cell, their name."""
    for run in runs:
        if not (path := folder / run.name).exists() and (old := untold_rate(folder, run)):
            old.rename(path)


def untold_rate(folder: Path, run: Training) -> Path | None:
    """Return where an earlier version, which named no rates, left a run; None where it did not."""
    old = folder / f"{run.arm}-{run.size}-seed{run.seed}"
    if not is_finished(old):
        return None
    return old if load_config(old / CONFIG).training.learning_rate == run.learning_rate else None


def _save_config(study: Study, folder: Path) -> None:
    with new_file(folder / STUDY, may_replace=True) as file:
        file.write(study.to_yaml().encode())


@dataclass(frozen=True)
class _Job:
    """What a worker is told: the config of a training, its folder, and the hashes of the files.

    ``study`` is what the jobs of one call have in common.
    """

    folder: Path
    config: Config
    hashes: dict[str, str | None]
    study: str
    train: Train


class _Steps:
    """Does the trainings of a study that are not done."""

    def __init__(
        self,
        folder: Path,
        hashes: dict[str, str | None],
        workers: Workers,
        tell: Tell,
        train: Train,
    ) -> None:
        self._folder = folder
        self._hashes = hashes
        self._workers = workers
        self._tell = tell
        self._train = train
        self._study = uuid4().hex

    def check(self, kind: str, trainings: Sequence[Training]) -> None:
        """Raise InputError where a folder holds a training of another config or of other data."""
        for training in trainings:
            path, config = self._folder / kind / training.name, training.config
            _check_same(path, config, self._hashes_of(config))

    def do(self, kind: str, trainings: Sequence[Training]) -> list[FailedTraining]:
        """Do those of some trainings that are not done; return those that failed."""
        self.check(kind, trainings)
        jobs = {self._folder / kind / training.name: training for training in trainings}
        left = {path: training for path, training in jobs.items() if not is_finished(path)}
        if not left:
            return []
        known = len(jobs) - len(left)
        self._tell(f"{kind}: {len(left)} to do" + (f", {known} done before" if known else ""))
        failures = []
        work = sum(training.work for training in left.values())
        with Progress(kind, work, "trainings", pieces=len(left)) as progress:
            todo = [
                _Job(path, one.config, self._hashes_of(one.config), self._study, self._train)
                for path, one in left.items()
            ]
            for outcome in self._workers.outcomes(_WORK[kind], todo):
                training = left[outcome.job.folder]
                progress.advance(training.work)
                if failure := outcome.failure:
                    failed = FailedTraining(training.name, failure.message, failure.traceback)
                    failures.append(failed)
        return failures

    def score_on_sets(
        self, base: Config, marks: Mapping[str, str], trainings: Sequence[Training]
    ) -> list[FailedTraining]:
        """Score finished runs on the held-out sets of the base config; return what failed.

        ``marks`` are those of the sets.
        """
        folder, sets = self._folder / RUNS, base.data.held_out
        left = [one for one in trainings if missing_sets(folder / one.name, marks)]
        if not left:
            return []
        self._tell(f"held-out sets: {counted(len(left), 'run')} to score on {listed(sets)}")
        names = {folder / one.name: one.name for one in left}
        jobs = [self._set_job(folder / one.name, one.config, sets) for one in left]
        outcomes = self._workers.outcomes(_score_on_sets, jobs)
        with Progress("held-out sets", len(jobs), "runs") as progress:
            return [
                FailedTraining(names[each.job.folder], each.failure.message, each.failure.traceback)
                for each in progress.over(outcomes)
                if each.failure is not None
            ]

    def _set_job(self, path: Path, config: Config, sets: Mapping[str, HeldOutSettings]) -> _Job:
        data = config.data.model_copy(update={"held_out": sets})
        hashes = {**self._hashes_of(config), **{name: self._hashes[name] for name in sets}}
        own = config.model_copy(update={"data": data})
        return _Job(path, own, hashes, self._study, self._train)

    def _hashes_of(self, config: Config) -> dict[str, str | None]:
        """Return the hashes of the files that a training reads."""
        hashes = {"train": self._hashes["train"]}
        if config.data.test is not None:
            hashes["test"] = self._hashes["test"]
        has_vectors = config.embeddings.path is not None
        return {**hashes, "vectors": self._hashes["vectors"] if has_vectors else None}


def _check_same(folder: Path, config: Config, hashes: dict[str, str | None]) -> None:
    """Raise InputError where a run folder is of another config, or of other data."""
    if not (folder / ENVIRONMENT).exists():
        return
    if (folder / CONFIG).read_text("utf-8") != config.to_yaml():
        changed = differences(load_config(folder / CONFIG), config)
        if changed:
            raise InputError(
                f"{folder.absolute()} was trained with another config ({changed[0]}); give the "
                "study another folder with --out, or remove this one"
            )
    recorded = read_yaml(folder / ENVIRONMENT)["sha256"]
    for name, sha256 in hashes.items():
        if recorded.get(name) != sha256:
            raise InputError(
                f"the file of {name} has changed since {folder.absolute()} was trained; give the "
                "study another folder with --out, or put the old file back"
            )


def _try_rate(job: _Job) -> None:
    """Train with a learning rate, and count what is found in the documents that are held out."""
    predictions = f1 = None
    try:
        f1 = job.train(job.config, job.folder, _data_of(job)).kept_f1
    except DivergenceError:
        pass
    else:
        predictions = _held_out(job)
    save_tuning(job.folder, f1, predictions, _seconds(job.folder))
    shutil.rmtree(job.folder / MODEL, ignore_errors=True)  # it has served its purpose
    (job.folder / CHECKPOINT).unlink(missing_ok=True)


def _held_out(job: _Job) -> PredictedCorpus:
    """Return what a model finds in the training documents that it did not see."""
    data = _data_of(job)
    parts = parts_of_run(job.config, job.folder, data.corpora["train"])
    _, held_out = selection_of(job.config, data.corpora, parts)
    assert held_out is not None
    model = load_model(job.folder, data.vectors)
    return PredictedCorpus.of(model, held_out, with_confidences=False)


def _run(job: _Job) -> None:
    """Train, and count what is found in the reported data."""
    job.train(job.config, job.folder, _data_of(job))
    (job.folder / CHECKPOINT).unlink(missing_ok=True)
    data = _data_of(job)
    model = load_model(job.folder, data.vectors)
    predictions = PredictedCorpus.of(model, data.corpora["test"])
    save_run(job.folder, predictions, model.mentions or [], _seconds(job.folder))


def _score_on_sets(job: _Job) -> None:
    """Count what a finished run finds in held-out sets."""
    data = _data_of(job)
    score_on_sets(job.folder, data, marks_of(job.config, data.hashes))


_WORK = {TUNING: _try_rate, RUNS: _run}


def _seconds(folder: Path) -> float:
    """Return how long the epochs of a run took, those that it finished."""
    return float(sum(record["seconds"] for record in recorded_epochs(folder)))


def _data_of(job: _Job) -> RunData:
    """Return the data of a training.

    Raises InputError where a file is not what it was when the study was started.
    """
    return RunData.read(job.config, job.hashes, "the study", _kept_corpora(job.study))


@lru_cache(maxsize=1)
def _kept_corpora(study: str) -> KeptCorpora:
    """Return the corpora that this process has read for a study."""
    return {}
