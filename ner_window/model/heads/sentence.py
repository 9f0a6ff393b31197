"""The tags of a whole sentence, with learned transitions T: J = -log p(tags of the sentence).

A sequence of tags has the sum of its scores and transitions; p is its share of all sequences,
weighed by e^sum. Source: Collobert et al. 2011, section 3.3.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

import autodiff as ad
from ner_window import config
from ner_window.arrays import Array, BoolArray, FloatArray, IntArray
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.units import Unit
from ner_window.model.decoding import viterbi
from ner_window.model.heads.head import Asked, Head, JudgedGraph, register
from ner_window.model.parameters import ParameterSource
from ner_window.model.tag_sequences import TagSequences


@register(config.SentenceHeadSettings)
class SentenceHead(Head):
    """Judges the tags of a sentence together.

    ``transitions`` T (tags + 1, tags + 1): row ``tags`` is the start of a sentence, column ``tags``
    its end. They start at zero where they are legal, and are minus infinity for good elsewhere: no
    gradient reaches them.
    """

    unit = Unit.SENTENCES
    transitions: ad.Parameter

    def initialize(self, source: ParameterSource, width: int, legal: BoolArray) -> None:
        super().initialize(source, width, legal)
        self.transitions = source.starting_at("T", np.where(legal, 0, -np.inf))

    @property
    def parameters(self) -> list[ad.Parameter]:
        """What is trained of the head, the transitions included."""
        return [*super().parameters, self.transitions]

    def loss(self, graph: JudgedGraph) -> ad.Tensor:
        tags, lengths = graph.source("tags"), graph.source("lengths")
        return ad.sentence_log_likelihood(graph.scores, self.transitions, tags, lengths)

    def values(self, encoded: Encoded, tokens: IntArray | slice) -> Mapping[str, Array]:
        return {"lengths": _run_lengths(encoded.stream.sentences(tokens))}

    def decode(self, scores: FloatArray, lengths: IntArray, transitions: FloatArray) -> IntArray:
        return viterbi(scores, lengths, transitions)

    @property
    def meaning(self) -> str:
        return (
            "p = the share of all tag sequences of the sentence, each weighed by e^(its scores and "
            "transitions), that have the tag here."
        )

    def reads(self, tokens: int, position: int) -> Sequence[int]:
        return range(tokens)

    def sequence(self, asked: Asked, transitions: FloatArray) -> Sequence[int]:
        """Return the best sequence that has the tag at the token."""
        scores = asked.scores.copy()
        scores[asked.position, np.arange(scores.shape[1]) != asked.tag] = -np.inf
        best: list[int] = viterbi(scores, np.array([len(scores)]), transitions).tolist()
        if best[asked.position] != asked.tag:
            raise ValueError("no sequence has the tag there")
        return best

    def probabilities(
        self, scores: FloatArray, position: int, transitions: FloatArray
    ) -> FloatArray:
        sequences = TagSequences.of(scores, np.array([len(scores)]), transitions)
        return sequences.marginals(position)

    def sequence_probability(self, loss: float, tokens: int) -> float:
        return math.exp(-loss * tokens)

    def loss_notes(self, loss: float, corrupted: float | None, sequence: str) -> list[str]:
        return [f"The tags of the sentence are the best that have it there: {sequence}"]


def _run_lengths(sentences: IntArray) -> IntArray:
    """Return how many tokens in a row have the same sentence number, (sentences,)."""
    starts = np.flatnonzero(np.append(True, sentences[1:] != sentences[:-1]))
    lengths: IntArray = np.diff(np.append(starts, len(sentences)))
    return lengths
