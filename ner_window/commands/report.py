"""``ner-window report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.next_steps import REPORT, show_page, tell_after_report
from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.pages.rendering import missing_for_pages
from ner_window.terminal import Verbatim, shown_path, tell
from ner_window.training.run_folder import CONFIG


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN_DIR", help="finished runs")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="page to write; for several runs, a new folder, or a page with those of the runs "
            "in a folder beside it [default: RUN_DIR/report.html]"
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="data to report on: dev, test or a held-out set [default: test, if there is any]",
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="what the runs are called side by side, once for each, in their order"),
    ] = None,
) -> None:
    """Write a page about a run, or about several side by side, that opens in any browser."""
    if missing := missing_for_pages():
        raise InputError(f"a report needs {missing}")
    from ner_window.report.writing import write_comparison, write_report  # needs the extra

    if len(runs) == 1:
        own_page = runs[0] / REPORT
        page = (out or own_page).absolute()
        write_report(runs[0], page, split, may_replace=page == own_page.absolute(), tell=tell)
        tell_after_report(runs, None)
        show_page(page)
    elif out is None:
        raise InputError(
            "several runs are reported on in a folder of their own: add --out DIR, or "
            "--out PAGE.html"
        )
    else:
        page = write_comparison(runs, out, split, name or [], tell)
        if page == out:
            tell(Verbatim(f"it needs {shown_path(page.with_suffix(''))}, the pages of the runs"))
        data = load_config(runs[0] / CONFIG).data
        tell_after_report(runs, data.test or data.dev)
        show_page(page)
