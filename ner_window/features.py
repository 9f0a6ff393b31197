"""Features of a token beside its word, each with a small lookup table of its own.

A feature gives each token a value, a string; the values that training shows more than once get a
row of the feature's table, all others share the row *unknown*. To add a feature: write a class like
:class:`Shape` and enter it in ``FEATURES``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

RESERVED_VALUES = ("<padding>", "<unknown>")
UNKNOWN_VALUE = 1
LEAST_COUNT = 2


class Feature(Protocol):
    """A function from tokens to values."""

    def value_of(self, token: str) -> str:
        """Return the value of one token."""
        ...


class Capitalization:
    """How a word is written. Source: Collobert et al. 2011, section 3.5 (with finer classes)."""

    def value_of(self, token: str) -> str:
        """Return the class of a token; an upper-case single letter counts as Initial."""
        if any(character.isdigit() for character in token):
            return "letters+d1gits" if any(c.isalpha() for c in token) else "number"
        if token.islower():
            return "lower"
        if token.isupper():
            return "UPPER" if len(token) > 1 else "Initial"
        if token[:1].isupper() and token[1:].islower():
            return "Initial"
        return "miXed" if any(character.isalpha() for character in token) else "other"


class Shape:
    """Upper-case letters as X, others as x, digits as 9, the rest as it is; runs cut to two.

    So *McDonald-7* is XxXxx-9 and *1996* is 99. Source: Collins 2002, section 4.1.
    """

    def value_of(self, token: str) -> str:
        letters = (
            "X" if c.isupper() else "x" if c.isalpha() else "9" if c.isdigit() else c for c in token
        )
        return re.sub(r"(.)\1\1+", r"\1\1", "".join(letters), flags=re.DOTALL)


class Prefix:
    """The first letters of a word, lower-cased; a shorter word is its own prefix."""

    def __init__(self, length: int) -> None:
        self.length = length

    def value_of(self, token: str) -> str:
        return token[: self.length].lower()


class Suffix:
    """The last letters of a word, lower-cased; a shorter word is its own suffix."""

    def __init__(self, length: int) -> None:
        self.length = length

    def value_of(self, token: str) -> str:
        return token[-self.length :].lower()


FEATURES: dict[str, type[Feature]] = {
    "capitalization": Capitalization,
    "shape": Shape,
    "prefix": Prefix,
    "suffix": Suffix,
}


def feature_named(name: str) -> Feature:
    """Return the feature of a name such as ``shape`` or, with a length, ``prefix 3``.

    Raises ValueError where there is none.
    """
    kind, _, length = name.partition(" ")
    if kind not in FEATURES or (length and not length.isdigit()):
        raise ValueError(f"no feature is called {name!r}")
    arguments = [int(length)] if length else []
    return FEATURES[kind](*arguments)


class FeatureTable:
    """A feature with the values that have rows of their own: the rows of its lookup table.

    ``values`` are in the order of the rows, the two reserved ones first.
    """

    def __init__(self, name: str, values: Sequence[str]) -> None:
        self.name = name
        self.values = list(values)
        self._feature = feature_named(name)
        self._row = {value: row for row, value in enumerate(self.values)}

    @classmethod
    def of_training(cls, name: str, tokens: Iterable[str]) -> FeatureTable:
        """Return the table of the values that training shows more than once."""
        feature = feature_named(name)
        counts: Counter[str] = Counter()
        for token, count in Counter(tokens).items():
            counts[feature.value_of(token)] += count
        seen = sorted(value for value, count in counts.items() if count >= LEAST_COUNT)
        return cls(name, [*RESERVED_VALUES, *seen])

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, tokens: Sequence[str]) -> Array:
        """Return the row of each token's value, int32. Each distinct token is looked at once."""
        row_of = {
            token: self._row.get(self._feature.value_of(token), UNKNOWN_VALUE)
            for token in set(tokens)
        }
        return np.fromiter(map(row_of.__getitem__, tokens), np.int32, len(tokens))
