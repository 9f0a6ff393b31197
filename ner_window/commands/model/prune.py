"""``ner-window model prune``."""

from __future__ import annotations

from typing import Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.commands.model.options import ModelFolder, Out, PrecisionOption
from ner_window.errors import InputError
from ner_window.model_folder.bundling import prune_model
from ner_window.model_folder.summary import Summary, summarize
from ner_window.terminal import Verbatim, show, shown_path, tell
from ner_window.wording import megabytes


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
    show(Verbatim(shown_path(out)))
    before, after = summarize(model), summarize(out)
    tell(f"before: {_size(before)}", f"{out}: {_size(after)}")
    tell_next("ner-window", "model", "info", out)


def _size(summary: Summary) -> str:
    words = f", {summary.vector_shape[0]:,} vectors" if summary.vector_shape else ""
    return f"{megabytes(summary.size)}{words}{'' if summary.vector_size else ' elsewhere'}"
