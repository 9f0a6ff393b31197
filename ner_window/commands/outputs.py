"""Files that a command writes: whole or not at all, and never over another."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ner_window.errors import InputError


def check_free(path: Path) -> None:
    """Raise InputError where there is something at a path already."""
    if path.exists():
        raise InputError(f"{path.absolute()} exists; name another file, or remove it")


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write a text file of lines. Raises InputError as :func:`check_free` does."""
    check_free(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as sink:
            sink.writelines(f"{line}\n" for line in lines)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
