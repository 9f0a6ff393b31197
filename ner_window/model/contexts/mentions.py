"""m: the mean h of the other mentions of the same word in the document.

Who belongs together is in :mod:`ner_window.encoding.documents`. On arrays only the capitalized
tokens, which are few, are kept, and of each what it adds to the z of the others: A_m h.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

import autodiff as ad
from ner_window.arrays import Array, BoolArray, FloatArray, IntArray
from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.documents import spelled_alike
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.units import Unit
from ner_window.model.contexts.context import ContextPart, Tally


class MentionMean(ContextPart):
    """The mean over the other members of a token's mention group, 0 where there are none."""

    symbol = "m"
    unit = Unit.DOCUMENTS
    has_tally = True

    def on_graph(self, h: ad.Tensor, source: Callable[[str], ad.Tensor]) -> ad.Tensor:
        return ad.group_mean(h, source("groups"), others_only=True)

    def values(self, encoded: Encoded, tokens: IntArray | slice) -> Mapping[str, Array]:
        return {"groups": encoded.groups[tokens]}

    def tally(self, sentences: Tokens, weights: FloatArray) -> MentionTally:
        return MentionTally(sentences, weights)

    def reads(self, encoded: Encoded, token: int) -> Sequence[int]:
        groups = encoded.groups
        same = np.flatnonzero((groups == groups[token]) & (groups >= 0)).tolist()
        return [other for other in same if other != token]

    def is_read(self, encoded: Encoded, tokens: IntArray, others: IntArray) -> BoolArray:
        groups = encoded.groups[others]
        return np.isin(groups, encoded.groups[tokens]) & (groups >= 0)

    def described(self, h: str, others: Sequence[int]) -> str:
        places = ", ".join(map(str, others)) or "none"
        return f"the mean {h} of the other mentions in the sentence (tokens: {places})"


class MentionTally(Tally):
    """The capitalized tokens of documents, and what each adds to the z of the others."""

    def __init__(self, sentences: Tokens, weights: FloatArray) -> None:
        self.sentences, self.weights = sentences, weights
        self._tokens: list[IntArray] = []
        self._parts: list[FloatArray] = []

    def add(self, block: slice, h: FloatArray, is_mention: BoolArray) -> None:
        members = np.flatnonzero(is_mention)
        self._tokens.append(members + block.start)
        self._parts.append(h[members] @ self.weights)

    def share(self, z: FloatArray) -> None:
        if not self._tokens:
            return
        tokens, sentences = np.concatenate(self._tokens), self.sentences
        names = StringsBuilder()
        names.extend(spelled_alike(sentences.strings[token]) for token in tokens.tolist())
        name = names.finished().codes
        document = sentences.document_of[sentences.sentence_of[tokens]]
        groups = document * (len(name) + 1) + name
        z[tokens] += mean_of_others(np.concatenate(self._parts), groups)


def mean_of_others(rows: FloatArray, groups: IntArray) -> FloatArray:
    """Return for each row (n, k) the mean of the other rows of its group, 0 where it is alone."""
    order = np.argsort(groups, kind="stable")
    sizes = np.diff(np.flatnonzero(np.diff(groups[order], prepend=-1, append=-1)))
    sums = np.add.reduceat(rows[order], np.cumsum(sizes) - sizes, axis=0)
    means = np.empty_like(rows)
    means[order] = np.repeat(sums, sizes, axis=0)
    means -= rows
    others = np.empty(len(rows), rows.dtype)
    others[order] = np.repeat(np.maximum(sizes - 1, 1), sizes)
    means /= others[:, np.newaxis]
    return means
