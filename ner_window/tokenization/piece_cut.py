"""How a piece of text is cut into tokens: what a way of cutting is, and the registry of them.

A *piece* is what stands between white space. To add a way, write a class like
:class:`~ner_window.tokenization.characters.CharacterCut` in a module of its own and enter it with
:func:`register`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from ner_window.tokenization.offsets import Offsets

PIECE = re.compile(r"\S+")
CUTS: dict[str, type[PieceCut]] = {}
"""The ways of cutting, by name."""


class PieceCut(ABC):
    """A way of cutting pieces into tokens; it is immutable, and goes to other processes."""

    name: ClassVar[str]

    def __repr__(self) -> str:
        """Return what tells the way from others: files are kept by how they were cut."""
        return f"{type(self).__name__}({self.stored()})"

    @abstractmethod
    def __str__(self) -> str:
        """Return how tokens are cut, in a few words."""

    @abstractmethod
    def starts(self, piece: str, is_last: bool) -> Sequence[int]:
        """Return where tokens start in a piece, in ascending order, the first at 0.

        ``is_last`` tells whether it ends its sentence.
        """

    def is_abbreviation(self, piece: str) -> bool:
        """Tell whether a piece ends in the full stop of an abbreviation, not of a sentence."""
        return False

    def like(self, sentences: Iterable[tuple[str, Offsets]]) -> Self:
        """Return the way that cuts these sentences, each with its tokens, as they are cut.

        By default there is nothing to learn.
        """
        return self

    def stored(self) -> dict[str, Any]:
        """Return what there is to know of it, as plain data."""
        return {}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Return the way of which that was stored. KeyError, TypeError or ValueError for others."""
        return cls(**stored)


def piece_offsets(text: str, start: int = 0, end: int | None = None) -> Offsets:
    """Return start and end of each piece of ``text[start:end]``, in characters of ``text``."""
    return [m.span() for m in PIECE.finditer(text, start, len(text) if end is None else end)]


CutT = TypeVar("CutT", bound=type[PieceCut])


def register(cut: CutT) -> CutT:
    """Enter a class of ways to cut. Raises ValueError where another one has its name."""
    if CUTS.get(cut.name, cut).__qualname__ != cut.__qualname__:
        raise ValueError(f"a way to cut text is called {cut.name!r} already: {CUTS[cut.name]}")
    CUTS[cut.name] = cut
    return cut
