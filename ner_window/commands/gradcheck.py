"""``ner-window gradcheck``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from autodiff.gradient_check import GradientReport
from ner_window.commands.inputs import Settings, as_options, tell_next
from ner_window.config.file import load_config
from ner_window.run_data import RunData
from ner_window.terminal import Column, Piece, Role, Table, show, tell
from ner_window.training.gradients import LARGEST_ERROR, gradient_reports


def gradcheck(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
) -> None:
    """Check the gradients of a model against two-sided differences, on a few tokens."""
    resolved = load_config(config, settings or [])
    data = RunData.read(resolved)
    tell(*data.notes())
    reports = gradient_reports(resolved, data.corpora["train"], data.vectors)
    show(_table(reports))
    if not all(report.error < LARGEST_ERROR for report in reports):
        raise typer.Exit(1)
    tell_next("ner-window", "train", config, *as_options(settings))


def _table(reports: Sequence[GradientReport]) -> Table:
    columns = [
        Column("gradient of", is_number=False, wraps=True),
        Column("error"),
        Column("", is_number=False),
        Column("analytic"),
        Column("numeric"),
        *([Column("at kinks, left out", rank=1)] if any(each.kinks for each in reports) else []),
    ]
    return Table(columns, map(_row, reports))


def _row(report: GradientReport) -> list[Piece]:
    is_right = report.error < LARGEST_ERROR
    verdict = ("ok", Role.right) if is_right else (f"FAILED at {report.worst}", Role.wrong)
    values = (f"{report.analytic:.6g}", f"{report.numeric:.6g}", str(report.kinks or ""))
    return [report.source, f"{report.error:.1e}", verdict, *values]
