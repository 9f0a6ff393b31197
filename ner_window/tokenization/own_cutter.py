"""A tokenizer that someone hands over: what it has to do, and what it is held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ner_window.errors import InputError
from ner_window.tokenization.offsets import Offsets


class TextCutter(Protocol):
    """What cuts texts into sentences of tokens, as a :class:`Tokenizer` does."""

    def cut(self, text: str) -> list[Offsets]:
        """Return start and end of the tokens of each sentence, in characters of the text."""


@dataclass(frozen=True)
class CheckedCutter:
    """A cutter that is held to what the rest of the program relies on."""

    cutter: TextCutter

    def cut(self, text: str) -> list[Offsets]:
        """Return the tokens of each sentence of a text, those without tokens left out.

        Raises InputError where they are no stretches of the text, in order.
        """
        sentences = [list(tokens) for tokens in self.cutter.cut(text)]
        position = 0
        for tokens in sentences:
            for start, end in tokens:
                if not position <= start < end <= len(text):
                    raise InputError(
                        f"the tokenizer gave a token from {start} to {end} after one that ends at "
                        f"{position}, in a text of {len(text)} characters: {text[:50]!r}"
                    )
                position = end
        return [tokens for tokens in sentences if tokens]
