"""``ner-window data check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, tell
from ner_window.config.file import load_config
from ner_window.data_check import check_data
from ner_window.encoding.features import features_of
from ner_window.run_data import RunData


def check(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Look at the data of a config before training on it."""
    resolved = load_config(config, settings or [])
    features_of(resolved.features)  # whether gazetteers can be read is to be known before training
    data = RunData.read(resolved)
    tell(*data.notes())
    report = check_data(data.corpora, data.vectors)
    print(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json else report)
