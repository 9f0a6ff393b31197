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

    Raises InputError, with the nearest name, where none is called that.
    """
    name = name.removesuffix(".yaml")
    names = starter_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        raise InputError(f"no starter config is called {name!r}; {hint}")
    return _home() / f"{name}.yaml"


def _home() -> Path:
    return next(home for home in HOMES if home.is_dir())
