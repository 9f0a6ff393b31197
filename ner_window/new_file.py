"""Files that are written: whole or not at all, and never over another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ner_window.errors import InputError


def check_new(path: Path) -> None:
    """Raise InputError where there is such a file, or no folder for it."""
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path.absolute()}: there is no such folder")
    if path.exists():
        raise InputError(f"{path.absolute()} exists; name another file, or remove it")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield the path to write to: a file beside ``path``, which takes its name when all went well.

    Raises InputError where it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
