"""``ner-window baseline``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.text_cut import AT_ENTITIES
from ner_window.evaluation.baseline import TypeRule
from ner_window.evaluation.baseline import baseline as baseline_of
from ner_window.terminal import show


def baseline(
    train: Annotated[Path, typer.Argument(help="training data: CoNLL columns, or TRAIN.jsonl")],
    file: Annotated[Path, typer.Argument(help="data to score on, of the same layout")],
    unique: Annotated[
        bool, typer.Option("--unique", help="find only the entities that have one type in TRAIN")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    token_column: Annotated[int, typer.Option(help="column of the token")] = 0,
    tag_column: Annotated[int, typer.Option(help="column of the tag")] = -1,
    comment: Annotated[str | None, typer.Option(help="lines that start so are passed over")] = None,
    encoding: Annotated[str, typer.Option(help="of both files")] = "utf-8",
) -> None:
    """Score the shared task's baseline: entities of TRAIN, found in FILE by the longest match."""
    layout = Layout(token_column, tag_column, comment=comment or None, encoding=encoding)
    rule: TypeRule = "one type only" if unique else "most frequent type"
    learned_from = read_corpus(train, layout, text_cut=AT_ENTITIES)
    result = baseline_of(learned_from, read_corpus(file, layout), rule)
    if as_json:
        print(json.dumps({"reading": rule, **result.as_dict()}, indent=2, ensure_ascii=False))
        return
    sys.stdout.write(result.report())
    described = "one type only" if unique else "their most frequent type"
    show("", f"entities of {train} with {described}, found by the longest match")
    columns = ["--token-column", str(token_column), "--tag-column", str(tag_column)]
    is_usual = (token_column, tag_column) == (Layout().token, Layout().tag)
    options = ["--train", str(train), "--test", str(file), *([] if is_usual else columns)]
    tell_next("ner-window", "config", "new", *options)
