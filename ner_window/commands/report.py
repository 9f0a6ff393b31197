"""``ner-window report``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.commands.pages import missing_for_pages
from ner_window.errors import InputError

if TYPE_CHECKING:
    from ner_window.report.reported_run import ReportedRun

PAGE = "report.html"


class ReportedSplit(StrEnum):
    """What a report can be about."""

    dev = "dev"
    test = "test"


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN_DIR", help="finished runs")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="page to write; for several runs, a new folder [default: RUN_DIR/report.html]"
        ),
    ] = None,
    split: Annotated[
        ReportedSplit | None, typer.Option(help="data to report on [default: dev, if there is any]")
    ] = None,
) -> None:
    """Write a page about a run, or about several side by side, that opens in any browser."""
    _check_installed()
    if len(runs) == 1:
        _one(runs[0], out or runs[0] / PAGE, split)
    elif out is None:
        raise InputError("several runs are reported on in a folder of their own: add --out DIR")
    else:
        _several(runs, out, split)


def _check_installed() -> None:
    """Raise InputError where the extra is not installed."""
    if missing := missing_for_pages():
        raise InputError(f"a report needs {missing}")


def _one(folder: Path, out: Path, split: ReportedSplit | None) -> None:
    from ner_window.files import check_new, new_file

    is_own = out.absolute() == (folder / PAGE).absolute()
    if not is_own:
        check_new(out)
    page = _page_of(_read(folder, split))
    with new_file(out, may_replace=is_own) as file:
        file.write(page.encode())
    print(f"report: {out.absolute()}")


def _several(folders: list[Path], out: Path, split: ReportedSplit | None) -> None:
    from ner_window.files import check_new, new_folder
    from ner_window.report.comparison_page import comparison_page, entries_of

    check_new(out)
    entries = entries_of([_read(run, split) for run in folders])
    pages = {entry.file: _page_of(entry.run) for entry in entries}
    pages["index.html"] = comparison_page(entries)
    with new_folder(out) as folder:
        for name, page in pages.items():
            (folder / name).write_bytes(page.encode())
    print(f"report: {(out / 'index.html').absolute()}")


def _read(folder: Path, split: ReportedSplit | None) -> ReportedRun:
    from ner_window.report.reported_run import read_run

    return read_run(folder, split.value if split else None)


def _page_of(run: ReportedRun) -> str:
    from ner_window.report.run_page import run_page

    return run_page(run)
