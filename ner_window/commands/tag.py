"""``ner-window tag``."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import tell


def tag(
    model: Annotated[Path, typer.Argument(help="model folder, or the folder of its run")],
    file: Annotated[
        Path, typer.Argument(help="one token a line, a blank line between sentences")
    ] = Path("-"),
    token_column: Annotated[
        int | None, typer.Option(help="column of the token [default: as in training]")
    ] = None,
) -> None:
    """Tag tokens: writes token, tab, tag, and every blank line where it was."""
    from ner_window.corpora.conll import column_count, tagged
    from ner_window.corpora.corpus import read_tokens
    from ner_window.model.folder import load_model

    loaded = load_model(model)
    token = loaded.layout.token if token_column is None else token_column
    lines, layout, text = read_tokens(file, replace(loaded.layout, token=token))
    if (width := column_count(lines, layout)) > 1:
        tell(f"note: column {layout.token} of {width} is the token; the others are left out")
    tags = chain.from_iterable(loaded.tag(text))
    sys.stdout.write("\n".join(tagged(lines, layout, tags)))
