"""``ner-window vectors convert``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.commands.vectors.options import Trust, VectorFile
from ner_window.errors import InputError
from ner_window.terminal import Verbatim, show
from ner_window.vectors.word_vectors import converted_path, load_vectors
from ner_window.vectors.writing import write_vectors


class TargetName(StrEnum):
    """The formats that are written, for the command line."""

    glove = "glove"
    word2vec_text = "word2vec-text"
    word2vec_binary = "word2vec-binary"


def convert(
    file: VectorFile,
    out: Annotated[
        Path | None, typer.Argument(help="file to write; .gz at its end packs it")
    ] = None,
    to: Annotated[TargetName | None, typer.Option(help="the format to write")] = None,
    trust: Trust = False,
) -> None:
    """Write vectors in another format; without OUT, only convert them for training and models."""
    if (out is None) != (to is None):
        raise InputError("give both OUT and --to to write another format, or neither")
    vectors = load_vectors(file, trust)
    if out is None or to is None:
        show(Verbatim(str(converted_path(vectors.sha256))))
    else:
        write_vectors(vectors, out, to.value)
        tell_next("ner-window", "vectors", "info", out)
