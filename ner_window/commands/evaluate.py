"""``ner-window evaluate``."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Units
from ner_window.commands.next_steps import tell_after_evaluation
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.entity_types import alike_warnings, type_warnings
from ner_window.corpora.partition import UnitName
from ner_window.corpora.type_mapping import (
    TypeMapping,
    check_complete,
    check_mapping,
    completed,
    unmapped,
)
from ner_window.errors import InputError
from ner_window.evaluation.comparison import Comparison
from ner_window.evaluation.comparison import compare as compared
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.report import Evaluation, evaluate_fully
from ner_window.evaluation.robustness import robustness
from ner_window.files import check_new, new_file, write_lines
from ner_window.held_out import in_types_of
from ner_window.model.model import Model
from ner_window.model_folder.folder import load_model, model_folder
from ner_window.model_folder.provenance import read_provenance
from ner_window.perturbation import PERTURBATIONS
from ner_window.tagging.streams import entity_types
from ner_window.terminal import Verbatim, show, shown_path, tell
from ner_window.training.scored_file import ScoredFile, scored_file


def evaluate(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL [OTHER] FILE",
            help="model folder, or that of its run; FILE has sentences with tags, in CoNLL "
            "columns or as FILE.jsonl, or is the name of data of the run: dev, test, a held-out "
            "set",
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
        Units | None,
        typer.Option(
            help="what intervals take for independent [default: documents, of fewer than five "
            "blocks of neighboring sentences]"
        ),
    ] = None,
    types: Annotated[
        str | None,
        typer.Option(
            metavar="TYPE=TYPE,...",
            help="what the types of FILE are called by the model: person=PER,product= (those of "
            "product are left out)",
        ),
    ] = None,
    perturb: Annotated[
        str | None,
        typer.Option(
            metavar="all|NAME,...",
            help="F1 on perturbed text beside: " + ", ".join(PERTURBATIONS),
        ),
    ] = None,
    token_column: Annotated[
        int | None, typer.Option(help="column of the token [default: as in training]")
    ] = None,
    tag_column: Annotated[
        int | None, typer.Option(help="column of the tag [default: as in training]")
    ] = None,
) -> None:
    """Score a model on a file: the shared task's table, and what lies behind it."""
    *models, file = paths
    _check_usage(len(models), compare, predictions)
    names = [] if perturb is None else _perturbations(perturb, compare)
    scored = scored_file(models[0], file)
    columns = {"token": token_column, "tag": tag_column}
    scored = scored.read_so(**{key: n for key, n in columns.items() if n is not None})
    mapping = None if types is None else _mapping(types)
    read = [_model_and_corpus(model, scored, mapping) for model in models]
    predicted = [PredictedCorpus.of(*pair) for pair in read]
    for path, (model, _), each in zip(models, read, predicted, strict=True):
        owner = "the model" if len(models) == 1 else f"the model {path}"
        beside = str(scored.path), each.gold.entity_counts(), entity_types(model), owner
        for warning in chain(type_warnings(*beside), alike_warnings(*beside)):
            tell(f"warning: {warning}")
        _tell_of_mapping(each.gold.entity_counts(), entity_types(model))
        _tell_caveat(path, scored.path, each.gold)
    units: UnitName | None = resample.value if resample else None
    result: Comparison | Evaluation
    if compare:
        result = compared(predicted[0], predicted[1], units)
    else:
        result = evaluate_fully(read[0][0], predicted[0], units)
    if predictions:
        with new_file(predictions) as sink:
            write_lines([*predicted[0].lines(), ""], sink)
        tell(Verbatim(f"predictions: {shown_path(predictions)}"))
    noisy = robustness(*read[0], names, predicted[0].score().f1) if names else None
    if as_json:
        figures = {**result.as_dict(), **({"perturbed": noisy.as_dict()} if noisy else {})}
        print(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        named = [f"A is {models[0]}, B is {models[1]}", ""] if compare else []
        show(*named, result)
        if noisy:
            show("", noisy)
        tell_after_evaluation(_better(models, result))


def _better(models: Sequence[Path], result: Comparison | Evaluation) -> Path:
    """Return the model to go on with: of two the better one, where they are told apart."""
    if isinstance(result, Comparison) and result.is_detected and result.tests.difference > 0:
        return models[1]
    return models[0]


def _tell_of_mapping(counts: Collection[str], known: Collection[str]) -> None:
    """Say how types are mapped where a file has some that nobody knows."""
    if missing := unmapped({}, counts, known):
        tell(
            "what its types are called by the model is said by --types, nothing after a = leaves a "
            f"type out: {_as_option(completed({}, missing, known))}"
        )


def _as_option(types: TypeMapping) -> str:
    return shlex.join(["--types", ",".join(f"{name}={to or ''}" for name, to in types.items())])


def _tell_caveat(model: Path, file: Path, corpus: Corpus) -> None:
    """Say so where figures on a file are too good, because the model owes something to it."""
    provenance = read_provenance(model_folder(model))
    caveat = provenance.caveat_of(corpus.sha256) if provenance and corpus.sha256 else None
    if caveat:
        tell(f"F1 of {model} on {file}: {caveat}")


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


def _perturbations(text: str, compare: bool) -> list[str]:
    """Return the names that an option says. Raises InputError where there is no such."""
    if compare:
        raise InputError("--perturb is for one model; leave out --compare")
    names = [name.strip() for name in text.split(",")]
    if "all" in names:
        if len(names) > 1:
            raise InputError(f"--perturb {text}: all stands alone, the others are in it")
        return list(PERTURBATIONS)
    for name in names:
        if name not in PERTURBATIONS:
            known = ", ".join(PERTURBATIONS)
            raise InputError(f"--perturb: no such perturbation: {name!r}; there are {known}, all")
    return list(dict.fromkeys(names))


def _mapping(text: str) -> TypeMapping:
    """Return what an option says of types. Raises InputError for nothing, or one of them twice."""
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise InputError(
            f"--types {text}: expected TYPE=TYPE,... as in person=PER,product= (nothing after the "
            "= leaves entities of a type out)"
        )
    names = [name.strip() for name, _, _ in pairs]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"--types: {twice[0]} stands there twice")
    return {name.strip(): target.strip() or None for name, _, target in pairs}


def _model_and_corpus(
    folder: Path, scored: ScoredFile, types: TypeMapping | None
) -> tuple[Model, Corpus]:
    """Read a model, and a file in the columns of its training file where no others are given."""
    model = load_model(folder)
    corpus, known = scored.read(model.layout, model.tokenizer), entity_types(model)
    place = f"{scored.path} (--types)"
    if types is not None:
        counts = corpus.entity_counts()
        check_mapping(types, counts, known, place, "the model")
        if not model.target:  # a model of one type is held to that type alone
            check_complete(types, counts, known, place, _as_option)
        return model, in_types_of(corpus, types, known, place, "the model")
    if scored.types:
        return model, in_types_of(corpus, scored.types, known, str(scored.path), "the model")
    return model, corpus
