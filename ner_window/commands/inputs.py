"""What several commands share: settings, data, where jobs run, messages, exit codes."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ner_window.config import Config
    from ner_window.run_data import RunData

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Backend(StrEnum):
    """Where jobs run: processes of this machine, or the workers of a Dask cluster."""

    processes = "processes"
    dask = "dask"


Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.PATH=VALUE", help="change a setting; repeatable"),
]


def read_data(config: Config) -> RunData:
    """Read the data of a config; tell what is wrong with its tags."""
    from ner_window.run_data import RunData

    data = RunData.read(config)
    for note in data.notes():
        tell(note)
    return data


def tell(message: str) -> None:
    """Say something to the person at the terminal."""
    print(message, file=sys.stderr, flush=True)
