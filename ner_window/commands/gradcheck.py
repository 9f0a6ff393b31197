"""``ner-window gradcheck``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, load_vectors, read_corpora


def gradcheck(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
) -> None:
    """Check the gradients of a model against two-sided differences, on a few tokens."""
    from ner_window.config_file import load_config
    from ner_window.training.gradients import LARGEST_ERROR, gradient_reports

    resolved = load_config(config, settings or [])
    reports = gradient_reports(resolved, read_corpora(resolved)["train"], load_vectors(resolved))
    for report in reports:
        print(report)
    if not all(report.error < LARGEST_ERROR for report in reports):
        raise typer.Exit(1)
