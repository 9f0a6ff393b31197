"""``ner-window config show``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, as_options, tell_next
from ner_window.config import Config
from ner_window.config.file import annotated_yaml, keys_of
from ner_window.study.study_config import Study


def show(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run, or of a study")],
    settings: Settings = None,
) -> None:
    """Print a config with every default filled in, and behind each value who set it."""
    is_study = "base" in keys_of(config)
    sys.stdout.write(annotated_yaml(config, settings or [], Study if is_study else Config))
    command = "compare" if is_study else "train"
    tell_next("ner-window", command, config, *as_options(settings))
