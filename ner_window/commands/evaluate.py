"""``ner-window evaluate`` and ``ner-window score``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.errors import InputError

if TYPE_CHECKING:
    from ner_window.corpora.corpus import Corpus
    from ner_window.corpora.tags import Scheme
    from ner_window.evaluation.bootstrap import UnitName
    from ner_window.model.model import Model


class Resample(StrEnum):
    """What the bootstrap draws."""

    sentences = "sentences"
    documents = "documents"


def evaluate(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    file: Annotated[Path, typer.Argument(help="sentences with tags: CoNLL columns, or FILE.jsonl")],
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    predictions: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="write token, gold and predicted tag to this file"),
    ] = None,
    resample: Annotated[
        Resample | None,
        typer.Option(help="what the bootstrap draws [default: documents, where FILE marks them]"),
    ] = None,
    token_column: Annotated[
        int | None, typer.Option(help="column of the token [default: as in training]")
    ] = None,
    tag_column: Annotated[
        int | None, typer.Option(help="column of the tag [default: as in training]")
    ] = None,
) -> None:
    """Score a model on a file: the shared task's table, and what lies behind it."""
    from ner_window.commands.outputs import check_free, write_lines
    from ner_window.evaluation.predictions import predict
    from ner_window.evaluation.report import evaluate_fully

    if predictions:
        check_free(predictions)
    loaded, corpus = _model_and_corpus(model, file, token_column, tag_column)
    predicted = predict(loaded, corpus)
    name: UnitName | None = resample.value if resample else None
    result = evaluate_fully(loaded, predicted, name)
    if predictions:
        write_lines(predictions, predicted.lines())
    print(json.dumps(result.as_dict(), indent=2, ensure_ascii=False) if as_json else result)


def _model_and_corpus(
    model: Path, file: Path, token_column: int | None, tag_column: int | None
) -> tuple[Model, Corpus]:
    """Read a model, and a file in the columns of its training file where no others are given."""
    from ner_window.corpora.corpus import read_corpus
    from ner_window.model.folder import load_model

    loaded = load_model(model)
    layout = replace(
        loaded.layout,
        token=loaded.layout.token if token_column is None else token_column,
        tag=loaded.layout.tag if tag_column is None else tag_column,
    )
    return loaded, read_corpus(file, layout)


class StrictScheme(StrEnum):
    """The schemes that tags can be held to."""

    iob2 = "iob2"
    iobes = "iobes"


def score(
    file: Annotated[Path, typer.Argument(help="the last two columns are gold and predicted tag")],
    delimiter: Annotated[
        str | None, typer.Option(help="what stands between columns [default: tabs or spaces]")
    ] = None,
    outside: Annotated[str, typer.Option(metavar="TAG", help="the tag outside entities")] = "O",
    strict: Annotated[
        StrictScheme | None, typer.Option(help="drop the entities that break this scheme")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="add what each reading of invalid tags gives")
    ] = False,
) -> None:
    """Score a file of gold and predicted tags: the shared task's table."""
    from ner_window.evaluation.readings import readings, strict_score
    from ner_window.evaluation.scoring import read_scored

    if delimiter == "":
        raise InputError("--delimiter is empty; name the character that stands between columns")
    scored = read_scored(file, delimiter, outside)
    scheme: Scheme | None = strict.value if strict else None
    result = strict_score(scored, scheme) if scheme else scored.score()
    sys.stdout.write(result.report())
    if repair:
        sys.stdout.write(f"\n{readings(scored, scheme).report()}")
