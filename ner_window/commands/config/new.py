"""``ner-window config new``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.config.starters import starter_path
from ner_window.errors import InputError


def new(
    name: Annotated[str, typer.Argument(help="the shipped config to start from")] = "quickstart",
    out: Annotated[Path | None, typer.Option(help="file to write [default: NAME.yaml]")] = None,
) -> None:
    """Write a commented config to start from."""
    text = starter_path(name).read_text("utf-8")
    path = out or Path(Path(name).with_suffix(".yaml").name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path.absolute()} exists; name another file with --out") from None
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None
    command = "compare" if name.startswith("compare/") else "train"
    print(f"wrote {path}; set its data and embeddings paths, then: ner-window {command} {path}")
