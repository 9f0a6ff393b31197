"""The shape of a word: which of its characters are capitals, letters, digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ner_window.encoding.features.feature import Feature, register


class _ShapeOf(dict[int, str]):
    """The shape of each character that was met, by its number."""

    def __missing__(self, number: int) -> str:
        c = chr(number)
        shape = "X" if c.isupper() else "x" if c.isalpha() else "9" if c.isdigit() else c
        self[number] = shape
        return shape


SHAPE_OF, LONG_RUN = _ShapeOf(), re.compile(r"(.)\1\1+", re.DOTALL)


@register
@dataclass(frozen=True)
class Shape(Feature):
    """Upper-case letters as X, others as x, digits as 9, the rest as it is; runs cut to two.

    So *McDonald-7* is XxXxx-9 and *1996* is 99. Source: Collins 2002, section 4.1.
    """

    kind: ClassVar[str] = "shape"
    key: ClassVar[str] = "shape"

    @classmethod
    def asked_for(cls, setting: int) -> Iterator[tuple[Feature, int]]:
        yield cls(), setting

    def value_of(self, token: str) -> str:
        return LONG_RUN.sub(r"\1\1", token.translate(SHAPE_OF))
