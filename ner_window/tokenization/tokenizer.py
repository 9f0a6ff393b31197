"""What cuts a text into sentences of tokens."""

from __future__ import annotations

from dataclasses import dataclass

from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.rules import rule_offsets
from ner_window.tokenization.sentences import sentence_offsets


@dataclass(frozen=True)
class Tokenizer:
    """Cuts texts into sentences, by the rules of a ``language``, and these into tokens."""

    language: str = "en"

    def cut(self, text: str) -> list[Offsets]:
        """Return the tokens of each sentence of a text; no sentence is empty."""
        ends = [end for _, end in sentence_offsets(text, self.language)]
        parts = zip([0, *ends], [*ends, len(text)], strict=True)
        sentences = (rule_offsets(text, start, end) for start, end in parts)
        return [tokens for tokens in sentences if tokens]

    def tokens_of(self, sentence: str) -> list[str]:
        """Return the tokens of a text that is taken for one sentence."""
        return [sentence[start:end] for start, end in rule_offsets(sentence)]


BY_RULES = Tokenizer()
"""The tokenizer of those who have no other."""
