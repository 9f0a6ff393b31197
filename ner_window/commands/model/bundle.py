"""``ner-window model bundle``."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.commands.model.options import ModelFolder, Out, PrecisionOption
from ner_window.encoding.vocabulary import RESERVED
from ner_window.files import check_new
from ner_window.model_folder.bundling import bundle_model, pruned_size
from ner_window.model_folder.summary import Summary, summarize
from ner_window.model_folder.wheel import wheel_beside
from ner_window.terminal import Verbatim, show, shown_path, tell
from ner_window.vectors.word_vectors import load_vectors
from ner_window.wording import counted, megabytes

KEPT = 20_000  # words that pruning is suggested to keep
MANY = 2  # times as many words make it worth a line


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
    with_wheel: Annotated[
        bool, typer.Option("--with-wheel", help="lay the wheel of ner-window beside it")
    ] = False,
) -> None:
    """Copy a model with all its vectors, so that it works anywhere."""
    check_new(out)
    loaded = load_vectors(vectors, trust) if vectors else None
    with wheel_beside(out) if with_wheel else nullcontext() as wheel:
        bundle_model(model, out, loaded, precision.value if precision else None, wheel)
    show(Verbatim(shown_path(out)))
    if wheel:
        show(Verbatim(shown_path(out.parent / wheel)))
    _tell_size(out, summarize(out))
    tell_next("ner-window", "model", "info", out)


def _tell_size(out: Path, summary: Summary) -> None:
    words = summary.vector_shape[0] if summary.vector_shape else 0
    vectors = (
        f", of which {megabytes(summary.vector_size)} are the vectors of {counted(words, 'word')}"
    )
    tell(f"{out}: {megabytes(summary.size)}{vectors if words else ''}")
    if words >= MANY * KEPT:
        training_words = summary.tables["words"][0] - len(RESERVED)
        options = ("--out", f"{out}-small", "--keep", str(KEPT))
        command = shlex.join(["ner-window", "model", "prune", str(out), *options])
        tell(
            f"{words:,} vectors for {training_words:,} training words: {command} would make it "
            f"{megabytes(pruned_size(out, KEPT))}; it would not know the words left out"
        )
