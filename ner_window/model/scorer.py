"""From encoded sentences to scores, by the graph: of one network, or the mean of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Protocol

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.vocabulary import PADDING
from ner_window.model.graphs import ScoringGraph
from ner_window.model.network import WindowNetwork

WINDOWS_PER_RUN = 4096  # bounds the memory of scoring; larger runs gain no speed


class Scorer(Protocol):
    """Gives the scores of tokens."""

    def scores(self, encoded: Encoded) -> FloatArray:
        """Return the scores of every token, (tokens, tags)."""

    def scores_at(self, encoded: Encoded, tokens: IntArray) -> FloatArray:
        """Return the scores (n, tags) of some tokens (n,), chosen one by one."""


class NetworkScorer(Scorer):
    """The scores of one network, some ``windows_per_run`` at a time."""

    def __init__(self, network: WindowNetwork, windows_per_run: int = WINDOWS_PER_RUN) -> None:
        self.network = network
        self.windows_per_run = windows_per_run

    @cached_property
    def graph(self) -> ScoringGraph:
        """The graph without a loss, built when it is first asked for."""
        return ScoringGraph(self.network)

    def scores(self, encoded: Encoded) -> FloatArray:
        return self.network.head.of_tags(self._outputs(encoded))

    def _outputs(self, encoded: Encoded) -> FloatArray:
        words, row_of = self._own_table(encoded)
        outputs = np.empty((len(encoded.stream), len(self.network.head.bias)), words.dtype)
        for chunk in self._chunks(encoded):
            outputs[chunk] = self._run(encoded, words, row_of, chunk)
        return outputs

    def scores_at(self, encoded: Encoded, tokens: IntArray) -> FloatArray:
        outputs = self._run(encoded, *self._own_table(encoded), tokens)
        return self.network.head.of_tags(outputs)

    def hidden_at(self, encoded: Encoded, tokens: IntArray) -> list[FloatArray]:
        """Return the h (n, units) of each layer for some tokens (n,), chosen one by one."""
        self.scores_at(encoded, tokens)
        return [h.data.copy() for h in self.graph.trunk.hidden]

    def _run(
        self, encoded: Encoded, words: FloatArray, row_of: IntArray, tokens: IntArray | slice
    ) -> FloatArray:
        windows = encoded.stream.windows(tokens)
        windows[0] = row_of[windows[0]]
        values = self.network.context.values(encoded, tokens)
        return self.graph.scores(words, windows, values)

    def _chunks(self, encoded: Encoded) -> Iterator[slice]:
        """Yield some thousands of tokens at a time, in whole sentences or documents if need be."""
        ends: Iterable[int] = range(self.windows_per_run, len(encoded.stream), self.windows_per_run)
        whole = encoded.ends_of(self.network.context.unit)
        if whole is not None:
            ends = whole.tolist()
        start = 0
        for end in ends:
            if end - start >= self.windows_per_run:
                yield slice(start, end)
                start = end
        if start < len(encoded.stream):
            yield slice(start, len(encoded.stream))

    def _own_table(self, encoded: Encoded) -> tuple[FloatArray, IntArray]:
        """Return a word table with the words of a text only, and the row in it of each word id.

        So a short text costs no copy of the whole trainable table.
        """
        table = self.network.tables[0].data
        ids = np.unique(np.append(encoded.words.categories, PADDING))
        unseen = encoded.unseen.vectors(table)
        row_of = np.zeros(len(table) + len(unseen), np.int32)
        row_of[ids] = np.arange(len(ids))
        is_out_of_table = ids >= len(table)
        vectors = unseen[ids[is_out_of_table] - len(table)]
        return np.concatenate((table[ids[~is_out_of_table]], vectors)), row_of


class MeanScorer(Scorer):
    """The mean of the scores of several: of an ensemble."""

    def __init__(self, scorers: list[NetworkScorer]) -> None:
        self.scorers = scorers

    def scores(self, encoded: Encoded) -> FloatArray:
        return mean_of(scorer.scores(encoded) for scorer in self.scorers)

    def scores_at(self, encoded: Encoded, tokens: IntArray) -> FloatArray:
        return mean_of(scorer.scores_at(encoded, tokens) for scorer in self.scorers)


def mean_of(arrays: Iterator[FloatArray]) -> FloatArray:
    """Return the mean of arrays of one shape, of which no two need to be there at a time."""
    total, count = next(arrays), 1
    for array in arrays:
        if count == 1:
            total = total.copy()
        total += array
        count += 1
    total /= count
    return total
