"""A single run: one training from one initialization, in one go or in several."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ner_window.config import Config
from ner_window.model.building import build_model
from ner_window.model.model import Model
from ner_window.run_data import RunData
from ner_window.training.epoch_record import EpochRecord
from ner_window.training.gradients import check_gradients
from ner_window.training.record import predictions_of, provenance_of, raw_texts_of
from ner_window.training.recorded_selection import parts_of_run, save_selection
from ner_window.training.run_folder import RunFolder
from ner_window.training.scores import RunScores
from ner_window.training.selection import SelectionParts, described, selection_of
from ner_window.training.temperature import fitted_temperature, temperature_note
from ner_window.training.trainer import DivergenceError, Trainer

Tell = Callable[[str], None]
"""Is given what there is to say on the way, line by line."""


class InterruptedRun(Exception):  # noqa: N818 (no error)
    """The user has stopped the run; what there is has been saved."""


def run_single(
    config: Config,
    folder: Path,
    data: RunData,
    tell: Tell,
    is_resumed: bool = False,
    shows_progress: bool = True,
) -> RunScores:
    """Train once, or go on with it; return the scores.

    Parameters
    ----------
    config
        Of its restarts and its ensemble nothing is heeded here.
    folder
        The run folder. A run that is finished there is left as it is.
    data
        What the config names.
    tell
        Is given what there is to say on the way.
    is_resumed
        Whether a run in the folder, if there is one, is gone on with.
    shows_progress
        Whether a terminal gets a progress bar for each epoch.

    Raises
    ------
    InterruptedRun
        On Ctrl-C, after all has been saved that is needed to go on.
    DivergenceError
        Where the loss is not finite; the best model until then has been saved.
    InputError
        Where the config cannot be trained on the data, or the folder cannot be used.
    """
    run_folder = RunFolder(folder)
    if (scores := run_folder.scores) is not None:
        tell(f"{folder} is finished")
        return scores
    parts = parts_of_run(config, folder, data.corpora["train"])
    trainer = _trainer(config, data, parts, tell)  # first: what cannot be trained leaves no folder
    run_folder.open(config, data.hashes, is_resumed)
    save_selection(folder, data.corpora["train"], parts)
    if run_folder.restore(trainer):
        tell(f"going on after epoch {trainer.epoch}")
    try:
        for record in trainer.run(shows_progress):
            tell(_summary(record, trainer))
            _add_epoch(run_folder, record, trainer, tell)
    except KeyboardInterrupt:
        _save_best(run_folder, trainer)
        tell(f"interrupted in epoch {trainer.epoch + 1}")
        raise InterruptedRun from None
    except DivergenceError:
        _save_best(run_folder, trainer)
        raise
    model = _save_best(run_folder, trainer)
    tell(temperature_note(model, config))
    return _finished(run_folder, trainer, model, data)


def run_quietly(config: Config, folder: Path, data: RunData) -> RunScores:
    """Do a single run, or what is left of it, without a word, as one of several.

    A bar is left where the model is to hold a copy of the vectors, which one of several does not.
    Raises KeyboardInterrupt on Ctrl-C, after all has been saved that is needed to go on, and else
    what :func:`run_single` raises.
    """
    try:
        with np.errstate(all="ignore"):  # a loss that is not finite is told by the error alone
            return run_single(config, folder, data, lambda _: None, True, shows_progress=False)
    except InterruptedRun:
        raise KeyboardInterrupt from None


def _trainer(config: Config, data: RunData, parts: SelectionParts | None, tell: Tell) -> Trainer:
    train, selection = selection_of(config, data.corpora, parts)
    if parts:
        for line in described(config, data.corpora["train"], parts):
            tell(line)
    if config.debug.gradient_check:
        tell(check_gradients(config, train, data.vectors))
    rng = np.random.default_rng(config.seed)
    model = build_model(config, train, data.vectors, rng)
    trainer = Trainer(config, model, train, selection, rng)
    tell(f"words of train found: {trainer.batches.data.encoded.coverage}")
    if trainer.encoded_selection:
        tell(f"words to choose on:   {trainer.encoded_selection.coverage}")
    tell(f"an epoch:             {trainer.batches}")
    return trainer


def _add_epoch(run_folder: RunFolder, record: EpochRecord, trainer: Trainer, tell: Tell) -> None:
    """Write down an epoch; a disk that is full is no reason to lose the model."""
    try:
        run_folder.add_epoch(record, trainer)
    except OSError as error:
        tell(f"warning: no checkpoint of epoch {record.epoch}: {error.strerror}")


def _save_best(run_folder: RunFolder, trainer: Trainer) -> Model:
    """Save the model with the kept weights, and return it; before the first epoch save nothing."""
    if not trainer.best.epoch:
        return trainer.model
    trainer.best.restore()
    temperature = fitted_temperature(trainer.model, trainer.selection, trainer.encoded_selection)
    model = replace(trainer.model, temperature=temperature)
    run_folder.save_model(model, trainer.config.embeddings.saved)
    return model


def _finished(run_folder: RunFolder, trainer: Trainer, model: Model, data: RunData) -> RunScores:
    """Score the model and write its card."""
    config, best_epoch = trainer.config, trainer.best.epoch
    predictions = predictions_of(
        config, data.all_corpora, model, trainer.selection, trainer.encoded_selection
    )
    environment, records, changes = run_folder.environment, run_folder.records, run_folder.changes
    raw_texts = raw_texts_of(model, predictions)
    told = (raw_texts, environment, records, best_epoch, changes)
    run_folder.save_card(provenance_of(config, data.all_corpora, model, predictions, *told))
    scores = RunScores.of(predictions, raw_texts, best_epoch, _peak_memory_mb())
    run_folder.finish(scores)
    return scores


def _peak_memory_mb() -> float:
    """Return the largest memory that the process has had resident, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes of what the system counts in
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _summary(record: EpochRecord, trainer: Trainer) -> str:
    """Return an epoch in a line.

    The learning rate is in it where nobody can know it beforehand, the norm of the gradient where
    it is clipped; metrics.jsonl has both in any case.
    """
    name = "held-out F1" if trainer.config.data.selection else "dev F1"
    clips = trainer.config.training.clip_norm is not None
    figures = [
        f"epoch {record.epoch:>3}/{trainer.epochs}",
        f"loss {record.loss:.4f}",
        *([] if record.f1 is None else [f"{name} {record.f1:5.2f}"]),
        *([f"lr {record.learning_rate:.2g}"] if trainer.schedule.follows_score else []),
        *([f"|g| {record.gradient_norm:.2g}"] if clips else []),
        f"{record.tokens_per_second:,.0f} tokens/s",
        f"{record.seconds:.1f} s",
    ]
    return "  ".join(figures)
