"""A run: from a config to a folder with a trained model, in one go or in several.

Restarts are runs of their own, in folders of the run, of which the best one's model is taken.
"""

from __future__ import annotations

import resource
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.evaluation.predictions import Predictions, predict
from ner_window.model.building import build_model
from ner_window.training.gradients import check_gradients
from ner_window.training.record import HELD_OUT, provenance_of
from ner_window.training.run_folder import MODEL, RunFolder
from ner_window.training.selection import selection_of
from ner_window.training.trainer import DivergenceError, EpochRecord, Trainer
from ner_window.vectors.word_vectors import WordVectors

SEED_OF_RESTART = 1_000_003  # so that the restarts of one seed are not those of the next


class InterruptedRun(Exception):  # noqa: N818 (no error)
    """The user has stopped the run; what there is has been saved."""


@dataclass(frozen=True)
class RunData:
    """What a run learns from: the corpora, by split, and the vectors."""

    corpora: Mapping[str, Corpus]
    vectors: WordVectors | None

    @property
    def hashes(self) -> dict[str, str | None]:
        """The SHA-256 of every file that the result depends on."""
        hashes: dict[str, str | None] = {
            split: corpus.sha256 for split, corpus in self.corpora.items()
        }
        return {**hashes, "vectors": self.vectors.sha256 if self.vectors else None}


Tell = Callable[[str], None]


def run(
    config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool = False
) -> dict[str, Any]:
    """Train as the config says, in ``folder``; return the scores.

    ``tell`` is given what there is to say on the way. Raises InterruptedRun on Ctrl-C, after all
    has been saved that is needed to go on.
    """
    if config.training.restarts == 1:
        return _Single(config, folder, data, tell, is_resumed).run()
    whole = RunFolder(folder)
    whole.open(config, data.hashes, is_resumed)
    results = []
    for number in range(1, config.training.restarts + 1):
        tell(f"restart {number} of {config.training.restarts}")
        part = folder / f"restart-{number}"
        results.append(run(_restart(config, number), part, data, tell, is_resumed))
    f1 = [result["kept_f1"] for result in results]
    best = int(np.argmax(f1))
    tell(f"F1 of the restarts: {', '.join(f'{value:.2f}' for value in f1)}; kept: {best + 1}")
    shutil.rmtree(folder / MODEL, ignore_errors=True)
    shutil.copytree(folder / f"restart-{best + 1}" / MODEL, folder / MODEL)
    whole.finish({**results[best], "restarts": f1})
    return results[best]


def _restart(config: Config, number: int) -> Config:
    """Return the config of one restart: another seed, the first one's own."""
    training = config.training.model_copy(update={"restarts": 1})
    seed = config.seed + (number - 1) * SEED_OF_RESTART
    return config.model_copy(update={"seed": seed, "training": training})


class _Single:
    """One training from one initialization."""

    def __init__(
        self, config: Config, folder: Path, data: RunData, tell: Tell, is_resumed: bool
    ) -> None:
        self.config = config
        self.data = data
        self.tell = tell
        self.folder = RunFolder(folder)
        self.is_resumed = is_resumed

    def run(self) -> dict[str, Any]:
        if (scores := self.folder.scores) is not None:
            self.tell(f"{self.folder.path} is finished")
            return scores
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
        predictions = self._predictions(trainer)
        provenance = provenance_of(
            self.config,
            self.data.corpora,
            trainer,
            predictions,
            self.folder.environment,
            self.folder.records,
        )
        self.folder.save_card(provenance)
        scores = self._scores(trainer, predictions)
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
        self.tell(f"words of train found: {trainer.data.encoded.coverage}")
        if trainer.encoded_selection:
            self.tell(f"words to choose on:   {trainer.encoded_selection.coverage}")
        return trainer

    def _add_epoch(self, record: EpochRecord, trainer: Trainer) -> None:
        """Write down an epoch; a disk that is full is no reason to lose the model."""
        try:
            self.folder.add_epoch(record, trainer)
        except OSError as error:
            self.tell(f"warning: no checkpoint of epoch {record.epoch}: {error.strerror}")

    def _save(self, trainer: Trainer) -> None:
        if not trainer.kept_epoch:
            return
        trainer.restore_kept()
        self.folder.save_model(trainer.model, self.config.embeddings.saved)

    def _predictions(self, trainer: Trainer) -> dict[str, Predictions]:
        """Let the kept weights predict all data that they were not trained on, by split."""
        corpora = {split: corpus for split, corpus in self.data.corpora.items() if split != "train"}
        if self.config.data.selection and trainer.selection:
            corpora = {HELD_OUT: trainer.selection, **corpora}
        return {
            split: predict(
                trainer.model,
                corpus,
                trainer.encoded_selection if corpus is trainer.selection else None,
            )
            for split, corpus in corpora.items()
        }

    def _scores(self, trainer: Trainer, predictions: Mapping[str, Predictions]) -> dict[str, Any]:
        scored = {split: predicted.score() for split, predicted in predictions.items()}
        chosen = scored.pop(HELD_OUT, None) or scored.get("dev")
        return {
            "kept_epoch": trainer.kept_epoch,
            "kept_f1": chosen.f1 if chosen else None,
            "peak_memory_mb": _peak_memory_mb(),
            **{
                split: {**score.as_dict(), "report": score.report()}
                for split, score in scored.items()
            },
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
