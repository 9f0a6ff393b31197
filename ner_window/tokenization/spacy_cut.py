"""The cut of spaCy's tokenizer for a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

from ner_window.errors import InputError
from ner_window.tokenization.piece_cut import PieceCut, register


@register
class SpacyCut(PieceCut):
    """Cuts as spaCy's rules for a language do; no model of spaCy's is needed.

    Raises InputError, when a piece is cut first, where spaCy is not installed or has no rules for
    the language.
    """

    name: ClassVar[str] = "spacy"

    def __init__(self, language: str) -> None:
        self.language = language

    def __str__(self) -> str:
        return f"by spaCy for {self.language}"

    def starts(self, piece: str, is_last: bool) -> Sequence[int]:
        return [token.idx for token in self._tokenizer(piece)]

    def stored(self) -> dict[str, Any]:
        return {"language": self.language}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(str(stored["language"]))

    @cached_property
    def _tokenizer(self) -> Any:
        try:
            import spacy
        except ImportError:
            raise InputError(
                "text.tokenizer: spacy needs spaCy: pip install 'ner-window[spacy]'"
            ) from None
        try:
            return spacy.blank(self.language).tokenizer
        except ImportError:
            raise InputError(
                f"spaCy has no tokenizer for the language {self.language!r}, or lacks what that "
                "needs; it is named by a code such as en or nl"
            ) from None

    def __getstate__(self) -> dict[str, Any]:
        return self.stored()
