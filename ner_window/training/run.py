"""A run: from a config to a folder with a trained model, in one go or in several.

Restarts are runs of their own, in folders of the run, of which the best one's model is taken. The
members of an ensemble are, too, in processes of their own; its model has all their networks.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.evaluation.predictions import Predictions, predict
from ner_window.model.building import build_model
from ner_window.model.model import Encoded, Model, ensemble_of
from ner_window.model_folder.folder import load_model
from ner_window.parallel import Workers, cores
from ner_window.run_data import RunData
from ner_window.training.epoch_record import EpochRecord
from ner_window.training.gradients import check_gradients
from ner_window.training.record import provenance_of
from ner_window.training.run_folder import METRICS, MODEL, RunFolder
from ner_window.training.scores import HELD_OUT, RunScores
from ner_window.training.selection import selection_of
from ner_window.training.trainer import DivergenceError, Trainer

SEED_OF_PART = 1_000_003  # so that the restarts or members of one seed are not those of the next


class InterruptedRun(Exception):  # noqa: N818 (no error)
    """The user has stopped the run; what there is has been saved."""


Tell = Callable[[str], None]


def run(
    config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> RunScores:
    """Train as the config says, in ``folder``; return the scores.

    ``tell`` is given what there is to say on the way. Raises InterruptedRun on Ctrl-C, after all
    has been saved that is needed to go on.
    """
    if config.training.ensemble > 1:
        return _Ensemble(config, folder, data, tell, is_resumed).run()
    if config.training.restarts == 1:
        return _Single(config, folder, data, tell, is_resumed).run()
    whole = RunFolder(folder)
    whole.open(config, data.hashes, is_resumed)
    results = []
    for number in range(1, config.training.restarts + 1):
        tell(f"restart {number} of {config.training.restarts}")
        part = folder / f"restart-{number}"
        results.append(run(_part(config, number), part, data, tell, is_resumed))
    # the config sees to it that there is data to choose on, so that each has an F1
    f1 = [result.kept_f1 for result in results if result.kept_f1 is not None]
    best = int(np.argmax(f1))
    tell(f"F1 of the restarts: {', '.join(f'{value:.2f}' for value in f1)}; kept: {best + 1}")
    shutil.rmtree(folder / MODEL, ignore_errors=True)
    shutil.copytree(folder / f"restart-{best + 1}" / MODEL, folder / MODEL)
    whole.finish(results[best].model_copy(update={"restarts": f1}))
    return results[best]


def run_quietly(config: Config, folder: Path, data: RunData) -> RunScores:
    """Do a run, or what is left of it, without a word, as one of several; return its scores.

    Raises KeyboardInterrupt on Ctrl-C, after all has been saved that is needed to go on.
    """
    try:
        with redirect_stderr(io.StringIO()):  # no bar for each epoch: tqdm sees no terminal
            return run(config, folder, data, lambda _: None, is_resumed=True)
    except InterruptedRun:
        raise KeyboardInterrupt from None


def _part(config: Config, number: int) -> Config:
    """Return the config of one restart or member: another seed, the first one's own."""
    training = config.training.model_copy(update={"restarts": 1, "ensemble": 1})
    seed = config.seed + (number - 1) * SEED_OF_PART
    return config.model_copy(update={"seed": seed, "training": training})


class _Training(ABC):
    """What fills a run folder: one training, or several side by side."""

    def __init__(
        self, config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool
    ) -> None:
        self.config = config
        self.data = data
        self.tell = tell
        self.folder = RunFolder(folder)
        self.is_resumed = is_resumed

    def run(self) -> RunScores:
        if (scores := self.folder.scores) is not None:
            self.tell(f"{self.folder.path} is finished")
            return scores
        return self._train_and_score()

    @abstractmethod
    def _train_and_score(self) -> RunScores:
        """Train in the folder, or go on there; return the scores."""

    def _with_card(
        self,
        model: Model,
        predictions: Mapping[str, Predictions],
        records: list[dict[str, Any]],
        kept_epoch: int,
        peak_memory_mb: float,
    ) -> RunScores:
        """Write the card of what was trained; return what ``scores.json`` holds."""
        provenance = provenance_of(
            self.config,
            self.data.corpora,
            model,
            predictions,
            self.folder.environment,
            records,
            kept_epoch,
        )
        self.folder.save_card(provenance)
        return RunScores.of(predictions, kept_epoch, peak_memory_mb)


class _Single(_Training):
    """One training from one initialization."""

    def _train_and_score(self) -> RunScores:
        trainer = self._trainer()  # first, so that a config that cannot be trained leaves no folder
        self.folder.open(self.config, self.data.hashes, self.is_resumed)
        if self.folder.restore(trainer):
            self.tell(f"going on after epoch {trainer.epoch}")
        try:
            for record in trainer.run():
                self.tell(_summary(record, self.config))
                self._add_epoch(record, trainer)
        except KeyboardInterrupt:
            self._save(trainer)
            self.tell(f"interrupted in epoch {trainer.epoch + 1}")
            raise InterruptedRun from None
        except DivergenceError:
            self._save(trainer)
            raise
        self._save(trainer)
        predictions = _predictions(
            trainer.model, self.config, self.data, trainer.selection, trainer.encoded_selection
        )
        scores = self._with_card(
            trainer.model,
            predictions,
            self.folder.records,
            trainer.best.epoch,
            _peak_memory_mb(),
        )
        self.folder.finish(scores)
        return scores

    def _trainer(self) -> Trainer:
        config, corpora = self.config, self.data.corpora
        train, selection = selection_of(config, corpora)
        if config.debug.gradient_check:
            self.tell(check_gradients(config, train, self.data.vectors))
        rng = np.random.default_rng(config.seed)
        model = build_model(config, train, self.data.vectors, rng)
        trainer = Trainer(config, model, train, selection, rng)
        self.tell(f"words of train found: {trainer.batches.data.encoded.coverage}")
        if trainer.encoded_selection:
            self.tell(f"words to choose on:   {trainer.encoded_selection.coverage}")
        self.tell(f"an epoch:             {trainer.batches}")
        return trainer

    def _add_epoch(self, record: EpochRecord, trainer: Trainer) -> None:
        """Write down an epoch; a disk that is full is no reason to lose the model."""
        try:
            self.folder.add_epoch(record, trainer)
        except OSError as error:
            self.tell(f"warning: no checkpoint of epoch {record.epoch}: {error.strerror}")

    def _save(self, trainer: Trainer) -> None:
        if not trainer.best.epoch:
            return
        trainer.best.restore()
        self.folder.save_model(trainer.model, self.config.embeddings.saved)


class _Ensemble(_Training):
    """Trainings from several initializations, side by side, whose networks make one model."""

    def _train_and_score(self) -> RunScores:
        self.folder.open(self.config, self.data.hashes, self.is_resumed)
        members = [self._member(n) for n in range(1, self.config.training.ensemble + 1)]
        try:
            results = self._train(members)
        except KeyboardInterrupt:
            self.tell("interrupted; the members go on after the last epoch that they finished")
            raise InterruptedRun from None
        model = ensemble_of([load_model(one.folder, self.data.vectors) for one in members])
        self.folder.save_model(model, self.config.embeddings.saved)
        scores = self._finished(model, members, results)
        self.folder.finish(scores)
        return scores

    def _member(self, number: int) -> _Member:
        """Return a member, whose own model refers to the vectors, which the ensemble holds."""
        config = _part(self.config, number)
        if config.embeddings.path is not None:
            embeddings = config.embeddings.model_copy(update={"saved": "reference"})
            config = config.model_copy(update={"embeddings": embeddings})
        return _Member(config, self.folder.path / f"member-{number}", self.data.hashes)

    def _train(self, members: list[_Member]) -> list[RunScores]:
        """Train the members that are not trained; return the scores of all."""
        results: dict[Path, RunScores] = {}
        count = min(cores(), len(members))
        workers = Workers(count)
        self.tell(f"training {len(members)} networks, {count} at a time")
        with tqdm(total=len(members), desc="members", leave=False, disable=None) as progress:
            for outcome in workers.outcomes(_train_member, members):
                name = outcome.job.folder.name
                if outcome.result is None:
                    reason = outcome.failure.message if outcome.failure else ""
                    raise InputError(f"{name} of the ensemble failed: {reason}")
                results[outcome.job.folder] = outcome.result
                f1 = outcome.result.kept_f1
                self.tell(f"{name} is trained" + ("" if f1 is None else f": F1 {f1:.2f}"))
                progress.update()
        return [results[member.folder] for member in members]

    def _finished(
        self, model: Model, members: list[_Member], results: list[RunScores]
    ) -> RunScores:
        """Write the card; return the scores. The kept epoch is that of the first member."""
        _, selection = selection_of(self.config, self.data.corpora)
        predictions = _predictions(model, self.config, self.data, selection)
        records = [
            json.loads(line)
            for member in members
            for line in (member.folder / METRICS).read_text("utf-8").splitlines()
        ]
        memory = max(result.peak_memory_mb or 0.0 for result in results)
        scores = self._with_card(model, predictions, records, results[0].kept_epoch, memory)
        return scores.model_copy(update={"members": [result.kept_f1 for result in results]})


@dataclass(frozen=True)
class _Member:
    """What a process is told of a member: its config, its folder, and the hashes of the files."""

    config: Config
    folder: Path
    hashes: dict[str, str | None]


def _train_member(member: _Member) -> RunScores:
    """Do the run of a member, or what is left of it, without a word; return its scores."""
    data = RunData.read(member.config, member.hashes)
    return run_quietly(member.config, member.folder, data)


def _predictions(
    model: Model,
    config: Config,
    data: RunData,
    selection: Corpus | None,
    encoded_selection: Encoded | None = None,
) -> dict[str, Predictions]:
    """Let a model predict all data that it was not trained on, by split."""
    corpora = {split: corpus for split, corpus in data.corpora.items() if split != "train"}
    if config.data.selection and selection:
        corpora = {HELD_OUT: selection, **corpora}
    return {
        split: predict(model, corpus, encoded_selection if corpus is selection else None)
        for split, corpus in corpora.items()
    }


def _peak_memory_mb() -> float:
    """Return the largest memory that the process has had resident, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes of what the system counts in
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _summary(record: EpochRecord, config: Config) -> str:
    name = "held-out F1" if config.data.selection else "dev F1"
    f1 = "" if record.f1 is None else f"  {name} {record.f1:5.2f}"
    return (
        f"epoch {record.epoch:>3}/{config.training.epochs}  loss {record.loss:.4f}{f1}"
        f"  lr {record.learning_rate:.2g}  |g| {record.gradient_norm:.2g}"
        f"  {record.tokens_per_second:,.0f} tokens/s  {record.seconds:.1f} s"
    )
