"""``ner-window model prune``."""

from __future__ import annotations

from typing import Annotated

import typer

from ner_window.commands.model.options import ModelFolder, Out, PrecisionOption
from ner_window.errors import InputError
from ner_window.model_folder.bundling import prune_model


def prune(
    model: ModelFolder,
    out: Out,
    keep: Annotated[
        int, typer.Option(metavar="N", help="words of the vector file to keep, from its first on")
    ],
    precision: PrecisionOption = None,
) -> None:
    """Copy a model with the vectors of its training words and of the N most frequent others."""
    if keep < 0:
        raise InputError(f"--keep is a number of words, from 0 on, not {keep}")
    prune_model(model, out, keep, precision.value if precision else None)
    print(out)
