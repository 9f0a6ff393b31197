"""The model: from the tokens of sentences to their tags."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ner_window.conll import Layout
from ner_window.decoding import argmax, viterbi
from ner_window.features import FeatureTable
from ner_window.network import ScoringGraph, WindowNetwork
from ner_window.tags import Scheme, convert, legal_transitions
from ner_window.text import Column, Text
from ner_window.vectors import WordVectors
from ner_window.vocabulary import PADDING, Coverage, Vocabulary
from ner_window.windows import TokenStream, lay_out

Array = NDArray[Any]

WINDOWS_PER_RUN = 4096  # bounds the memory of scoring; larger runs gain no speed


@dataclass(frozen=True)
class Encoded:
    """Sentences as windows of integers, and the pretrained vectors that they need beyond the table.

    ``words`` is the column of their word ids. ``beyond`` (k, d) holds the vectors of words that
    training did not show, scaled; word ids from the size of the trainable table on are rows of it.
    """

    stream: TokenStream
    words: Column[Array]
    beyond: Array
    coverage: Coverage


@dataclass
class Model:
    """A window network together with what turns text into its inputs and its scores into tags.

    ``tags`` are the tags of ``scheme``, in the order of the scores; ``output_scheme`` is the one
    that the training file was written in, and that predictions are given in. ``factor`` is what
    pretrained vectors are multiplied by when they are read (``embeddings.scale``). ``layout`` is
    that of the training file, the natural guess for others.
    """

    network: WindowNetwork
    vocabulary: Vocabulary
    features: list[FeatureTable]
    window: int
    tags: list[str]
    scheme: Scheme
    output_scheme: Scheme
    decode: Literal["viterbi", "argmax"]
    factor: float
    layout: Layout

    @property
    def vectors(self) -> WordVectors | None:
        return self.vocabulary.vectors

    @cached_property
    def scoring(self) -> ScoringGraph:
        return ScoringGraph(self.network, self.window)

    @cached_property
    def transitions(self) -> Array:
        """0 for a pair of tags that may follow each other, minus infinity for the others."""
        legal = legal_transitions(self.tags, self.scheme)
        return np.where(legal, 0, -np.inf).astype(np.float32)

    def encode(self, text: Text) -> Encoded:
        """Look up the tokens of sentences."""
        words = self.vocabulary.encode(text.tokens)
        columns = [words.ids, *(feature.encode(text) for feature in self.features)]
        return Encoded(
            stream=lay_out(columns, text.lengths, reach=self.window // 2),
            words=words.ids,
            beyond=self._read_vectors(words.beyond),
            coverage=words.coverage,
        )

    def _read_vectors(self, rows: Array) -> Array:
        table = self.network.tables[0]
        if self.vectors is None:
            return np.zeros((0, table.shape[1]), table.dtype)
        return (self.vectors.rows(rows) * self.factor).astype(table.dtype)

    def scores(self, encoded: Encoded) -> Array:
        """Return the scores of every token, (tokens, tags)."""
        stream = encoded.stream
        words, row_of = self._own_table(encoded)
        scores = np.empty((len(stream), len(self.tags)), words.dtype)
        for start in range(0, len(stream), WINDOWS_PER_RUN):
            chunk = slice(start, start + WINDOWS_PER_RUN)
            windows = stream.windows(chunk)
            windows[0] = row_of[windows[0]]
            scores[chunk] = self.scoring.scores(words, windows)
        return scores

    def _own_table(self, encoded: Encoded) -> tuple[Array, Array]:
        """Return a word table with the words of a text only, and the row in it of each word id.

        So a short text costs no copy of the whole trainable table.
        """
        table = self.network.tables[0].data
        ids = np.unique(np.append(encoded.words.values, PADDING))
        row_of = np.zeros(len(table) + len(encoded.beyond), np.int32)
        row_of[ids] = np.arange(len(ids))
        is_beyond = ids >= len(table)
        beyond = encoded.beyond[ids[is_beyond] - len(table)]
        return np.concatenate((table[ids[~is_beyond]], beyond)), row_of

    def predict(self, encoded: Encoded) -> list[list[str]]:
        """Return the tags of each sentence, in the scheme trained on."""
        scores, lengths = self.scores(encoded), encoded.stream.lengths
        if self.decode == "viterbi":
            best = viterbi(scores, lengths, self.transitions)
        else:
            best = argmax(scores)
        names = list(map(self.tags.__getitem__, best.tolist()))
        ends = np.cumsum(lengths).tolist()
        return [
            names[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)
        ]

    def tag(self, text: Text, scheme: Scheme | None = None) -> list[list[str]]:
        """Return the tags of each sentence, in ``scheme``, by default the output scheme."""
        target = scheme or self.output_scheme
        return [convert(tags, target) for tags in self.predict(self.encode(text))]
