"""v: the mean h of the sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

import autodiff as ad
from ner_window.arrays import Array, BoolArray, FloatArray, IntArray
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.units import Unit
from ner_window.model.contexts.context import ContextPart, Tally


class SentenceMean(ContextPart):
    """The mean over all tokens of the sentence, the token itself included."""

    symbol = "v"
    unit = Unit.SENTENCES
    has_tally = True

    def on_graph(self, h: ad.Tensor, source: Callable[[str], ad.Tensor]) -> ad.Tensor:
        return ad.group_mean(h, source("sentences"))

    def values(self, encoded: Encoded, tokens: IntArray | slice) -> Mapping[str, Array]:
        return {"sentences": encoded.stream.sentences(tokens)}

    def tally(self, sentences: Tokens, weights: FloatArray) -> SentenceTally:
        return SentenceTally(sentences, weights)

    def is_read(self, encoded: Encoded, tokens: IntArray, others: IntArray) -> BoolArray:
        return np.zeros(len(others), bool)

    def described(self, h: str, others: Sequence[int]) -> str:
        return f"the mean {h} of the sentence"


class SentenceTally(Tally):
    """The sums of the h of each sentence."""

    def __init__(self, sentences: Tokens, weights: FloatArray) -> None:
        self.sentences, self.weights = sentences, weights
        self._sums = np.zeros((len(sentences), len(weights)), weights.dtype)

    def add(self, block: slice, h: FloatArray, is_mention: BoolArray) -> None:
        numbers = self.sentences.sentence_of[block]
        starts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
        self._sums[numbers[starts]] += np.add.reduceat(h, starts, axis=0)

    def share(self, z: FloatArray) -> None:
        lengths = np.maximum(self.sentences.lengths, 1)[:, np.newaxis]
        means = self._sums / lengths.astype(self._sums.dtype)
        z += (means @ self.weights)[self.sentences.sentence_of]
