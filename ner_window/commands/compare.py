"""``ner-window compare``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Backend, Settings
from ner_window.commands.next_steps import show_page
from ner_window.errors import INTERRUPTED, InputError
from ner_window.pages.rendering import missing_for_pages
from ner_window.parallel import Workers, cores
from ner_window.progress import Progress
from ner_window.report.reported_study import ReportedStudy
from ner_window.run_data import RunData
from ner_window.study.conditions import with_premise
from ner_window.study.cost import seconds_of
from ner_window.study.findings import findings_of
from ner_window.study.outputs import write_outputs
from ner_window.study.own_study import (
    choice_for,
    choice_of_files,
    in_words,
    is_training_config,
    study_of,
)
from ner_window.study.plan import Plan
from ner_window.study.results import StudyResults
from ner_window.study.running import run_study
from ner_window.study.studied_vectors import studied_vectors
from ner_window.study.study_config import Study, load_study
from ner_window.study.summary import summary
from ner_window.study.unfinished import unfinished
from ner_window.terminal import Verbatim, show, shown_path, tell
from ner_window.wording import counted, duration

FAILED = 1
PAGE = "study.html"


def compare(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run, or of a study")],
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="folder of the study; one that was stopped goes on [default: studies/NAME]"
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="trainings at a time [default: one per core]")
    ] = None,
    backend: Annotated[
        Backend, typer.Option(help="processes of this machine, or the workers of a Dask cluster")
    ] = Backend.processes,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="of Dask's scheduler, such as tcp://HOST:8786"),
    ] = None,
) -> None:
    """Compare frozen, fine-tuned and other vectors: several sizes and seeds, tests, a verdict."""
    workers = Workers(jobs, backend.value, scheduler)
    folder = out or Path("studies") / config.stem
    study, data = _study_of(config, settings or [])
    _tell_cost(study, data, folder, workers)
    try:
        results = run_study(study, folder, data, workers, tell)
    except KeyboardInterrupt:
        tell("interrupted; the same command goes on where it stopped")
        raise typer.Exit(INTERRUPTED) from None
    _conclude(study, results, data, folder)
    for failure in results.failures:
        tell(f"failed: {failure.name}: {failure.message}")
    if results.failures:
        tell("the same command does what has failed again")
        raise typer.Exit(FAILED)


def _study_of(config: Path, settings: list[str]) -> tuple[Study, RunData]:
    """Return the study of a config and its data; one of a training config suits these."""
    if not is_training_config(config, settings):
        study = load_study(config, settings)
        return study, _read(study)
    choice = choice_of_files(config, settings)
    data = _read(study := study_of(config, settings, choice))
    choice = {**choice, **choice_for(study.base, data.corpora["train"].token_count)}
    study = study_of(config, settings, choice)
    tell(
        f"chosen for these data: {in_words(choice, settings)}; --set changes them, and "
        f"{shlex.join(['ner-window', 'config', 'new', 'compare', '--base', str(config)])} writes "
        "them down"
    )
    return study, data


def _tell_cost(study: Study, data: RunData, folder: Path, workers: Workers) -> None:
    """Say how many trainings are to do, about how long they take, and if they are too short."""
    assert data.vectors is not None
    plan = Plan(study, data.corpora["train"], data.vectors)
    left = unfinished(plan, folder)
    if not left.trainings:
        return
    tell(*plan.longer(), *plan.warnings())
    seconds, count = seconds_of(left.trainings, data), workers.count
    if count is None and workers.scheduler is None:
        count = cores()
    where = f"on {counted(count, 'core')}" if count else "of one core, shared by the cluster"
    more = counted(left.more, "more run")
    or_more = f", and up to {more} where tuning does not tell learning rates apart"
    tell(
        f"{counted(len(left.trainings), 'training')}, about {duration(seconds / (count or 1))} "
        f"{where}{or_more if left.more else ''}; stopped with Ctrl-C, it goes on by the same "
        "command"
    )


def _read(study: Study) -> RunData:
    """Read the training and the reported data, the held-out sets and the vectors.

    Raises InputError where a set is the reported data, which would be counted twice.
    """
    base = study.base
    reported = getattr(base.data, study.reported)
    files = base.data.model_copy(update={"dev": None, "test": reported})
    data = RunData.read(base.model_copy(update={"data": files}))
    for name, corpus in data.held_out.items():
        if corpus.sha256 == data.corpora["test"].sha256:
            raise InputError(
                f"data.held_out.{name} ({corpus.path}) is the reported data, {study.reported}, "
                "which has its verdict without that; leave it out"
            )
    tell(*data.notes())
    splits = {"train": data.corpora["train"], study.reported: data.corpora["test"], **data.held_out}
    width = max(map(len, splits)) + 1
    for split, corpus in splits.items():
        size = f"{counted(len(corpus), 'sentence')}, {counted(corpus.token_count, 'token')}"
        tell(f"{split:<{width}}{size} ({corpus.path})")
    return data


def _conclude(study: Study, results: StudyResults, data: RunData, folder: Path) -> None:
    """Write what the study says into its folder, and print it."""
    findings = with_premise(study, findings_of(results, study.metric, study.margin))
    arms = studied_vectors(study, results, data)
    with Progress("vectors", len(results.arms), "arms") as progress:
        vectors = dict(progress.over(arms))
    paths = write_outputs(study, results, findings, vectors, folder)
    if missing := missing_for_pages():
        tell(f"no {PAGE} and no plots: they need {missing}; then give the same command again")
    else:
        from ner_window.report.study_page import write_page  # needs the extra

        paths += write_page(ReportedStudy(study, results, findings, vectors), folder)
    page = folder / PAGE
    written = [Verbatim(shown_path(path)) for path in paths if path != page]
    show(summary(study, results, findings), "", *written)
    if page in paths:
        show_page(page)
