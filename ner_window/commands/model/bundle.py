"""``ner-window model bundle``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.model.options import ModelFolder, Out, PrecisionOption
from ner_window.files import check_new
from ner_window.model_folder.bundling import bundle_model
from ner_window.vectors.word_vectors import load_vectors


def bundle(
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
    check_new(out)
    loaded = load_vectors(vectors, trust) if vectors else None
    bundle_model(model, out, loaded, precision.value if precision else None)
    print(out)
