"""``ner-window gradcheck``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, as_options, tell_next
from ner_window.config.file import load_config
from ner_window.run_data import RunData
from ner_window.terminal import tell
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
    for report in reports:
        print(report)
    if not all(report.error < LARGEST_ERROR for report in reports):
        raise typer.Exit(1)
    tell_next("ner-window", "train", config, *as_options(settings))
