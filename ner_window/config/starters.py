"""The configs that ship, to be copied and changed."""

from __future__ import annotations

import difflib
from pathlib import Path

from ner_window.errors import InputError

PACKAGE = Path(__file__).parent.parent
# An installed wheel has the configs inside the package, a checkout beside it.
HOMES = (PACKAGE / "configs", PACKAGE.parent / "configs")


def starter_names() -> list[str]:
    """Return the names of all shipped configs, such as ``conll2003/frozen``."""
    home = _home()
    return sorted(
        path.relative_to(home).with_suffix("").as_posix() for path in home.rglob("*.yaml")
    )


def starter_path(name: str) -> Path:
    """Return where a shipped config is.

    Raises InputError, with the nearest names, where none is called that.
    """
    name = name.removesuffix(".yaml")
    names = starter_names()
    if name not in names:
        near = _near(name, names)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
        raise InputError(f"no starter config is called {name!r}; {hint}")
    return _home() / f"{name}.yaml"


def _near(name: str, names: list[str]) -> list[str]:
    """Return the names that may have been meant: alike as a whole, or without their folders."""
    lasts = {path.rpartition("/")[2] for path in names}
    alike = difflib.get_close_matches(name.rpartition("/")[2], lasts, n=1)
    whole = difflib.get_close_matches(name, names, n=1) if "/" in name else []
    return whole or [path for path in names if path.rpartition("/")[2] in alike]


def summary_of(name: str) -> str:
    """Return what a shipped config is, and what it reaches: its first sentence."""
    paragraph, _, _ = starter_path(name).read_text("utf-8").partition("\n#\n")
    text = " ".join(line.removeprefix("# ") for line in paragraph.splitlines())
    return text.partition(". ")[0].removesuffix(".")


def _home() -> Path:
    return next(home for home in HOMES if home.is_dir())
