"""Which command comes next once there is a model: it depends on what the model's folder holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ner_window.commands.inputs import tell_next
from ner_window.pages.rendering import missing_for_pages
from ner_window.terminal import Opened, show
from ner_window.training.run_folder import MODEL, SCORES

REPORT = "report.html"


def show_page(page: Path) -> None:
    """Print the path of a page, ready to be opened, as the last line."""
    show(Opened(page))


def tell_after_training(folder: Path, runs: Sequence[Path], file: Path | None) -> None:
    """Name the report on the runs of a folder or, without the extra, an evaluation.

    Parameters
    ----------
    folder
        That of the run, or of several.
    runs
        The folder of each run.
    file
        What the first model can be evaluated on, if there is anything.
    """
    if not missing_for_pages():
        own_page = ["--out", str(folder / REPORT)] if len(runs) > 1 else []
        tell_next("ner-window", "report", *runs, *own_page)
    elif file is not None:
        tell_next("ner-window", "evaluate", runs[0], file)
    else:
        _tell_bundle(runs[0])


def tell_after_evaluation(model: Path) -> None:
    """Name the report on the run of a model, where there is none yet, or what to do with it."""
    is_run = (model / SCORES).is_file()
    if is_run and not (model / REPORT).exists() and not missing_for_pages():
        tell_next("ner-window", "report", model)
    elif (model / MODEL).is_dir():
        _tell_bundle(model)
    else:
        tell_next("ner-window", "model", "info", model)


def tell_after_report(runs: Sequence[Path], file: Path | None) -> None:
    """Name the bundle of a run that was reported on, or the test of two that were set side by side.

    ``file`` is what both can be evaluated on, if there is anything.
    """
    if len(runs) > 1 and file is not None:
        tell_next("ner-window", "evaluate", *runs[:2], file, "--compare")
    else:
        _tell_bundle(runs[0])


def _tell_bundle(run: Path) -> None:
    out = Path(f"{run.resolve().name}-model")
    if out.exists():
        tell_next("ner-window", "model", "info", out)
    else:
        tell_next("ner-window", "model", "bundle", run, "--out", out)
