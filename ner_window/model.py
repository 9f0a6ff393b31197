"""The model: from the tokens of sentences to their tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ner_window.decoding import argmax, viterbi
from ner_window.features import FeatureTable
from ner_window.network import ScoringGraph, WindowNetwork
from ner_window.tags import Scheme, convert, legal_transitions
from ner_window.vectors import WordVectors
from ner_window.vocabulary import Coverage, Vocabulary
from ner_window.windows import TokenStream, lay_out

Array = NDArray[Any]

WINDOWS_PER_RUN = 4096  # bounds the memory of scoring; larger runs gain no speed


@dataclass(frozen=True)
class Encoded:
    """Sentences as windows of integers, and the pretrained vectors that they need beyond the table.

    ``beyond`` (k, d) holds the vectors of words that training did not show, scaled; the stream's
    word ids from the size of the trainable table on are rows of it.
    """

    stream: TokenStream
    beyond: Array
    coverage: Coverage


@dataclass
class Model:
    """A window network together with what turns text into its inputs and its scores into tags.

    ``tags`` are the tags of ``scheme``, in the order of the scores; ``output_scheme`` is the one
    that the training file was written in, and that predictions are given in. ``factor`` is what
    pretrained vectors are multiplied by when they are read (``embeddings.scale``). ``columns`` are
    those of token and tag in the training file, the natural guess for others.
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
    columns: tuple[int, int]

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

    def encode(self, sentences: Sequence[Sequence[str]]) -> Encoded:
        """Look up the tokens of sentences."""
        tokens = list(chain.from_iterable(sentences))
        lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
        words = self.vocabulary.encode(tokens)
        values = [words.ids, *(feature.encode(tokens) for feature in self.features)]
        return Encoded(
            stream=lay_out(values, lengths, reach=self.window // 2),
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
        stream, words = self._with_own_table(encoded)
        scores = np.empty((len(stream), len(self.tags)), words.dtype)
        for start in range(0, len(stream), WINDOWS_PER_RUN):
            chunk = slice(start, start + WINDOWS_PER_RUN)
            scores[chunk] = self.scoring.scores(words, stream.windows(chunk))
        return scores

    def _with_own_table(self, encoded: Encoded) -> tuple[TokenStream, Array]:
        """Return the stream and a word table that holds its own words only.

        So a short text costs no copy of the whole trainable table.
        """
        table = self.network.tables[0].data
        rows, ids = np.unique(encoded.stream.rows[0], return_inverse=True)
        is_beyond = rows >= len(table)
        words = np.concatenate(
            (table[rows[~is_beyond]], encoded.beyond[rows[is_beyond] - len(table)])
        )
        return encoded.stream.with_words(ids), words

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

    def tag(
        self, sentences: Sequence[Sequence[str]], scheme: Scheme | None = None
    ) -> list[list[str]]:
        """Return the tags of each sentence, in ``scheme``, by default the output scheme."""
        target = scheme or self.output_scheme
        return [convert(tags, target) for tags in self.predict(self.encode(sentences))]
