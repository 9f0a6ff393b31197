"""``ner-window model``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.errors import InputError

app = typer.Typer(
    help="Look into model folders, and make others from them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ModelFolder = Annotated[Path, typer.Argument(help="model folder, or the folder of its run")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="folder to make")]


class PrecisionName(StrEnum):
    """How many bits a number of a vector has, for the command line."""

    float32 = "float32"
    float16 = "float16"


PrecisionOption = Annotated[
    PrecisionName | None, typer.Option(help="of the vectors [default: as the model has them]")
]


@app.command("info")
def model_info(
    model: ModelFolder,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Say what a model is, what it learned from, and how well it does."""
    from ner_window.model_folder.summary import summarize

    summary = summarize(model)
    print(json.dumps(summary.as_dict(), indent=2, ensure_ascii=False) if as_json else summary)


@app.command("bundle")
def model_bundle(
    model: ModelFolder,
    out: Out,
    vectors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="the vectors that it was trained with"),
    ] = None,
    precision: PrecisionOption = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="read a pickle (.kv), which may run any code in it")
    ] = False,
) -> None:
    """Copy a model with all its vectors, so that it works anywhere."""
    from ner_window.files import check_new
    from ner_window.model_folder.bundling import bundle_model
    from ner_window.vectors.word_vectors import load_vectors

    check_new(out)
    loaded = load_vectors(vectors, trust) if vectors else None
    bundle_model(model, out, loaded, precision.value if precision else None)
    print(out)


@app.command("prune")
def model_prune(
    model: ModelFolder,
    out: Out,
    keep: Annotated[
        int, typer.Option(metavar="N", help="words of the vector file to keep, from its first on")
    ],
    precision: PrecisionOption = None,
) -> None:
    """Copy a model with the vectors of its training words and of the N most frequent others."""
    from ner_window.model_folder.bundling import prune_model

    if keep < 0:
        raise InputError(f"--keep is a number of words, from 0 on, not {keep}")
    prune_model(model, out, keep, precision.value if precision else None)
    print(out)
