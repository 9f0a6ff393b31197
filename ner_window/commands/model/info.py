"""``ner-window model info``."""

from __future__ import annotations

import json
import shlex
from typing import Annotated

import typer

from ner_window.commands.model.options import ModelFolder
from ner_window.model_folder.summary import summarize
from ner_window.terminal import Verbatim, show, tell


def info(
    model: ModelFolder,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Say what a model is, what it learned from, and how well it does."""
    summary = summarize(model)
    if as_json:
        print(json.dumps(summary.as_dict(), indent=2, ensure_ascii=False))
        return
    show(summary)
    if not summary.description.layout.columns:
        tagging = shlex.join(["ner-window", "tag", str(model)])
        tell(Verbatim(f"next: echo 'Some text of your own.' | {tagging}"))
