"""A window-based named-entity recognizer whose every gradient is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ner_window.tagging.tagger import Entity, Tagger

__all__ = ["Entity", "Tagger"]


def __getattr__(name: str) -> Any:
    """Import the Tagger when it is asked for: the command line starts without numpy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ner_window.tagging import tagger

    return getattr(tagger, name)
