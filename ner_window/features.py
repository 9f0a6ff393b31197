"""Features of a token beside its word, each with a small lookup table of its own.

To add one: write a class like :class:`Capitalization` and enter it in ``FEATURES``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PADDING_VALUE = 0


class Feature(Protocol):
    """A function from tokens to small integers; value 0 is kept for padding."""

    @property
    def size(self) -> int:
        """The number of values, padding included."""
        ...

    def encode(self, tokens: Sequence[str]) -> Array:
        """Return the value of each token, int32, from 1 to ``size`` - 1."""
        ...


class Capitalization:
    """How a word is written. Source: Collobert et al. 2011, section 3.5 (with finer classes)."""

    CLASSES = ("padding", "lower", "Initial", "UPPER", "miXed", "number", "letters+d1gits", "other")

    @property
    def size(self) -> int:
        return len(self.CLASSES)

    def encode(self, tokens: Sequence[str]) -> Array:
        class_of = {token: self.CLASSES.index(self.class_of(token)) for token in set(tokens)}
        return np.fromiter(map(class_of.__getitem__, tokens), np.int32, len(tokens))

    @staticmethod
    def class_of(token: str) -> str:
        """Return the class of one token; an upper-case single letter counts as Initial."""
        if any(character.isdigit() for character in token):
            return "letters+d1gits" if any(c.isalpha() for c in token) else "number"
        if token.islower():
            return "lower"
        if token.isupper():
            return "UPPER" if len(token) > 1 else "Initial"
        if token[:1].isupper() and token[1:].islower():
            return "Initial"
        return "miXed" if any(character.isalpha() for character in token) else "other"


FEATURES: dict[str, type[Feature]] = {"capitalization": Capitalization}
