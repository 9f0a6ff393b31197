"""``ner-window vectors get``."""

from __future__ import annotations

from typing import Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.terminal import Line, Verbatim, show
from ner_window.vectors.downloads import available_vectors, fetch_vectors

WIDTH = 36  # of the names, in columns


def get(
    name: Annotated[str | None, typer.Argument(help="[default: list the names]")] = None,
) -> None:
    """Fetch well-known vectors by name."""
    if name is None:
        for known, description in available_vectors().items():
            show(Line(f"{known:<{WIDTH}}{' '.join(description.split())}", hang=WIDTH))
        return
    path = fetch_vectors(name)
    show(Verbatim(str(path)), Verbatim(f"embeddings: {{path: {path}}}"))
    tell_next("ner-window", "config", "new", "--train", "FILE", "--dev", "FILE", "--vectors", path)
