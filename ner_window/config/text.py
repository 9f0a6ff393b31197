"""The section ``text``: how text that comes without tokens is cut into some."""

from __future__ import annotations

from typing import Self

from pydantic import Field, SerializeAsAny, model_validator

from ner_window.config.section import Section
from ner_window.config.tokenizers import (
    Language,
    LearnedTokenizerSettings,
    SpacyTokenizerSettings,
    TokenizerSettings,
)


class TextSettings(Section):
    """How texts that come without tokens are cut: those of .jsonl files, and what is tagged."""

    language: Language | None = Field(
        "en",
        description="whose rules say where sentences end, such as nl; blank lines always end one. "
        "null: nothing else does",
    )
    tokenizer: SerializeAsAny[TokenizerSettings] = Field(
        LearnedTokenizerSettings(), description="what cuts sentences into tokens"
    )
    cut_at_entities: bool = Field(
        True,
        description="cut training text also where an entity starts or ends within a token, and "
        "never within one, so that all are learned from; false: cut it as text is cut that is "
        "tagged, and learn nothing from entities that no token border meets. What is scored is "
        "never cut at its entities",
    )

    @model_validator(mode="after")
    def _has_language(self) -> Self:
        languages = (self.language, getattr(self.tokenizer, "language", None))
        if isinstance(self.tokenizer, SpacyTokenizerSettings) and not any(languages):
            raise ValueError(
                "spaCy cuts by a language: text.tokenizer: {name: spacy, language: nl}"
            )
        return self
