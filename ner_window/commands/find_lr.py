"""``ner-window find-lr``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, tell
from ner_window.config.file import load_config
from ner_window.files import check_new, new_file
from ner_window.run_data import RunData
from ner_window.training.learning_rate import Finding, draw, find_learning_rate
from ner_window.training.selection import selection_of


def find_lr(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
    out: Annotated[Path, typer.Option(help="plot to write, SVG")] = Path("find-lr.svg"),
) -> None:
    """Suggest a learning rate: short trials at powers of ten, then a range test."""
    check_new(out)
    resolved = load_config(config, settings or [])
    data = RunData.read(resolved)
    tell(*data.notes())
    train, _ = selection_of(resolved, data.corpora)
    finding = find_learning_rate(resolved, train, data.vectors)
    print(finding, flush=True)
    _draw(finding, out)


def _draw(finding: Finding, out: Path) -> None:
    try:
        with new_file(out) as file:
            draw(finding, file)
    except ImportError:
        tell("no plot: matplotlib is missing; pip install 'ner-window[report]' brings it")
    else:
        tell(f"plot: {out}")
