"""``ner-window evaluate`` and ``ner-window score``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    file: Annotated[Path, typer.Argument(help="sentences with tags: CoNLL columns, or FILE.jsonl")],
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    token_column: Annotated[
        int | None, typer.Option(help="column of the token [default: as in training]")
    ] = None,
    tag_column: Annotated[
        int | None, typer.Option(help="column of the tag [default: as in training]")
    ] = None,
) -> None:
    """Score a model on a file: the shared task's table."""
    from ner_window.corpora.corpus import read_corpus
    from ner_window.evaluation.evaluate import evaluate as evaluate_model
    from ner_window.model.folder import load_model

    loaded = load_model(model)
    layout = replace(
        loaded.layout,
        token=loaded.layout.token if token_column is None else token_column,
        tag=loaded.layout.tag if tag_column is None else tag_column,
    )
    result = evaluate_model(loaded, read_corpus(file, layout))
    print(json.dumps(result.as_dict(), indent=2) if as_json else result.report().rstrip("\n"))


def score(
    file: Annotated[Path, typer.Argument(help="the last two columns are gold and predicted tag")],
) -> None:
    """Score a file of gold and predicted tags: the shared task's table."""
    from ner_window.evaluation.scoring import score_file

    sys.stdout.write(score_file(file).report())
