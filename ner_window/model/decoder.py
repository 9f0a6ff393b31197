"""From scores to tags, and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Literal

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import SpanReader, Spans
from ner_window.corpora.tags import Scheme, legal_transitions
from ner_window.model.confidence import EntityProbabilities
from ner_window.model.decoding import argmax
from ner_window.model.heads import Head
from ner_window.model.prediction import Prediction
from ner_window.model.scorer import mean_of

Search = Literal["viterbi", "argmax"]


class Decoder:
    """Finds the tags for scores.

    The transitions of several heads are the means of theirs, so that the score of a sequence of
    tags, too, is the mean of its scores.

    Parameters
    ----------
    heads
        That of each network, of one kind.
    tags
        In the order of the scores.
    scheme
        That of the tags.
    search
        For the best legal sequence, or for the best tag of each token.
    temperature
        What scores and transitions are divided by before they are taken for the logarithms of
        probabilities. No tag depends on it.
    """

    def __init__(
        self,
        heads: Sequence[Head],
        tags: list[str],
        scheme: Scheme,
        search: Search,
        temperature: float = 1.0,
    ) -> None:
        self.heads = list(heads)
        self.tags, self.scheme, self.search = tags, scheme, search
        self.temperature = temperature

    @property
    def head(self) -> Head:
        """The first of the heads, which are of one kind."""
        return self.heads[0]

    @property
    def transitions(self) -> FloatArray:
        """What is added to a score for a pair of tags: minus infinity where the pair is illegal.

        A head may have learned the others; else they are 0.
        """
        return self.transitions_of(self.heads)

    def transitions_of(self, heads: Sequence[Head]) -> FloatArray:
        """Return the same for other heads of the kind."""
        learned = [head.transitions.data for head in heads if head.transitions is not None]
        return mean_of(iter(learned)) if learned else self._legal_transitions

    @cached_property
    def _legal_transitions(self) -> FloatArray:
        legal = legal_transitions(self.tags, self.scheme)
        return np.where(legal, 0, -np.inf).astype(np.float32)

    @cached_property
    def _reader(self) -> SpanReader:
        return SpanReader(self.tags)

    @cached_property
    def _entities(self) -> EntityProbabilities:
        return EntityProbabilities(self.tags)

    def at(self, temperature: float) -> Decoder:
        """Return a decoder that is the same but for its temperature."""
        other = copy(self)
        other.temperature = temperature
        return other

    def decode(self, scores: FloatArray, lengths: IntArray) -> Strings:
        """Return the tag of each token for scores (tokens, tags) and lengths (sentences,)."""
        if self.search == "argmax":
            best = argmax(scores)
        else:
            best = self.head.decode(scores, lengths, self.transitions)
        return Strings(self.tags, best.astype(np.int32))

    def predict(
        self, scores: FloatArray, lengths: IntArray, with_confidences: bool = True
    ) -> Prediction:
        """Return what is found for scores (tokens, tags) and lengths (sentences,)."""
        tags = self.decode(scores, lengths)
        spans = self._reader.read(tags, np.cumsum(lengths))
        if not with_confidences:
            return Prediction(tags, spans)
        return Prediction(tags, spans, self.confidences(scores, spans, lengths))

    def confidences(self, scores: FloatArray, spans: Spans, lengths: IntArray) -> FloatArray | None:
        """Return the probability of each span, (spans,), None where the head has none.

        See :mod:`ner_window.model.confidence` for what that is.

        Parameters
        ----------
        scores
            Of all tags, (tokens, tags).
        spans
            Whose probabilities are asked for.
        lengths
            Of the sentences, (sentences,).
        """
        if not self.head.has_probabilities:
            return None
        scaled, transitions = scores / self.temperature, self._scaled_transitions()
        return self._entities.of_spans(scaled, spans, lengths, transitions)

    def confidences_in_none(
        self, scores: FloatArray, spans: Spans, lengths: IntArray
    ) -> FloatArray | None:
        """Return the probability that no token of a span is in an entity, (spans,).

        Parameters as :meth:`confidences` has them.
        """
        if not self.head.has_probabilities:
            return None
        scaled, transitions = scores / self.temperature, self._scaled_transitions()
        return self._entities.of_none(scaled, spans, lengths, transitions)

    def _scaled_transitions(self) -> FloatArray | None:
        """Return the transitions of the sequences that the search chooses among; None: of all."""
        if self.search == "argmax":
            return None
        scaled = self.transitions / self.temperature
        return scaled if scaled.any() else None
