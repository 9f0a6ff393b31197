"""From the section ``text`` of a config to a tokenizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ner_window.config import (
    CharactersTokenizerSettings,
    LearnedTokenizerSettings,
    RulesTokenizerSettings,
    SpacyTokenizerSettings,
    TextSettings,
    TokenizerSettings,
)
from ner_window.tokenization import CharacterCut, LearnedCut, PieceCut, RuleCut, SpacyCut, Tokenizer

PIECE_CUTS: dict[type[TokenizerSettings], Callable[[Any, TextSettings], PieceCut]] = {
    LearnedTokenizerSettings: lambda section, text: LearnedCut(),
    RulesTokenizerSettings: lambda section, text: RuleCut(),
    CharactersTokenizerSettings: lambda section, text: CharacterCut(),
    SpacyTokenizerSettings: lambda section, text: SpacyCut(section.language or text.language or ""),
}
"""What cuts pieces of text, for each section of the config."""


def tokenizer_of(text: TextSettings) -> Tokenizer:
    """Return the tokenizer that a config asks for, before it has seen a corpus.

    Raises InputError where it cannot cut on this machine.
    """
    section = text.tokenizer
    tokenizer = Tokenizer(text.language, section.registered_in(PIECE_CUTS)(section, text))
    tokenizer.tokens_of("word")  # what is missing is to be known before training
    return tokenizer
