"""What every head has in common: scores s = U g + c, and answers to what others ask of a head.

g (n, width) is what the last layer gives, the context included. A head of one type of entity scores
that alone, u^T g + c; the others score each tag.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

import numpy as np

import autodiff as ad
from ner_window import config
from ner_window.arrays import Array, BoolArray, FloatArray, IntArray
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.units import Unit
from ner_window.model.decoding import best_legal
from ner_window.model.parameters import ParameterSource

HEADS: dict[type[config.HeadSettings], type[Head]] = {}
"""The class of head of each section of the config."""


class JudgedGraph(Protocol):
    """The part of a graph that a head finds when it adds the loss."""

    @property
    def scores(self) -> ad.Tensor:
        """The scores (n, outputs) of the tokens of the batch."""

    @property
    def corrupted_scores(self) -> ad.Tensor:
        """Those of the windows that the batch calls ``corrupted``, by the same weights."""

    def judged(self, scores: ad.Tensor, output: int | None = None) -> ad.Tensor:
        """Return the scores of the tokens that are judged one by one: all outputs, or one."""

    def source(self, name: str) -> ad.Tensor:
        """Return the source node of what a batch has by this name.

        ``tag`` are the tags of the tokens that are judged one by one, ``tags`` those of all.
        """


class Sampling:
    """Which tokens an epoch visits, and what their batches have: by default all, and no more.

    ``tokens`` are the positions of those that are visited, None for all.
    """

    tokens: IntArray | None = None

    def values(
        self,
        windows: IntArray,
        windows_of: Callable[[IntArray], IntArray],
        rng: np.random.Generator,
    ) -> Mapping[str, Array]:
        """Return what is drawn for a batch beside its windows, by name.

        Parameters
        ----------
        windows
            Those of the batch, (tables, n, w).
        windows_of
            Returns the windows of any tokens (m,), some of their words made unknown.
        rng
            Decides what is left to chance.
        """
        return {}


@dataclass(frozen=True)
class Asked:
    """A token of a sentence that is to be explained, and the ``tag`` that its loss is for.

    ``scores`` (tokens, tags) are those of the sentence, ``predicted`` (tokens,) its tags by number.
    """

    scores: FloatArray
    predicted: Sequence[int]
    position: int
    tag: int


class Head(ABC):
    """What is scored and how it is judged.

    Its parameters, ``weights`` U (outputs, width) and ``bias`` c (outputs,), come with
    :meth:`initialize`.

    ``unit`` is what has to be whole in a batch. ``has_probabilities`` tells whether scores are
    logarithms of probabilities but for a constant. ``target`` is the one type of entity that it
    finds, None where it finds all.
    """

    unit: ClassVar[Unit] = Unit.WINDOWS
    has_probabilities: ClassVar[bool] = True
    transitions: ad.Parameter | None = None

    def __init__(self, section: config.HeadSettings) -> None:
        self.section = section

    @property
    def target(self) -> str | None:
        """The one type of entity that it finds, None where it finds all."""
        return None

    def outputs(self, tags: int) -> int:
        """Return how many scores a token has where there are so many tags."""
        return tags

    def initialize(self, source: ParameterSource, width: int, legal: BoolArray) -> None:
        """Take the parameters for g of this width.

        ``legal`` (tags + 1, tags + 1) tells which tags may follow each other; row and column
        ``tags`` are the borders of a sentence.
        """
        outputs = self.outputs(len(legal) - 1)
        self.weights = source.weights("U", (outputs, width))
        self.bias = source.filled("c", (outputs,))

    @property
    def parameters(self) -> list[ad.Parameter]:
        """What is trained of the head."""
        return [self.weights, self.bias]

    def scores(self, g: ad.Tensor) -> ad.Tensor:
        """Return s = U g + c."""
        return ad.affine(g, self.weights, self.bias)

    def of_tags(self, scores: FloatArray) -> FloatArray:
        """Return a score for each tag, (n, tags), from the scores (n, outputs)."""
        return scores

    @abstractmethod
    def loss(self, graph: JudgedGraph) -> ad.Tensor:
        """Add the loss J to a graph; return its node."""

    def values(self, encoded: Encoded, tokens: IntArray | slice) -> Mapping[str, Array]:
        """Return what the loss needs to know of some tokens, integers by name."""
        return {}

    def sampling(self, targets: IntArray) -> Sampling:
        """Return which tokens an epoch visits; ``targets`` (tokens,) are the tags by number."""
        return Sampling()

    def decode(self, scores: FloatArray, lengths: IntArray, transitions: FloatArray) -> IntArray:
        """Return the best legal tags, (tokens,): arguments as :func:`best_legal` has them."""
        return best_legal(scores, lengths, transitions)

    def calibrate(  # noqa: B027 (most heads have nothing to do here)
        self, scores_of: Callable[[IntArray], FloatArray], targets: IntArray
    ) -> None:
        """Bring the parameters to where the model can be judged, after an epoch.

        ``scores_of`` returns the scores of tags (n, tags) of training tokens (n,).
        """

    # What an explanation asks.

    @property
    @abstractmethod
    def meaning(self) -> str:
        """What the scores of a token stand for, in a sentence."""

    def reads(self, tokens: int, position: int) -> Sequence[int]:
        """Return which tokens of a sentence the loss of one depends on by the head alone."""
        return [position]

    def default_tag(self, predicted: int) -> int:
        """Return the tag that the loss is for where nobody says: the predicted one."""
        return predicted

    def judges(self, tag: int) -> bool:
        """Tell whether there is a loss for this tag."""
        return True

    def sequence(self, asked: Asked, transitions: FloatArray) -> Sequence[int]:
        """Return the tags of the sentence that the loss is for; raises ValueError without any."""
        sequence = list(asked.predicted)
        sequence[asked.position] = asked.tag
        return sequence

    def probabilities(
        self, scores: FloatArray, position: int, transitions: FloatArray
    ) -> FloatArray | None:
        """Return p of each tag of a token, None where the head has none.

        ``scores`` (tokens, tags) are those of what the graph runs on.
        """
        own = scores[position]
        weights = np.exp(own - own.max())
        p: FloatArray = weights / weights.sum()
        return p

    def explained_values(self, windows: IntArray, unknown: Sequence[int]) -> Mapping[str, Array]:
        """Return what stands for what a batch draws, with nothing left to chance.

        ``unknown`` is the row of each table that stands for what training did not show.
        """
        return {}

    def sequence_probability(self, loss: float, tokens: int) -> float | None:
        """Return the probability of all tags of a sentence from their loss.

        None where the loss is that of one token.
        """
        return None

    def loss_notes(self, loss: float, corrupted: float | None, sequence: str) -> list[str]:
        """Return what is to be said of the loss beside its formula.

        Parameters
        ----------
        loss
            J.
        corrupted
            The score of the corrupted window, None where there is none.
        sequence
            The tags of the sentence that the loss is for.
        """
        return []


HeadT = TypeVar("HeadT", bound=Head)


def register(section: type[config.HeadSettings]) -> Callable[[type[HeadT]], type[HeadT]]:
    """Enter a class of head for a section of the config."""

    def enter(head: type[HeadT]) -> type[HeadT]:
        HEADS[section] = head
        return head

    return enter


def head_of(section: config.HeadSettings) -> Head:
    """Return the head of a section, without parameters as yet."""
    return section.registered_in(HEADS)(section)
