"""``ner-window compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from ner_window.commands.inputs import INTERRUPTED, Backend, Settings, tell
from ner_window.pages.rendering import missing_for_pages
from ner_window.parallel import Workers
from ner_window.report.reported_study import ReportedStudy
from ner_window.run_data import RunData
from ner_window.study.outputs import summary, write_outputs
from ner_window.study.results import StudyResults
from ner_window.study.running import run_study
from ner_window.study.statistics import statistics_of
from ner_window.study.studied_vectors import studied_vectors
from ner_window.study.study_config import Study, load_study

FAILED = 1
PAGE = "study.html"


def compare(
    config: Annotated[Path, typer.Argument(help="the YAML config of the study")],
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
    study = load_study(config, settings or [])
    folder = out or Path("studies") / config.stem
    data = _read(study)
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


def _read(study: Study) -> RunData:
    """Read the training and the reported data, and the vectors."""
    base = study.base
    reported = getattr(base.data, study.reported)
    files = base.data.model_copy(update={"dev": None, "test": reported})
    data = RunData.read(base.model_copy(update={"data": files}))
    tell(*data.notes())
    splits = {"train": data.corpora["train"], study.reported: data.corpora["test"]}
    for split, corpus in splits.items():
        tell(f"{split:<6}{len(corpus):,} sentences, {corpus.token_count:,} tokens ({corpus.path})")
    return data


def _conclude(study: Study, results: StudyResults, data: RunData, folder: Path) -> None:
    """Write what the study says into its folder, and print it."""
    statistics = statistics_of(results, study.metric)
    arms = studied_vectors(study, results, data)
    shown = tqdm(arms, "vectors", len(results.arms), unit=" arms", leave=False, disable=None)
    vectors = dict(shown)
    paths = write_outputs(study, results, statistics, vectors, folder)
    if missing := missing_for_pages():
        tell(f"no {PAGE} and no plots: they need {missing}; then give the same command again")
    else:
        from ner_window.report.study_page import write_page  # needs the extra

        paths += write_page(ReportedStudy(study, results, statistics, vectors), folder)
    print(summary(study, results, statistics))
    print()
    for path in paths:
        print(path.absolute())
