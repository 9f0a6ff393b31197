"""A finished run as its report sees it: what its folder says, and what its model predicts."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from ner_window.config import Config
from ner_window.config.differences import Difference, differences
from ner_window.config.file import load_config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.report import Evaluation, evaluate_fully
from ner_window.files import read_yaml
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model
from ner_window.model_folder.provenance import Change, SplitScores, read_provenance, too_good
from ner_window.model_folder.several_runs import describe_runs, runs_in
from ner_window.run_data import read_corpora, read_held_out
from ner_window.training.epoch_record import EpochRecord
from ner_window.training.recorded_selection import parts_of_run
from ner_window.training.run_folder import CONFIG, ENVIRONMENT, METRICS, MODEL, RunFolder
from ner_window.training.scored_file import names_of
from ner_window.training.scores import RunScores
from ner_window.training.selection import chosen_on, selection_of

EPOCH = TypeAdapter(EpochRecord)
DAMAGE = (OSError, ValueError, KeyError, TypeError, IndexError, yaml.YAMLError)


@dataclass(frozen=True)
class ReportedRun:
    """A run, the corpora of its config, and its model's predictions for one of them, ``split``.

    ``recorded`` are the scores that it wrote down. ``epochs`` are those of the restart whose model
    was kept, where there were several. ``config`` is the one that the run had in the end, after the
    ``changes``; ``edits`` are what has been edited in its file since, which was never trained.
    ``gone`` are the held-out sets whose files are not there: they are left out of all else.
    """

    path: Path
    config: Config
    changes: list[Change]
    edits: list[Difference]
    environment: dict[str, Any]
    epochs: list[EpochRecord]
    scores: RunScores
    recorded: list[SplitScores]
    model: Model
    corpora: dict[str, Corpus]
    gone: list[str]
    split: str
    predictions: PredictedCorpus
    evaluation: Evaluation

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.path.resolve().name

    @cached_property
    def trained_on(self) -> Corpus:
        """The part of the training file that the model learned from."""
        parts = parts_of_run(self.config, self.path, self.corpora["train"])
        return selection_of(self.config, self.corpora, parts)[0]

    @cached_property
    def train_f1(self) -> float:
        """F1 of the model on what it learned from."""
        return PredictedCorpus.of(self.model, self.trained_on, with_confidences=False).score().f1

    @property
    def warnings(self) -> list[str]:
        """What the page lacks, in sentences."""
        sets = self.config.data.held_out
        return [
            f"data.held_out.{name} of {self.path} is left out: {sets[name].path.absolute()} is gone"
            for name in self.gone
        ]

    @property
    def caveats(self) -> dict[str, str]:
        """Of each split that something was chosen on, why its figures are a little too good."""
        chosen = {split: chosen_on(self.config, split) for split in ("dev", "test")}
        return {split: too_good(what) for split, what in chosen.items() if what}

    @property
    def confidences_fitted_here(self) -> bool:
        """Whether the temperature of the model was fitted on the data that it is reported on."""
        is_chosen_on_dev = self.config.data.selection is None
        return self.split == "dev" and is_chosen_on_dev and self.predictions.confidences is not None

    @property
    def kept_epoch(self) -> int:
        """The epoch that the model is of."""
        return self.scores.kept_epoch


def read_run(path: Path, split: str | None = None) -> ReportedRun:
    """Read a run folder and the files of its config, and predict a split: test, if there is one.

    A held-out set whose file is gone is left out, unless it is the one to report on. Raises
    InputError where the run is not finished, where its folder is damaged, where a file that it
    learned from is not what it was, or where it has no data of this name to report on.
    """
    (config, edits), scores = _config(path), _scores(path)
    split = split or ("test" if config.data.test else "dev")
    if split not in (names := names_of(config)):
        others = f"; it has {', '.join(names)}" if names else ""
        raise InputError(f"the run in {path.absolute()} has no {split} data to report on{others}")
    environment, epochs = _records(path, scores)
    model, provenance = load_model(path / MODEL), read_provenance(path / MODEL)
    files = (environment["sha256"], f"the run in {path.absolute()}")
    corpora = read_corpora(config, *files)
    gone, there = _gone_and_there(config, split)
    corpora |= read_held_out(there, corpora["train"], *files)
    predictions = PredictedCorpus.of(model, corpora[split])
    return ReportedRun(
        path=path,
        config=config,
        changes=provenance.changes if provenance else [],
        edits=edits,
        environment=environment,
        epochs=epochs,
        scores=scores,
        recorded=[s for s in provenance.scores if s.split not in gone] if provenance else [],
        model=model,
        corpora=corpora,
        gone=gone,
        split=split,
        predictions=predictions,
        evaluation=evaluate_fully(model, predictions),
    )


def _gone_and_there(config: Config, split: str) -> tuple[list[str], Config]:
    """Return the held-out sets that are not there, but for the split, and the config without."""
    sets = config.data.held_out
    gone = [name for name, each in sets.items() if name != split and not each.path.exists()]
    left = {name: each for name, each in sets.items() if name not in gone}
    data = config.data.model_copy(update={"held_out": left})
    return gone, config.model_copy(update={"data": data})


def _config(path: Path) -> tuple[Config, list[Difference]]:
    """Return the config of a run, and how its file differs from it by now."""
    if not (path / CONFIG).exists():
        raise InputError(f"{path.absolute()} is no run folder: it has no {CONFIG}")
    config = RunFolder(path).config
    return config, differences(config, load_config(path / CONFIG))


def _scores(path: Path) -> RunScores:
    scores = RunFolder(path).scores
    if scores is not None:
        return scores
    if several := describe_runs(path):
        runs = shlex.join(map(str, runs_in(path)))
        raise InputError(f"{several}; all of them: ner-window report {runs} --out DIR")
    raise InputError(
        f"the run in {path.absolute()} is not finished; go on with it: "
        f"ner-window train --resume {path}"
    )


def _records(path: Path, scores: RunScores) -> tuple[dict[str, Any], list[EpochRecord]]:
    """Return what the run wrote down of its environment and its epochs."""
    try:
        environment = read_yaml(path / ENVIRONMENT)
        if not isinstance(environment["sha256"], dict):
            raise ValueError("hashes are missing")
        f1 = scores.restarts
        trained = path / f"restart-{f1.index(max(f1)) + 1}" if f1 else path
        trained = path / "member-1" if scores.members else trained  # one of several
        lines = (trained / METRICS).read_text("utf-8").splitlines()
        epochs = [EPOCH.validate_json(line) for line in lines]
        if not epochs:
            raise ValueError(f"{METRICS} is empty")
    except DAMAGE as error:
        reason, _, _ = str(error).partition("\n")
        raise InputError(
            f"the run folder {path.absolute()} is damaged, or of another version: {reason}"
        ) from None
    return environment, epochs
