"""``ner-window evaluate``, ``ner-window score`` and ``ner-window baseline``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.errors import InputError
from ner_window.files import check_new, new_file, write_lines

if TYPE_CHECKING:
    from ner_window.corpora.corpus import Corpus
    from ner_window.corpora.tags import Scheme
    from ner_window.evaluation.baseline import Reading
    from ner_window.evaluation.bootstrap import UnitName
    from ner_window.evaluation.comparison import Comparison
    from ner_window.evaluation.report import Evaluation
    from ner_window.model.model import Model


class Resample(StrEnum):
    """What the bootstrap draws."""

    sentences = "sentences"
    documents = "documents"


def evaluate(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL [OTHER] FILE",
            help="model folder, or that of its run; FILE has sentences with tags, in CoNLL "
            "columns or as FILE.jsonl",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="test the difference between MODEL and OTHER")
    ] = False,
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
    from ner_window.evaluation.predictions import predict

    *models, file = paths
    _check_usage(len(models), compare, predictions)
    read = [_model_and_corpus(model, file, token_column, tag_column) for model in models]
    predicted = [predict(*pair) for pair in read]
    units: UnitName | None = resample.value if resample else None
    result: Comparison | Evaluation
    if compare:
        from ner_window.evaluation.comparison import compare as compared

        result = compared(predicted[0], predicted[1], units)
    else:
        from ner_window.evaluation.report import evaluate_fully

        result = evaluate_fully(read[0][0], predicted[0], units)
    if predictions:
        with new_file(predictions) as sink:
            write_lines([*predicted[0].lines(), ""], sink)
    print(json.dumps(result.as_dict(), indent=2, ensure_ascii=False) if as_json else result)


def _check_usage(models: int, compare: bool, predictions: Path | None) -> None:
    """Raise InputError where the arguments do not belong together, before anything is done."""
    if models != 1 + compare:
        raise InputError(
            "expected ner-window evaluate MODEL FILE, or ner-window evaluate MODEL OTHER FILE "
            f"--compare; here are {models} of MODEL and {'' if compare else 'no '}--compare"
        )
    if predictions and compare:
        raise InputError("--predictions writes what one model predicts; leave out --compare")
    if predictions:
        check_new(predictions)


def _model_and_corpus(
    model: Path, file: Path, token_column: int | None, tag_column: int | None
) -> tuple[Model, Corpus]:
    """Read a model, and a file in the columns of its training file where no others are given."""
    from ner_window.corpora.corpus import read_corpus
    from ner_window.model_folder.folder import load_model

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
    from ner_window.scoring.readings import readings, strict_score
    from ner_window.scoring.score import read_scored

    if delimiter == "":
        raise InputError("--delimiter is empty; name the character that stands between columns")
    scored = read_scored(file, delimiter, outside)
    scheme: Scheme | None = strict.value if strict else None
    result = strict_score(scored, scheme) if scheme else scored.score()
    sys.stdout.write(result.report())
    if repair:
        sys.stdout.write(f"\n{readings(scored, scheme).report()}")


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
    from ner_window.corpora.conll import Layout
    from ner_window.corpora.corpus import read_corpus
    from ner_window.evaluation.baseline import baseline as baseline_score

    layout = Layout(token_column, tag_column, comment=comment or None, encoding=encoding)
    reading: Reading = "one type only" if unique else "most frequent type"
    result = baseline_score(read_corpus(train, layout), read_corpus(file, layout), reading)
    if as_json:
        print(json.dumps({"reading": reading, **result.as_dict()}, indent=2, ensure_ascii=False))
        return
    sys.stdout.write(result.report())
    described = "one type only" if unique else "their most frequent type"
    print(f"\nentities of {train} with {described}, found by the longest match")
