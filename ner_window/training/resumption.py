"""Going on with a run: the config that it is to have now, held to the one that it really has.

A run goes on to the same bits as long as nothing is changed. A change has to be accepted, is
written down with the first epoch that it holds for, and holds for all restarts, members and seeds.
More epochs are no change where the schedule does not look to the last one: the run is then what it
would have been with so many from the start.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ner_window.config import Config
from ner_window.config.differences import Difference, differences
from ner_window.config.file import load_config
from ner_window.config.inline import inline
from ner_window.errors import InputError
from ner_window.model_folder.provenance import Change
from ner_window.run_data import Hashes
from ner_window.training.checkpoint import load_checkpoint
from ner_window.training.parts import Part, parts_of
from ner_window.training.run_folder import CHECKPOINT, CONFIG, RunFolder, with_files_of
from ner_window.training.schedules import schedule_of
from ner_window.training.seeds import first_seed_of
from ner_window.training.single import Tell
from ner_window.wording import counted

EPOCHS = "training.epochs"

FIXED = {
    "seed": "all that is drawn at random follows from it",
    "data.held_out": "it is written down with the run; `ner-window evaluate` scores any file",
    "data": "it decides what is learned",
    "embeddings.path": "the vectors have started from it",
    "embeddings.dimension": "the network has this shape",
    "embeddings.scale": "the vectors have started at it",
    "features": "their tables are part of the network",
    "model": "it is the network that has been trained so far",
    "regularization.vectors": "another decay has not kept count of what each vector is owed",
    "training.batch_size": "the schedule counts the steps of an epoch",
    "training.batch_tokens": "the schedule counts the steps of an epoch",
    "training.augment": "words and features have rows for the cases that it shows",
    "training.optimizer": "another optimizer has no moments of the gradients so far",
    "training.restarts": "a part of them has been trained",
    "training.ensemble": "a part of it has been trained",
}
"""What cannot change in the middle of a run, and why: a section with all that is in it, or a choice
as such, whose own settings can change."""

CHOICES = frozenset({"regularization.vectors", "training.optimizer"})


@dataclass(frozen=True)
class _Begun:
    """A run that has begun, single or made of parts, and the config that it is to have now."""

    folder: RunFolder
    asked: Config
    is_single: bool

    @cached_property
    def recorded(self) -> Config:
        return self.folder.config

    @cached_property
    def differences(self) -> list[Difference]:
        return differences(with_files_of(self.recorded, self.asked), self.asked)

    @property
    def file_is_edited(self) -> bool:
        """Whether its ``config.yaml`` says anything else than the config that it really has."""
        return bool(differences(self.recorded, load_config(self.folder.path / CONFIG)))

    @cached_property
    def is_finished(self) -> bool:
        return self.folder.scores is not None

    @cached_property
    def _values(self) -> dict[str, Any] | None:
        path = self.folder.path / CHECKPOINT
        return dict(load_checkpoint(path, with_arrays=False).values) if path.exists() else None

    @property
    def has_checkpoint(self) -> bool:
        return self._values is not None

    @property
    def epochs(self) -> int:
        """The epochs that it can go on from."""
        return self._values["epoch"] if self._values else 0

    @property
    def steps_per_epoch(self) -> int:
        """The steps of an epoch; before the end of the first one they are not known, and 1 here."""
        return self._values["step"] // self.epochs if self._values else 1

    @property
    def epochs_asked(self) -> int:
        return self.asked.training.epochs_of(self.steps_per_epoch)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the last step, after an epoch at least."""
        rate: float = self._values["records"][-1]["learning_rate"] if self._values else 0.0
        return rate

    @property
    def has_stalled(self) -> bool:
        """Whether ``training.patience`` stops it where it is."""
        patience = self.asked.training.patience
        return bool(
            patience and self._values and self.epochs - self._values["kept_epoch"] >= patience
        )

    @property
    def has_more_to_do(self) -> bool:
        return self.epochs_asked > self.epochs and not self.has_stalled


class Resumption:
    """A run folder that is gone on with, as a config now says.

    Parameters
    ----------
    folder
        The run folder, or that of several seeds; nothing has to be there.
    config
        What the run is to have now.
    wholes
        The runs in the folder, of several seeds or folds; None for the one that it is.

    Raises
    ------
    InputError
        Where the record of a run is damaged.
    """

    def __init__(self, folder: Path, config: Config, wholes: Sequence[Part] | None = None) -> None:
        self.folder = folder
        self._config = config
        self._first_seed = first_seed_of(folder)
        runs = [run for whole in wholes or [Part(folder, config)] for run in _runs(whole)]
        self._begun = [run for run in runs if run.folder.has_begun]
        self._is_whole = len(self._begun) == len(runs)

    @property
    def differences(self) -> list[Difference]:
        """What is to change, each once."""
        unique: list[Difference] = []
        if self._first_seed not in (None, self._config.seed):
            unique.append(Difference("seed", self._first_seed, self._config.seed))
        for run in self._begun:
            unique += [each for each in run.differences if each not in unique]
        return unique

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to train."""
        return self._is_whole and all(run.is_finished for run in self._begun)

    @property
    def _singles(self) -> list[_Begun]:
        return [run for run in self._begun if run.is_single]

    def check(self, accepts_all: bool, accepted: Collection[str] = ()) -> None:
        """Raise InputError, with nothing changed, unless the run can go on as it is to.

        Parameters
        ----------
        accepts_all
            Whether every change is accepted that is possible.
        accepted
            The keys that are, if not.
        """
        self._check_sets()
        changed = self.differences
        fixed = [_told(each, why) for each in changed if (why := _why_fixed(each))]
        if fixed:
            anew = f"ner-window train {self.folder / CONFIG} --out DIR"
            raise InputError(
                f"{_lines('this cannot change in the middle of the run', self.folder, fixed)}\n"
                f"put it back, or start a new run: {anew}"
            )
        refused = [str(each) for each in changed if each.key not in accepted]
        if refused and not accepts_all:
            epochs_alone = f"; to change the epochs alone, put the rest back: --set {EPOCHS}=N"
            raise InputError(
                f"{_lines('these settings are not those of the run', self.folder, refused)}\n"
                f"keep the old values, or take the new ones from the next epoch on: "
                "--accept-changes (from Python accept_changes=True)"
                + epochs_alone
                * any(each.key == EPOCHS for each in changed)
            )
        for run in self._singles:
            if run.differences:
                _check_epochs(run)
        self._check_finished()

    def _check_sets(self) -> None:
        """Raise InputError where the file of a held-out set is gone, with the ways to go on."""
        for name, held_out in self._config.data.held_out.items():
            if not held_out.path.exists():
                key, config = f"data.held_out.{name}", self.folder / CONFIG
                anew = shlex.join(["ner-window", "train", str(config), "--set", f"{key}=null"])
                raise InputError(
                    f"{key}.path: no such file: {held_out.path.absolute()}; put it back, or say "
                    f"where it is now: --set {key}.path=FILE; without it, start a new run: {anew} "
                    "--out DIR"
                )

    def _check_finished(self) -> None:
        """Raise InputError where a change comes too late for a run, or for a part of one."""
        late = [run for run in self._singles if run.differences and _is_too_late(run)]
        if not late:
            return
        are_all = len(late) == len(self._singles)
        if are_all or any(each.key != EPOCHS for run in late for each in run.differences):
            raise InputError(
                f"{late[0].folder.path} is finished: {', '.join(map(str, self.differences))} would "
                f"change nothing in it any more; {_prospect(late[0])}"
            )

    def take(self, hashes: Hashes, tell: Tell) -> None:
        """Write down what is to change, which has been checked, and say what it does.

        ``hashes`` are those of the data. Raises InputError where it is not that of the run.
        """
        if not all(run.folder.has_record or run.is_finished for run in self._begun):
            tell(
                f"warning: {self.folder} is of an older version, which kept no record of the "
                f"config: it goes on with {CONFIG} as it is, edited or not"
            )
        for run in self._begun:
            if run.recorded != run.asked:
                run.folder.check_data(hashes)
            if run.folder.path != self.folder and run.file_is_edited:
                tell(
                    f"warning: {run.folder.path / CONFIG} is not heeded: the settings of this run "
                    f"are those of {self.folder / CONFIG}"
                )
        for run in self._begun:
            if run.differences:
                _take(run, tell)

    def prospect(self) -> str:
        """Say of a finished run how it can be trained further, if it can."""
        return _prospect(self._singles[-1])


def _runs(part: Part) -> Iterator[_Begun]:
    """Yield the runs in a folder, the parts of each before the whole."""
    parts = parts_of(part.config, part.folder)
    for inner in parts:
        yield from _runs(inner)
    yield _Begun(RunFolder(part.folder), part.config, is_single=not parts)


def _lines(title: str, folder: Path, lines: list[str]) -> str:
    return "\n".join([f"{title} in {folder.absolute()}:", *(f"  {line}" for line in lines)])


def _told(difference: Difference, why: str) -> str:
    key, old, new = difference
    return f"{key}: {inline(old)} in the run, {inline(new)} asked for ({why})"


def _why_fixed(difference: Difference) -> str | None:
    """Return why a setting cannot change, None where it can."""
    key, old, new = difference
    if key == "embeddings.trainable" and False in (old, new):
        return "frozen vectors and trained ones are other parameters"
    for prefix, why in FIXED.items():
        if key == prefix or (prefix not in CHOICES and key.startswith(f"{prefix}.")):
            return why
    return None


def _check_epochs(run: _Begun) -> None:
    """Raise InputError where a run cannot have so many epochs."""
    asked = run.epochs_asked
    if asked < run.epochs:
        way_out = "" if run.is_finished else f"; it can end here: --set {EPOCHS}={run.epochs}"
        raise InputError(
            f"{EPOCHS}: {run.folder.path} has trained {counted(run.epochs, 'epoch')} already, "
            f"more than {asked}{way_out}"
        )
    if run.is_finished and not run.has_checkpoint:
        raise InputError(f"{run.folder.path} is finished, and {_prospect(run)}")


def _is_too_late(run: _Begun) -> bool:
    return run.is_finished and not run.has_more_to_do


def _prospect(run: _Begun) -> str:
    if not run.has_checkpoint:
        return (
            f"it cannot be trained further: {CHECKPOINT} is not there (older versions removed it); "
            "start a new run"
        )
    if run.has_stalled:
        return (
            f"training.patience {run.asked.training.patience} stopped it after epoch {run.epochs}: "
            "to train it further, set that higher: --set training.patience=N --accept-changes"
        )
    return f"to train it further, give it more epochs than {run.epochs}: --set {EPOCHS}=N"


def _take(run: _Begun, tell: Tell) -> None:
    """Write down the changes of one run; before its first epoch there are none, only a config."""
    changes = []
    if run.is_single and run.epochs:
        changes = [
            Change(epoch=run.epochs + 1, key=each.key, old=each.old, new=each.new)
            for each in run.differences
        ]
    for change in changes:
        tell(f"{run.folder.path}: {change}")
        if change.key == EPOCHS:
            tell(_effect(run))
    if _goes_on_as_if_started_so(run):
        changes = [change for change in changes if change.key != EPOCHS]
    run.folder.change(run.asked, changes)


def _goes_on_as_if_started_so(run: _Begun) -> bool:
    """Tell whether the schedule has been so far what it is for the number of epochs now."""
    steps = run.steps_per_epoch
    before, now = (schedule_of(config, steps) for config in (run.recorded, run.asked))
    return all(before.factor(step) == now.factor(step) for step in range(run.epochs * steps))


def _effect(run: _Begun) -> str:
    """Say what another number of epochs does to the schedule of a run."""
    name, epochs, start = run.asked.training.schedule.name, run.epochs_asked, run.epochs
    asked = counted(epochs, "epoch")
    if _goes_on_as_if_started_so(run):
        return f"the schedule {name} goes on as if the run had been started with {asked}"
    steps = run.steps_per_epoch
    now = schedule_of(run.asked, steps)
    following = run.asked.training.learning_rate * now.factor(start * steps)
    return (
        f"the schedule {name} looks to the last epoch, which is {epochs} now: the learning rate "
        f"goes from {run.learning_rate:.2g} in epoch {start} to {following:.2g} in the next; the "
        f"result is not that of a run that is started with {asked}"
    )
