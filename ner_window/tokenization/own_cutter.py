"""A tokenizer that someone hands over: what it has to do, and what it is held to."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import getattr_static, isfunction
from itertools import chain
from operator import index
from typing import Any, Protocol

from ner_window.errors import InputError
from ner_window.tokenization.offsets import Offsets
from ner_window.wording import kind_of

FORM = "a list of tokens for each sentence, start and end of each: [[(0, 4), (5, 7)], [(8, 12)]]"


class TextCutter(Protocol):
    """What cuts texts into sentences of tokens, as a :class:`Tokenizer` does."""

    def cut(self, text: str) -> list[Offsets]:
        """Return start and end of the tokens of each sentence, in characters of the text."""


@dataclass(frozen=True)
class CheckedCutter:
    """A cutter that is held to what the rest of the program relies on.

    Raises InputError where it has no ``cut`` to be called.
    """

    cutter: TextCutter

    def __post_init__(self) -> None:
        if isinstance(self.cutter, type) and _is_of_instances(self.cutter):
            name = self.cutter.__name__
            raise InputError(
                f"the tokenizer is the class {name} itself: hand over {name}(...), one of its "
                "objects"
            )
        if not callable(getattr(self.cutter, "cut", None)):
            raise InputError(
                f"the tokenizer is {kind_of(self.cutter)}, which has no cut(text) to call: hand "
                f"over an object whose cut(text) returns {FORM}"
            )

    def cut(self, text: str) -> list[Offsets]:
        """Return the tokens of each sentence of a text, those without tokens left out.

        Raises InputError where they are no stretches of the text, in order.
        """
        cut = _listed(self.cutter.cut(text), "what the tokenizer's cut(text) returned")
        sentences = [
            _tokens_of(tokens, f"sentence {number} that the tokenizer's cut(text) returned")
            for number, tokens in enumerate(cut, start=1)
        ]
        position = 0
        for start, end in chain.from_iterable(sentences):
            if not position <= start < end <= len(text):
                raise InputError(
                    f"the tokenizer gave a token from {start} to {end} after one that ends at "
                    f"{position}, in a text of {len(text)} characters: {text[:50]!r}"
                )
            position = end
        return [tokens for tokens in sentences if tokens]


def _is_of_instances(cutter: type) -> bool:
    """Tell whether ``cut`` is a method that only the objects of a class have."""
    return isfunction(getattr_static(cutter, "cut", None))


def _listed(given: Any, name: str) -> list[Any]:
    """Return what there is in something. Raises InputError where there can be nothing in it."""
    try:
        things = None if isinstance(given, str | bytes) else iter(given)
    except TypeError:
        things = None
    if things is None:
        raise InputError(f"{name} is {kind_of(given)}: cut has to return {FORM}")
    return list(things)


def _tokens_of(sentence: Any, name: str) -> Offsets:
    """Return start and end of each token, as plain ints. Raises InputError where one has others."""
    tokens: Offsets = []
    for token in _listed(sentence, name):
        try:
            start, end = token
            tokens.append((index(start), index(end)))
        except (TypeError, ValueError):
            raise InputError(
                f"token {len(tokens) + 1} of {name} is {token!r:.50}, which is no start and end in "
                f"whole numbers: cut has to return {FORM}"
            ) from None
    return tokens
