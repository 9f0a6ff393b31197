"""What several commands share: settings, where jobs run, messages, exit codes."""

from __future__ import annotations

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ner_window.terminal import Verbatim, tell


class Backend(StrEnum):
    """Where jobs run: processes of this machine, or the workers of a Dask cluster."""

    processes = "processes"
    dask = "dask"


class Units(StrEnum):
    """What is kept whole, or drawn whole."""

    sentences = "sentences"
    documents = "documents"


class SplitKind(StrEnum):
    """How what is held out differs from what is learned from."""

    random = "random"
    order = "order"
    unseen_names = "unseen-names"
    far = "far"


Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.PATH=VALUE", help="change a setting; repeatable"),
]


def as_options(settings: list[str] | None) -> list[str]:
    """Return settings as one gives them on the command line."""
    return [word for setting in settings or [] for word in ("--set", setting)]


def tell_next(*words: str | Path) -> None:
    """Name the command that one is likely to give next, quoted for a shell, as the last line."""
    tell(Verbatim(f"next: {shlex.join(map(str, words))}"))
