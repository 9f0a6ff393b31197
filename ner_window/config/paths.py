"""Paths in a config, where ``~`` is somebody's home folder, as in a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator


def at_home(path: Path) -> Path:
    """Return a path with the home folder in place of ``~`` or ``~name``.

    Raises ValueError where the home folder is not known.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f"no home folder is known for {path.parts[0]}") from None


ConfigPath = Annotated[Path, AfterValidator(at_home)]
"""The path of a file that a config names."""
