"""What pages need beyond the program itself."""

from __future__ import annotations

from importlib.util import find_spec

NEEDED = ("jinja2", "matplotlib")


def missing_for_pages() -> str | None:
    """Return what the extra for pages lacks and how to install it, None where it is there."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if not missing:
        return None
    return f"{' and '.join(missing)}; install with: pip install 'ner-window[report]'"
