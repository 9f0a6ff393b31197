"""``ner-window data convert``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import tell
from ner_window.corpora.conll import Layout
from ner_window.corpora.conversion import converted, losses
from ner_window.corpora.corpus import is_jsonl, read_corpus
from ner_window.errors import InputError
from ner_window.files import new_file, write_lines


class Target(StrEnum):
    """What a corpus can be written as: a tagging scheme of CoNLL columns, or JSONL."""

    io = "io"
    iob1 = "iob1"
    iob2 = "iob2"
    iobes = "iobes"
    bilou = "bilou"
    jsonl = "jsonl"


def convert(
    file: Annotated[Path, typer.Argument(help="a corpus in CoNLL columns, or FILE.jsonl")],
    out: Annotated[Path, typer.Argument(help="file to write; - for standard output")],
    to: Annotated[
        Target, typer.Option(help="the scheme of the tags, or jsonl; io joins entities that touch")
    ],
    token_column: Annotated[int, typer.Option(help="column of the token")] = 0,
    tag_column: Annotated[int, typer.Option(help="column of the tag")] = -1,
    comment: Annotated[str | None, typer.Option(help="lines that start so are passed over")] = None,
    encoding: Annotated[str, typer.Option(help="of the file to read")] = "utf-8",
) -> None:
    """Write a corpus in another scheme, everything but the tags as it is, or as JSONL and back."""
    layout = Layout(token_column, tag_column, comment=comment or None, encoding=encoding)
    if str(file) != "-":  # a pipe can be read once only
        for loss in losses(read_corpus(file, layout), to.value):
            tell(f"note: {loss}")
    lines = converted(file, layout, to.value)
    if str(out) == "-":
        write_lines(lines, sys.stdout.buffer)
        return
    if is_jsonl(out) != (to is Target.jsonl):
        raise InputError(
            f"{out} would not be read as what it holds: the name of a file ends in .jsonl where it "
            "is JSONL, and nowhere else"
        )
    with new_file(out) as sink:
        write_lines(lines, sink)
