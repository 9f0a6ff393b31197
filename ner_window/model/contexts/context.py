"""A context: the parts that the h of one hidden layer is joined by, g = [h; m; v].

What follows, the next layer or U, sees g. A part sums up the h of other tokens in as many numbers.
It has two forms of the same map: on the graph, and on arrays that come in block by block, where
tagging can tabulate it. As the map that follows is affine, A g + b = A_h h + A_m m + A_v v + b, the
second form may apply its share of A before it sums up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Protocol, TypeVar

import numpy as np

import autodiff as ad
from ner_window import config
from ner_window.arrays import Array, BoolArray, FloatArray, IntArray
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.units import Unit

CONTEXTS: dict[type[config.ContextSettings], type[Context]] = {}
"""The class of context of each section of the config."""


class Tally(Protocol):
    """A part on arrays: it takes in the h of all tokens, then adds its share to their z."""

    def add(self, block: slice, h: FloatArray, is_mention: BoolArray) -> None:
        """Take in the h (n, units) of a block of tokens; ``is_mention`` (n,) is of documents."""

    def share(self, z: FloatArray) -> None:
        """Add to the z (tokens, units above) of all tokens what this part gives each."""


class ContextPart(ABC):
    """What one part of g sums up.

    ``symbol`` is its name on paper; ``unit`` what has to be whole in a batch; ``has_tally`` tells
    whether it has the second form: where a part has none, tagging runs the graph.
    """

    symbol: ClassVar[str]
    unit: ClassVar[Unit]
    has_tally: ClassVar[bool] = False

    @abstractmethod
    def on_graph(self, h: ad.Tensor, source: Callable[[str], ad.Tensor]) -> ad.Tensor:
        """Return the part (n, units) for h (n, units).

        ``source(name)`` is the source node that holds what :meth:`values` has of that name.
        """

    @abstractmethod
    def values(self, encoded: Encoded, tokens: IntArray | slice) -> Mapping[str, Array]:
        """Return what the part needs to know of some tokens, by name: (n,) of integers.

        They are in the order of the text: whole units or, in an explanation, what the part reads.
        """

    def tally(self, sentences: Tokens, weights: FloatArray) -> Tally:
        """Return the part on arrays, where it has such a form.

        Parameters
        ----------
        sentences
            What is scored.
        weights
            The share of A that meets this part, transposed, (units, units above).
        """
        raise TypeError(f"{type(self).__name__} has no form for arrays")

    def reads(self, encoded: Encoded, token: int) -> Sequence[int]:
        """Return the tokens of a document whose h the part of ``token`` depends on, all or some."""
        return range(len(encoded.stream))

    def is_read(self, encoded: Encoded, tokens: IntArray, others: IntArray) -> BoolArray:
        """Tell which of the others the part of some tokens depends on, (others,).

        ``others`` are the rest of their documents; the sentences of ``tokens`` are whole.
        """
        return np.ones(len(others), bool)

    @abstractmethod
    def described(self, h: str, others: Sequence[int]) -> str:
        """Return in words what the part is, ``others`` being what it reads beside the token."""


class Context:
    """The ``parts`` that join the h of a layer, none for the window alone.

    ``words`` go on where "a token is tagged by the tokens around it" ends.
    """

    parts: ClassVar[tuple[ContextPart, ...]]
    words: ClassVar[str]

    def __init__(self, section: config.ContextSettings) -> None:
        self.section = section

    @property
    def unit(self) -> Unit:
        """What has to be whole in a batch."""
        return max((part.unit for part in self.parts), default=Unit.WINDOWS)

    def joined_layer(self, layers: int) -> int | None:
        """Return the number of the layer, from 1, whose h is joined; None where none is."""
        return self.section.joined_layer(layers)

    def width(self, units: int) -> int:
        """Return how many numbers g has where h has ``units``."""
        return units * (1 + len(self.parts))

    def values(self, encoded: Encoded, tokens: IntArray | slice) -> dict[str, Array]:
        """Return what all parts need to know of some tokens."""
        return {
            name: array
            for part in self.parts
            for name, array in part.values(encoded, tokens).items()
        }

    def is_read(self, encoded: Encoded, tokens: IntArray, others: IntArray) -> BoolArray:
        """Tell which of the others any part of some tokens depends on, (others,)."""
        read = np.zeros(len(others), bool)
        for part in self.parts:
            read |= part.is_read(encoded, tokens, others)
        return read


ContextT = TypeVar("ContextT", bound=Context)


def register(section: type[config.ContextSettings]) -> Callable[[type[ContextT]], type[ContextT]]:
    """Enter a class of context for a section of the config."""

    def enter(context: type[ContextT]) -> type[ContextT]:
        CONTEXTS[section] = context
        return context

    return enter


def context_of(section: config.ContextSettings) -> Context:
    """Return the context of a section."""
    return section.registered_in(CONTEXTS)(section)
