"""A window-based named-entity recognizer whose every gradient is its own.

The names below are what a notebook needs; ``docs/python.md`` shows each of them at work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ner_window.config import Config
    from ner_window.corpora.corpus import Corpus
    from ner_window.errors import InputError
    from ner_window.model.model import Model
    from ner_window.notebook import (
        Run,
        compare,
        cross_validate,
        evaluate,
        load_config,
        load_model,
        read_corpus,
        score,
        train,
    )
    from ner_window.tagging.tagger import Entity, Tagger

__all__ = [
    "Config",
    "Corpus",
    "Entity",
    "InputError",
    "Model",
    "Run",
    "Tagger",
    "compare",
    "cross_validate",
    "evaluate",
    "load_config",
    "load_model",
    "read_corpus",
    "score",
    "train",
]

_ELSEWHERE = {  # than in ner_window.notebook
    "Config": "config",
    "Corpus": "corpora.corpus",
    "Entity": "tagging.tagger",
    "InputError": "errors",
    "Model": "model.model",
    "Tagger": "tagging.tagger",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: the command line starts without numpy."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'notebook')}"), name)


def __dir__() -> list[str]:
    """List the names for a notebook, without importing them."""
    return __all__
