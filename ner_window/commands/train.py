"""``ner-window train``."""

from __future__ import annotations

import shlex
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, tell_next
from ner_window.commands.next_steps import tell_after_training
from ner_window.config import Config
from ner_window.config.file import load_config
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import Evidence
from ner_window.errors import INTERRUPTED, InputError
from ner_window.evaluation.intervals import LEVEL
from ner_window.model_folder.provenance import read_provenance
from ner_window.model_folder.several_runs import describe_runs
from ner_window.run_data import RunData
from ner_window.terminal import Line, Piece, Role, Verbatim, show, shown_path, tell
from ner_window.training.batches import steps_per_epoch
from ner_window.training.few_steps import few_steps
from ner_window.training.folds import (
    PREDICTIONS,
    fold_parts,
    folds_of,
    how_epochs_are_chosen,
    run_folds,
)
from ner_window.training.parts import Part
from ner_window.training.resumption import EPOCHS, Resumption
from ner_window.training.run import run
from ner_window.training.run_folder import CONFIG, MODEL, check_free, default_folder
from ner_window.training.scores import RunScores, SplitScore
from ner_window.training.seeds import run_seeds, seed_parts, seeds_of
from ner_window.training.selection import HELD_OUT, selection_of
from ner_window.training.single import InterruptedRun
from ner_window.wording import counted, interval_phrase, listed


def train(
    config: Annotated[Path | None, typer.Argument(help="the YAML config of the run")] = None,
    settings: Settings = None,
    out: Annotated[Path | None, typer.Option(help="run folder [default: runs/NAME-TIME]")] = None,
    seeds: Annotated[
        int, typer.Option(min=1, help="how many seeds to train, from the config's on")
    ] = 1,
    folds: Annotated[
        int | None,
        typer.Option(min=2, metavar="K", help="cross-validate: divide data.train into K folds"),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN_DIR",
            help="go on with a run that was stopped, or with --set training.epochs=N for longer",
        ),
    ] = None,
    accept_changes: Annotated[
        bool, typer.Option("--accept-changes", help="go on with settings that are not the run's")
    ] = False,
) -> None:
    """Train a model and score it on held-out data."""
    if config is not None and resume is not None:
        raise InputError(f"--resume {resume} goes on with the config in it: leave out {config}")
    if config is None and resume is None:
        raise InputError("give a config, or a run folder to go on with: train --resume RUN_DIR")
    if resume is not None:
        if out or seeds != 1 or folds:
            raise InputError(
                "a run goes on where it is, as it was started: --resume goes with no --out, "
                "--seeds or --folds"
            )
        _go_on(resume, settings or [], accept_changes)
    elif config is not None:
        if accept_changes:
            raise InputError("--accept-changes goes with --resume")
        if folds and seeds != 1:
            raise InputError("--folds goes with one seed; give --set seed=N for another one")
        folder = out or default_folder(config)
        check_free(folder)
        loaded = _load_for_folds if folds else load_config
        resolved = loaded(config, settings or [])
        _train(resolved, folder, seeds, folds)
        _tell_next(resolved, folder, seeds, folds)


def _go_on(folder: Path, settings: list[str], accepts_all: bool) -> None:
    if not (folder / CONFIG).exists():
        reason = f"{folder.absolute()} is no run folder: it has no {CONFIG}"
        raise InputError(describe_runs(folder) or reason)
    config, seeds, folds = (
        load_config(folder / CONFIG, settings),
        seeds_of(folder),
        folds_of(folder),
    )
    resumption = Resumption(folder, config, _runs_within(config, folder, seeds, folds))
    set_here = {text.partition("=")[0].strip() for text in settings}
    resumption.check(accepts_all, accepted=set_here & {EPOCHS})
    was_finished = resumption.is_finished and not resumption.differences
    _train(config, folder, seeds, folds, resumption)
    if was_finished:
        tell(f"{folder} was finished before: {resumption.prospect()}")
    _tell_next(config, folder, seeds, folds)


def _runs_within(config: Config, folder: Path, seeds: int, folds: int | None) -> list[Part] | None:
    """Return the runs of a folder of several, None where it is that of a single one."""
    if folds:
        return fold_parts(config, folds, folder)
    return seed_parts(config, seeds, folder) if seeds > 1 else None


def _load_for_folds(config: Path, settings: list[str]) -> Config:
    """Load a config that need not have anything to choose an epoch on: then the last is kept."""
    try:
        return load_config(config, settings)
    except InputError:
        with suppress(InputError):
            last = load_config(config, [*settings, "training.keep=last"])
            if last.data.dev is None and last.data.selection is None:
                return last
        raise


def _train(
    config: Config,
    folder: Path,
    seeds: int,
    folds: int | None,
    resumption: Resumption | None = None,
) -> None:
    data, is_resumed = RunData.read(config), resumption is not None
    if resumption:
        resumption.take({} if folds else data.hashes, tell)  # folds have files of their own
    tell(*data.notes())
    width = max(5, *map(len, data.all_corpora)) + 1
    for split, corpus in data.all_corpora.items():
        tell(f"{split:<{width}}{_describe(corpus)}")
    tell(*_unusual_schemes(data.all_corpora))
    learned_from, _ = selection_of(config, data.corpora)
    if warning := few_steps(config.training, steps_per_epoch(config, learned_from)):
        tell(warning)
    _tell_documents(config, data.all_corpora)
    try:
        if folds:
            _folds(config, folder, folds, data, is_resumed)
        elif seeds == 1:
            _one_seed(config, folder, data, is_resumed)
        else:
            _several_seeds(config, folder, seeds, data, is_resumed)
    except InterruptedRun:
        resumption_line = shlex.join(["ner-window", "train", "--resume", str(folder)])
        tell(Verbatim(f"go on with: {resumption_line}"))
        raise typer.Exit(INTERRUPTED) from None
    show(Verbatim(f"run folder: {shown_path(folder)}"))


def _tell_next(config: Config, folder: Path, seeds: int, folds: int | None) -> None:
    if folds:
        tell_next("ner-window", "train", folder / CONFIG)  # on the whole file
    else:
        runs = [part.folder for part in _runs_within(config, folder, seeds, folds) or ()]
        tell_after_training(folder, runs or [folder], config.data.test or config.data.dev)


def _one_seed(config: Config, folder: Path, data: RunData, is_resumed: bool) -> None:
    scores = run(config, folder, data, tell, is_resumed)
    members = scores.members
    kept = f"{len(members)} networks" if members else f"weights of epoch {scores.kept_epoch}"
    intervals = _intervals(folder)
    for split, score in _scored(scores).items():
        corpus = data.all_corpora["train" if split == HELD_OUT else split]
        show(f"{split} ({corpus.path}), {kept}", Verbatim(score.report))
        if score.left_out_types:
            show(f"{split} {score.left_out_types}")
        if split in intervals:
            headline = (f"{split} F1 {score.f1:.2f}", Role.headline)
            show(Line(headline, ", ", *intervals[split]))
        if score.raw_text:
            show(f"{split} {score.raw_text}")
        if split in intervals:
            show("")


def _scored(scores: RunScores) -> dict[str, SplitScore]:
    """Return the scores of a run, that of what is held out of the training data before others."""
    held_out = {} if scores.selection is None else {HELD_OUT: scores.selection}
    return {**held_out, **scores.splits}


def _several_seeds(
    config: Config, folder: Path, seeds: int, data: RunData, is_resumed: bool
) -> None:
    results = run_seeds(config, seeds, folder, data, tell, is_resumed)
    intervals = _intervals(folder / f"seed-{config.seed}")
    scored = [_scored(result) for result in results]
    for split in scored[0]:
        if not all(split in scores for scores in scored):  # runs of older versions tell less
            continue
        f1 = [scores[split].f1 for scores in scored]
        mean, deviation = statistics.mean(f1), statistics.stdev(f1)
        headline = (f"{split} F1 {mean:.2f}", Role.headline)
        show(Line(headline, " ", (f"+- {deviation:.2f}", Role.interval), f" ({_in_row(f1)})"))
        if left_out := scored[0][split].left_out_types:
            show(f"  seed {config.seed} alone: {left_out}")
        if split in intervals:  # +- is between seeds, and tells nothing of other sentences
            show(Line(f"  seed {config.seed} alone: ", *intervals[split]))
        raw_texts = [scores[split].raw_text for scores in scored]
        if known := [raw.f1 for raw in raw_texts if raw is not None]:
            show(f"  F1 on raw text {statistics.mean(known):.2f} ({_in_row(known)})")


def _in_row(f1: Sequence[float]) -> str:
    return " ".join(f"{value:.2f}" for value in f1)


def _folds(config: Config, folder: Path, folds: int, data: RunData, is_resumed: bool) -> None:
    tell(how_epochs_are_chosen(config))
    if config.data.test:
        tell(
            f"data.test ({config.data.test}) takes no part: it is for a model that knows all folds"
        )
    if config.data.held_out:
        tell("data.held_out takes no part: its sets are for a model that knows all folds")
    found = run_folds(config, folds, folder, data, tell, is_resumed)
    show(f"{config.data.train}, each sentence tagged by a model that has not seen it", found, "")
    show(Verbatim(f"predictions: {shown_path(folder / PREDICTIONS)}"))


def _intervals(folder: Path) -> dict[str, list[Piece]]:
    """Return, by split, what the model of a finished run tells of how sure its F1 is."""
    provenance = read_provenance(folder / MODEL)
    return {
        scores.split: [
            (interval_phrase(LEVEL, scores.total.f1_interval), Role.interval),
            f" ({scores.resampling.removeprefix(f'{LEVEL}% intervals from ')}"
            f"{f'; {scores.caveat}' if scores.caveat else ''})",
        ]
        for scores in (provenance.scores if provenance else ())
    }


def _tell_documents(config: Config, corpora: Mapping[str, Corpus]) -> None:
    """Say so where a file marks no documents and they matter."""
    if not config.model.context.needs_documents or config.data.documents is None:
        return
    for split, corpus in corpora.items():
        if corpus.tokens.documents is None:
            size = config.data.documents.sentences
            tell(f"{split} marks no documents: blocks of {size} sentences stand in for them")


def _unusual_schemes(corpora: Mapping[str, Corpus]) -> Iterator[str]:
    """Yield how tags are read where that is not plain, the files that are read alike together."""
    unusual = {name: each.evidence for name, each in corpora.items() if not each.evidence.is_usual}
    for scheme in dict.fromkeys(evidence.scheme for evidence in unusual.values()):
        alike = {name: each for name, each in unusual.items() if each.scheme == scheme}
        yield f"tags of {listed(alike)} are read as {sum(alike.values(), Evidence())}"


def _describe(corpus: Corpus) -> str:
    entities = sum(corpus.entity_counts().values())
    return (
        f"{counted(len(corpus), 'sentence')}, {counted(corpus.token_count, 'token')}, "
        f"{counted(entities, 'entity')} ({corpus.path})"
    )
