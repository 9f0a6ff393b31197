"""``ner-window data convert``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.corpora.conll import Layout
from ner_window.corpora.conversion import converted, losses, target_format, targets
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.formats import CorpusFormat, format_of
from ner_window.corpora.text_cut import AT_ENTITIES
from ner_window.errors import InputError
from ner_window.files import new_file, write_lines
from ner_window.terminal import tell

if TYPE_CHECKING:
    Target = str
else:
    Target = StrEnum("Target", {name: name for name in targets()})  # and what others register


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
    target = str(to)
    layout = Layout(token_column, tag_column, comment=comment or None, encoding=encoding)
    if str(file) != "-":  # a pipe can be read once only
        for loss in losses(read_corpus(file, layout, text_cut=AT_ENTITIES), target):
            tell(f"note: {loss}")
    lines = converted(file, layout, target)
    if str(out) == "-":
        write_lines(lines, sys.stdout.buffer)
        return
    _check_name(out, target_format(target))
    with new_file(out) as sink:
        write_lines(lines, sink)
    tell_next("ner-window", "data", "check", out)


def _check_name(out: Path, written: CorpusFormat) -> None:
    """Raise InputError where a file of this name would not be read in the format written."""
    read = format_of(out)
    if read is not written:
        told = written if written.endings else read
        raise InputError(
            f"{out} would not be read as what it holds: the name of a file ends in "
            f"{' or '.join(told.endings)} where it is {told.title}, and nowhere else"
        )
