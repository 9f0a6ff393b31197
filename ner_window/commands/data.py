"""``ner-window data``."""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, load_vectors, read_corpora
from ner_window.errors import InputError

app = typer.Typer(help="Look after data files.", no_args_is_help=True)


class SchemeName(StrEnum):
    """The tagging schemes, for the command line."""

    io = "io"
    iob1 = "iob1"
    iob2 = "iob2"
    iobes = "iobes"
    bilou = "bilou"


@app.command("check")
def data_check(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the facts as JSON")] = False,
) -> None:
    """Look at the data of a config before training on it."""
    from ner_window.config import load_config
    from ner_window.data_check import check_data

    resolved = load_config(config, settings or [])
    report = check_data(read_corpora(resolved.data), load_vectors(resolved))
    print(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json else report)


@app.command("convert")
def data_convert(
    file: Annotated[Path, typer.Argument(help="sentences with tags, in CoNLL columns")],
    out: Annotated[Path, typer.Argument(help="file to write; - for standard output")],
    to: Annotated[SchemeName, typer.Option(help="the tagging scheme to write")],
    token_column: Annotated[int, typer.Option(help="column of the token")] = 0,
    tag_column: Annotated[int, typer.Option(help="column of the tag")] = -1,
) -> None:
    """Write the tags of a file in another scheme; everything else stays."""
    from ner_window.corpus import convert_text

    text = convert_text(file, to.value, token_column, tag_column)
    if str(out) == "-":
        sys.stdout.write(text)
        return
    if out.exists():
        raise InputError(f"{out.absolute()} exists; name another file, or remove it")
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8", newline="\n")
    temporary.replace(out)
