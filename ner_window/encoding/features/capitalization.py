"""How a word is written: its capital letters and digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ner_window.encoding.features.feature import Feature, register


@register
@dataclass(frozen=True)
class Capitalization(Feature):
    """How a word is written. Source: Collobert et al. 2011, section 3.5 (with finer classes)."""

    kind: ClassVar[str] = "capitalization"
    key: ClassVar[str] = "capitalization"

    @classmethod
    def asked_for(cls, setting: int) -> Iterator[tuple[Feature, int]]:
        yield cls(), setting

    def value_of(self, token: str) -> str:
        """Return the class of a token; an upper-case single letter counts as Initial."""
        if not token.isalpha() and any(map(str.isdigit, token)):
            return "letters+d1gits" if any(map(str.isalpha, token)) else "number"
        if token.islower():
            return "lower"
        if token.isupper():
            return "UPPER" if len(token) > 1 else "Initial"
        if token[:1].isupper() and token[1:].islower():
            return "Initial"
        return "miXed" if any(map(str.isalpha, token)) else "other"
