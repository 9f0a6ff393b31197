"""``ner-window vectors get``."""

from __future__ import annotations

from typing import Annotated

import typer

from ner_window.commands.inputs import tell_next
from ner_window.commands.vectors.options import WIDTH
from ner_window.vectors.downloads import available_vectors, fetch_vectors


def get(
    name: Annotated[str | None, typer.Argument(help="[default: list the names]")] = None,
) -> None:
    """Fetch well-known vectors by name."""
    if name is None:
        for known, description in available_vectors().items():
            print(f"{known:<{WIDTH}}{' '.join(description.split())}")
        return
    path = fetch_vectors(name)
    print(path)
    print(f"embeddings: {{path: {path}}}")
    tell_next("ner-window", "config", "new", "--train", "FILE", "--dev", "FILE", "--vectors", path)
