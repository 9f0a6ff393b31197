"""The first and the last letters of a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ner_window.config import AffixSettings
from ner_window.encoding.features.feature import Feature, register


@register
@dataclass(frozen=True)
class Prefix(Feature):
    """The first letters of a word, lower-cased; a shorter word is its own prefix."""

    kind: ClassVar[str] = "prefix"
    key: ClassVar[str] = "prefixes"
    length: int

    @classmethod
    def asked_for(cls, setting: AffixSettings) -> Iterator[tuple[Feature, int]]:
        for length in setting.lengths:
            yield cls(length), setting.dimension

    @property
    def name(self) -> str:
        return f"{self.kind} {self.length}"

    def value_of(self, token: str) -> str:
        return token[: self.length].lower()


@register
@dataclass(frozen=True)
class Suffix(Prefix):
    """The last letters of a word, lower-cased; a shorter word is its own suffix."""

    kind: ClassVar[str] = "suffix"
    key: ClassVar[str] = "suffixes"

    def value_of(self, token: str) -> str:
        return token[-self.length :].lower()
