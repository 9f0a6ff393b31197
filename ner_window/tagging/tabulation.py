"""The scores of a model from tables: no product over windows is left.

z = b + sum over j of P_j[token at window position j]: rows that are gathered and added. Features
that look at more than the token, such as gazetteers, have tables of their own, with a row for each
value. The layers above are those of :mod:`ner_window.model.network`. Only the context is computed
in another order. What follows it is an affine map of g = [h; m; v], the next layer's or that of the
scores: A g + b = A_h h + A_m m + A_v v + b. Since means are linear maps, too, A_m mean(h) is the
mean of the A_m h of the other mentions, in fewer numbers, and A_v v is the same for a whole
sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from autodiff.operations.nonlinearity import NONLINEARITIES
from ner_window.corpora.text import ColumnBuilder, Text
from ner_window.encoding.vocabulary import PADDING
from ner_window.model.model import Model
from ner_window.model.network import (
    Hidden,
    Nonlinearity,
    WindowNetwork,
    sees_mentions,
    sees_sentence,
)
from ner_window.tagging.positions import Positions
from ner_window.tagging.sentences import Sentences
from ner_window.tagging.token_table import TokenTable

Array = NDArray[Any]

TOKENS_PER_LOOKUP = 8192
TOKENS_PER_BLOCK = 256  # so that z and h stay in the cache


@dataclass(frozen=True)
class Gathered:
    """Rows of ``tables`` (w, rows, H) at each position of the windows of n tokens: (w, n)."""

    tables: Array
    windows: Array


class Tabulation:
    """A model whose first layer is tabulated, within ``most_bytes``.

    Several threads may use it: they take turns, some thousands of tokens each.
    """

    def __init__(self, model: Model, most_bytes: int) -> None:
        network = model.network
        self.model, self.lock = model, Lock()
        tables = [table.data for table in network.tables]
        weights = _weights_by_table(network, model.window)
        features = list(enumerate(model.features, start=1))
        self._own = [0, *(number for number, table in features if table.feature.is_of_token)]
        self._around = [
            (table, tables[number] @ weights[number])
            for number, table in features
            if not table.feature.is_of_token
        ]
        self.tokens = TokenTable(
            np.concatenate([weights[number] for number in self._own], axis=1),
            network.hidden[0].bias.data,
            self._vectors_of,
            np.concatenate([tables[number][PADDING] for number in self._own]),
            most_bytes,
            least_rows=model.window,
        )
        self._at_once = min(TOKENS_PER_LOOKUP, self.tokens.capacity - model.window + 1)
        below = network.context_after or len(network.hidden)
        self._below, self._above = network.hidden[:below], network.hidden[below:]
        maps = [(layer.weights.data, layer.bias.data) for layer in self._above]
        maps.append((network.output_weights.data, network.output_bias.data))
        joining, self._bias = maps[0]
        self._maps_above = maps[1:]
        units = len(self._below[-1].bias.data)
        own, *means = np.split(joining.T, range(units, joining.shape[1], units))
        self._of_own = np.ascontiguousarray(own)
        self._of_mentions = means.pop(0) if sees_mentions(network.context) else None
        self._of_sentence = means.pop(0) if sees_sentence(network.context) else None

    def _vectors_of(self, tokens: list[str]) -> Array:
        """Return the vectors of distinct tokens, word and features side by side, (n, d)."""
        model, text = self.model, Text.of([tokens])
        parts = [model.word_vectors(tokens)]
        for number in self._own[1:]:
            rows = model.features[number - 1].encode(text)
            parts.append(model.network.tables[number].data[rows.values[rows.numbers]])
        return np.concatenate(parts, axis=1)

    def scores(self, sentences: Sentences) -> Array:
        """Return the scores of every token, (tokens, tags).

        Raises InputError where a feature needs a column that the sentences lack.
        """
        count = len(sentences.tokens)
        positions = Positions.of(sentences, self.model.window // 2)
        streams = self._streams_around(sentences, positions)
        layers = Layers(self.model.network, self._below, min(count, TOKENS_PER_BLOCK))
        z = np.empty((count, self._of_own.shape[1]), self._of_own.dtype)
        mentions, sums = Mentions(), SentenceSums(sentences, len(self._of_own), z.dtype)
        for piece in _pieces(slice(0, count), self._at_once):
            around = [Gathered(rows, positions.windows(piece, stream)) for rows, stream in streams]
            with self.lock:
                windows = positions.token_windows(piece, sentences.tokens, self.tokens)
                for block in _pieces(piece, TOKENS_PER_BLOCK):
                    part = slice(block.start - piece.start, block.stop - piece.start)
                    h = layers.hidden([Gathered(self.tokens.tables, windows), *around], part)
                    np.matmul(h, self._of_own, out=z[block])
                    if self._of_mentions is not None:
                        center = windows[positions.reach, part]
                        members = np.flatnonzero(self.tokens.is_capitalized[center])
                        mentions.add(members + block.start, h[members] @ self._of_mentions)
                    if self._of_sentence is not None:
                        sums.add(block, h)
        z += self._bias
        mentions.share(z, sentences)
        if self._of_sentence is not None:
            z += (sums.means() @ self._of_sentence)[sentences.sentence_of]
        return self.model.of_tags(self._scores_above(z))

    def _scores_above(self, z: Array) -> Array:
        """Return the scores from the z (n, units) of the first layer that sees the context.

        Where no layer does, these are the scores.
        """
        if not self._above:
            return z
        scores = np.empty((len(z), len(self.model.network.output_bias.data)), z.dtype)
        for block in _pieces(slice(0, len(z)), TOKENS_PER_BLOCK):
            above = z[block]
            for layer, (weights, bias) in zip(self._above, self._maps_above, strict=True):
                above = activated(above, layer, self.model.network.nonlinearity) @ weights.T
                above += bias
            scores[block] = above
        return scores

    def _streams_around(
        self, sentences: Sentences, positions: Positions
    ) -> list[tuple[Array, Array]]:
        """Return the tables and the rows of the features that look at more than the token."""
        if not self._around:
            return []
        text = sentences.as_text()
        columns = [(tables, feature.encode(text)) for feature, tables in self._around]
        return [
            (tables, positions.stream(column.values[column.numbers])) for tables, column in columns
        ]


def _weights_by_table(network: WindowNetwork, window: int) -> list[Array]:
    """Return the part of W that each lookup table meets: W_j^T of all positions j, (w, d, H)."""
    widths = [window * table.shape[1] for table in network.tables]
    parts = np.split(network.hidden[0].weights.data, np.cumsum(widths)[:-1], axis=1)
    return [part.reshape(len(part), window, -1).transpose(1, 2, 0) for part in parts]


def _pieces(whole: slice, size: int) -> Iterator[slice]:
    for start in range(whole.start, whole.stop, size):
        yield slice(start, min(start + size, whole.stop))


class Layers:
    """The first ``layers`` of a network, for up to ``most`` tokens at a time."""

    def __init__(self, network: WindowNetwork, layers: Sequence[Hidden], most: int) -> None:
        first = layers[0].bias.data
        self.layers, self.nonlinearity = layers, network.nonlinearity
        self._z, self._addend = np.empty((2, most, len(first)), first.dtype)
        self._zeros = np.zeros_like(self._z)

    def hidden(self, gathered: Sequence[Gathered], tokens: slice) -> Array:
        """Return h of the last of the layers, (n, units), of n of the tokens.

        The array holds until the next call.
        """
        first, *others = self.layers
        h = self._first(self._sums(gathered, tokens), first)
        for layer in others:
            z = h @ layer.weights.data.T + layer.bias.data
            h = activated(z, layer, self.nonlinearity)
        return h

    def _first(self, z: Array, layer: Hidden) -> Array:
        if self.nonlinearity == "relu":
            return np.maximum(z, self._zeros[: len(z)], out=z)  # 4 times as fast as with a number
        return activated(z, layer, self.nonlinearity)

    def _sums(self, gathered: Sequence[Gathered], tokens: slice) -> Array:
        """Return z (n, H): the rows of all window positions, summed."""
        count = tokens.stop - tokens.start
        z, addend = self._z[:count], self._addend[:count]
        out = z
        for source in gathered:
            for table, rows in zip(source.tables, source.windows, strict=True):
                table.take(rows[tokens], axis=0, out=out, mode="clip")
                if out is addend:
                    z += addend
                out = addend
        return z


def activated(z: Array, layer: Hidden, nonlinearity: Nonlinearity) -> Array:
    """Return h = f(z), in the memory of z."""
    if layer.slope is not None:
        return np.multiply(z, layer.slope.data, out=z, where=z < 0)
    h: Array = NONLINEARITIES[nonlinearity].value(z, out=z)
    return h


@dataclass
class Mentions:
    """The capitalized tokens of documents, and what each adds to the z of the others.

    ``tokens`` (m,) and their ``parts`` A_m h (m, units) come in block by block.
    """

    tokens: list[Array] = field(default_factory=list)
    parts: list[Array] = field(default_factory=list)

    def add(self, tokens: Array, parts: Array) -> None:
        """Add the mentions of a block."""
        self.tokens.append(tokens)
        self.parts.append(parts)

    def share(self, z: Array, sentences: Sentences) -> None:
        """Add to the z of each mention the mean part of the others of its group.

        The groups are those of :func:`ner_window.encoding.documents.mention_groups`.
        """
        if not self.tokens:
            return
        tokens = np.concatenate(self.tokens)
        names = ColumnBuilder()
        names.extend(sentences.tokens[token].lower() for token in tokens.tolist())
        name = names.finished().numbers
        document = sentences.documents[sentences.sentence_of[tokens]]
        groups = document * (len(name) + 1) + name
        z[tokens] += mean_of_others(np.concatenate(self.parts), groups)


class SentenceSums:
    """The sums of the h of each sentence, which come in block by block."""

    def __init__(self, sentences: Sentences, units: int, dtype: DTypeLike) -> None:
        self.sentences = sentences
        self._sums = np.zeros((len(sentences), units), dtype)

    def add(self, block: slice, h: Array) -> None:
        """Add the h (n, units) of a block of tokens."""
        numbers = self.sentences.sentence_of[block]
        starts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
        self._sums[numbers[starts]] += np.add.reduceat(h, starts, axis=0)

    def means(self) -> Array:
        """Return the mean of each sentence, (sentences, units); 0 of one without tokens."""
        lengths = np.maximum(self.sentences.lengths, 1)[:, np.newaxis]
        means: Array = self._sums / lengths.astype(self._sums.dtype)
        return means


def mean_of_others(rows: Array, groups: Array) -> Array:
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
