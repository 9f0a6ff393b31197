"""The folder of a training run: everything that is needed to know what was done, and to go on.

config.yaml              the config with every default filled in; who edits it asks for a change
environment.yaml         versions, seed, hashes of the data; the config that the run really has, and
                         the changes to it that were accepted on the way
selection.tsv            which sentences of the training file are held out, if any are
metrics.jsonl            one object for each epoch
checkpoint.safetensors   where the run goes on from, a finished one when it gets more epochs
model/                   the model of the kept epoch, with its card
scores.json              when the run is finished: the scores on dev, test and held-out sets, the
                         peak memory
report.html              the page about the run, where one was asked for
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from ner_window.config import Config
from ner_window.config.differences import differences
from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.files import read_yaml, replacement, yaml_text
from ner_window.model.model import Model
from ner_window.model_folder.card import save_card
from ner_window.model_folder.description import Saved
from ner_window.model_folder.folder import save_model
from ner_window.model_folder.provenance import Change, Provenance
from ner_window.training.checkpoint import State, load_checkpoint, save_checkpoint
from ner_window.training.epoch_record import EpochRecord
from ner_window.training.scores import RunScores
from ner_window.training.trainer import Trainer

RECORDED_PACKAGES = ("ner-window", "numpy", "scipy", "pydantic", "safetensors")
CONFIG, ENVIRONMENT, METRICS = "config.yaml", "environment.yaml", "metrics.jsonl"
CHECKPOINT, MODEL, SCORES = "checkpoint.safetensors", "model", "scores.json"


def default_folder(config_path: Path) -> Path:
    """Return ``runs/NAME-TIME-PROCESS``, NAME being the config's."""
    return Path("runs") / f"{config_path.stem}-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"


def check_free(folder: Path) -> None:
    """Raise InputError where the folder holds something that a run would overwrite."""
    try:
        is_used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise InputError(f"cannot use {folder.absolute()}: {error.strerror}") from None
    if is_used:
        raise InputError(
            f"{folder.absolute()} is not empty; give another folder with --out, or remove it, or "
            f"go on with the run in it: ner-window train --resume {folder}"
        )


class RunFolder:
    """A run folder, written as the run goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records: list[dict[str, Any]] = []

    def open(
        self, config: Config, hashes: Mapping[str, str | None], is_resumed: bool = False
    ) -> None:
        """Start a run here or, where ``is_resumed``, go on with the one that there is.

        ``hashes`` are those of the data. Raises InputError where the folder cannot be written,
        where another run has just taken it, or where the data has changed since the run started.
        """
        try:
            if is_resumed and self.has_begun:
                self.check_data(hashes)
                self._check_config(config)
            else:
                self._create(config, hashes, exclusive=not is_resumed)
        except OSError as error:
            raise InputError(f"cannot write {self.path.absolute()}: {error.strerror}") from None

    def _create(self, config: Config, hashes: Mapping[str, str | None], exclusive: bool) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with (self.path / CONFIG).open("x" if exclusive else "w", encoding="utf-8") as file:
                file.write(config.to_yaml())
        except FileExistsError:
            raise InputError(f"another run has just taken {self.path.absolute()}") from None
        description = {**describe_environment(config), "sha256": dict(hashes)}
        self._save_environment({**description, "config": _plain(config)})

    def _save_environment(self, environment: Mapping[str, Any]) -> None:
        with replacement(self.path / ENVIRONMENT) as temporary:
            temporary.write_text(yaml_text(environment), "utf-8")

    @property
    def has_begun(self) -> bool:
        """Whether a run was started here."""
        return (self.path / ENVIRONMENT).exists()

    @property
    def has_record(self) -> bool:
        """Whether the run has written down its config; those of older versions have not."""
        return self.has_begun and "config" in self.environment

    @property
    def config(self) -> Config:
        """The config that the run really has, the files where ``config.yaml`` says that they are.

        Without a record it is what ``config.yaml`` says. Raises InputError where either is damaged.
        """
        edited = load_config(self.path / CONFIG)
        if not self.has_record:
            return edited
        try:
            recorded = Config.model_validate(self.environment["config"])
        except ValidationError as error:
            raise InputError(
                f"the record of the config in {self.path.absolute() / ENVIRONMENT} is damaged: "
                f"{error.errors()[0]['msg']}"
            ) from None
        return with_files_of(recorded, edited)

    @property
    def changes(self) -> list[Change]:
        """What was changed on the way, in the order of the epochs."""
        return [Change.model_validate(change) for change in self.environment.get("changes", [])]

    def change(self, config: Config, changes: Sequence[Change]) -> None:
        """Go on with another config, and with more epochs where the run was finished.

        ``changes`` are its differences to the one before, of which there is a record then. Raises
        InputError where the folder cannot be written.
        """
        joined = _joined(self.changes, changes)
        told = [change.model_dump(exclude_defaults=True) for change in joined]
        environment = {**self.environment, "config": _plain(config), "changes": told}
        try:
            (self.path / SCORES).unlink(missing_ok=True)  # first: it says that the run is finished
            self._save_environment(environment)
            with replacement(self.path / CONFIG) as temporary:
                temporary.write_text(config.to_yaml(), "utf-8")
        except OSError as error:
            raise InputError(f"cannot write {self.path.absolute()}: {error.strerror}") from None

    def _check_config(self, config: Config) -> None:
        """Raise InputError where the run has another config than the one it is to go on with."""
        if not self.has_record:
            return
        if changed := differences(with_files_of(self.config, config), config):
            raise InputError(
                f"the run in {self.path.absolute()} has another config: {changed[0]}; go on with "
                "that one, or give another folder"
            )

    def check_data(self, hashes: Mapping[str, str | None]) -> None:
        """Raise InputError where the data, whose hashes these are, is not that of the run."""
        recorded = self.environment["sha256"]
        for name, sha256 in hashes.items():
            if recorded.get(name) != sha256:
                raise InputError(
                    f"the file of {name} has changed since the run in {self.path.absolute()} was "
                    "started: it cannot go on as it would have; start a new run"
                )

    @property
    def scores(self) -> RunScores | None:
        """The scores of a run that is finished, None before.

        Raises InputError where they are damaged.
        """
        try:
            recorded = json.loads((self.path / SCORES).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        try:
            return RunScores.model_validate(recorded)
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, (SCORES, *problem["loc"])))
            raise InputError(
                f"the run folder {self.path.absolute()} is damaged, or of another version: "
                f"{place}: {problem['msg']}"
            ) from None

    def restore(self, trainer: Trainer) -> bool:
        """Bring a trainer to where the run stopped; return whether there was such a place.

        A run without a record of its config has one from then on: that of the trainer, which fits.
        Raises InputError where the checkpoint is damaged or does not belong to the config.
        """
        path = self.path / CHECKPOINT
        if not path.exists():
            return False
        state = load_checkpoint(path)
        try:
            trainer.load_state(state)
            lines = [json.dumps(record) for record in state.values["records"]]
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(
                f"{path.absolute()} does not fit the network of {CONFIG}: {error}; put the "
                "settings back that the run was started with, or start a new run"
            ) from None
        if not self.has_record:
            self._save_environment({**self.environment, "config": _plain(trainer.config)})
        self._records = list(state.values["records"])
        (self.path / METRICS).write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return True

    def add_epoch(self, record: EpochRecord, trainer: Trainer) -> None:
        """Write a checkpoint after an epoch, and its line of ``metrics.jsonl``.

        Raises OSError where that cannot be done.
        """
        self._records = [*self._records, record.as_dict()]
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(record.as_dict()) + "\n")
        arrays, values = trainer.state()
        values = {**values, "records": self._records}
        save_checkpoint(self.path / CHECKPOINT, State(arrays, values))

    def save_model(self, model: Model, saved: Saved) -> None:
        """Write ``model/``, with the pretrained vectors as ``saved`` says."""
        save_model(model, self.path / MODEL, saved)

    def save_card(self, provenance: Provenance) -> None:
        """Add to ``model/`` where it comes from, and its card."""
        try:
            save_card(self.path / MODEL, provenance)
        except OSError as error:
            raise InputError(f"cannot write {self.path.absolute()}: {error.strerror}") from None

    @property
    def environment(self) -> dict[str, Any]:
        """What ``environment.yaml`` says."""
        environment: dict[str, Any] = read_yaml(self.path / ENVIRONMENT)
        return environment

    @property
    def records(self) -> list[dict[str, Any]]:
        """The epochs so far, as they are in ``metrics.jsonl``."""
        return self._records

    def finish(self, scores: RunScores) -> None:
        """Write down the scores, by which the run is finished."""
        with replacement(self.path / SCORES) as temporary:
            temporary.write_text(scores.as_json(), "utf-8")


def with_files_of(config: Config, other: Config) -> Config:
    """Return a config whose files are where the other one has them: what is in them has a hash."""
    data: dict[str, Any] = {
        split: getattr(other.data, split)
        for split in ("train", "dev", "test")
        if getattr(config.data, split) and getattr(other.data, split)
    }
    data["held_out"] = {
        name: held_out.model_copy(update={"path": other.data.held_out.get(name, held_out).path})
        for name, held_out in config.data.held_out.items()
    }
    moved: dict[str, Any] = {"data": config.data.model_copy(update=data)}
    if config.embeddings.path and other.embeddings.path:
        path = {"path": other.embeddings.path}
        moved["embeddings"] = config.embeddings.model_copy(update=path)
    return config.model_copy(update=moved)


def _plain(config: Config) -> dict[str, Any]:
    plain: dict[str, Any] = config.model_dump(mode="json", by_alias=True)
    return plain


def _joined(before: Sequence[Change], now: Sequence[Change]) -> list[Change]:
    """Return all changes; of what was changed twice at the same epoch, the sum, if there is any."""
    joined = {(change.epoch, change.key): change for change in before}
    for change in now:
        first = joined.pop((change.epoch, change.key), change)
        if first.old != change.new:
            joined[change.epoch, change.key] = change.model_copy(update={"old": first.old})
    return list(joined.values())


def recorded_epochs(folder: Path) -> list[dict[str, Any]]:
    """Return the epochs of a run folder, none where it has finished none."""
    path = folder / METRICS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def describe_environment(config: Config) -> dict[str, Any]:
    """Return what, beside config and data, decides the result of a run."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": config.seed,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "blas": f"{blas['name']} {blas['version']}",
        "packages": {name: version(name) for name in RECORDED_PACKAGES},
    }
