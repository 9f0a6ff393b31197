"""The scores of a network from tables: no product over windows is left.

z = b + sum over j of P_j[token at window position j]: rows that are gathered and added. Features
that look at more than the token, such as gazetteers, have tables of their own, with a row for each
value. What follows is computed by the parts of the network, in the form that they have for arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.vocabulary import PADDING
from ner_window.model.contexts.context import Tally
from ner_window.model.hidden import HiddenLayer
from ner_window.model.model import Model
from ner_window.model.network import WindowNetwork
from ner_window.tagging.positions import Positions
from ner_window.tagging.token_table import TokenTable

Map = tuple[FloatArray, FloatArray]
"""The weights (n_out, n_in) and the bias (n_out,) of an affine map."""

TOKENS_PER_LOOKUP = 8192
TOKENS_PER_BLOCK = 256  # so that z and h stay in the cache


@dataclass(frozen=True)
class Gathered:
    """Rows of ``tables`` (w, rows, H) at each position of the windows of n tokens: (w, n)."""

    tables: FloatArray
    windows: IntArray


class TabulatedFirstLayer:
    """What each token, and each value of a feature that looks around, adds to the first z."""

    def __init__(self, model: Model, most_bytes: int) -> None:
        network = model.network
        self.model = model
        tables = [table.data for table in network.tables]
        weights = _weights_by_table(network)
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
            least_rows=network.window,
        )

    def _vectors_of(self, tokens: list[str]) -> FloatArray:
        """Return the vectors of distinct tokens, word and features side by side, (n, d)."""
        model, text = self.model, Tokens.of([tokens])
        parts = [model.word_vectors(tokens)]
        for number in self._own[1:]:
            rows = model.features[number - 1].encode(text)
            parts.append(model.network.tables[number].data[rows.categories[rows.codes]])
        return np.concatenate(parts, axis=1)

    def streams_around(
        self, sentences: Tokens, positions: Positions
    ) -> list[tuple[FloatArray, IntArray]]:
        """Return the tables and the rows of the features that look at more than the token."""
        if not self._around:
            return []
        columns = [(tables, feature.encode(sentences)) for feature, tables in self._around]
        return [
            (tables, positions.stream(column.categories[column.codes]))
            for tables, column in columns
        ]


class TabulatedScorer:
    """The scores of a model of one network whose first layer is tabulated, within ``most_bytes``.

    Several threads may use it: they take turns, some thousands of tokens each.
    """

    def __init__(
        self, model: Model, most_bytes: int, tokens_per_block: int = TOKENS_PER_BLOCK
    ) -> None:
        network = model.network
        self.network, self.lock = network, Lock()
        self.tokens_per_block = tokens_per_block
        self.first = TabulatedFirstLayer(model, most_bytes)
        self.tokens = self.first.tokens
        self._at_once = min(TOKENS_PER_LOOKUP, self.tokens.capacity - network.window + 1)
        joined = network.joined_layer or len(network.hidden)
        self._below, self._above = network.hidden[:joined], network.hidden[joined:]
        maps: list[Map] = [(layer.weights.data, layer.bias.data) for layer in network.hidden]
        maps.append((network.head.weights.data, network.head.bias.data))
        self._maps_below, self._maps_above = maps[:joined], maps[joined + 1 :]
        joining, self._bias = maps[joined]
        self._outputs = len(maps[-1][1])
        units = self._below[-1].units
        own, *self._of_parts = np.split(joining.T, range(units, joining.shape[1], units))
        self._of_own = np.ascontiguousarray(own)

    def scores(self, sentences: Tokens) -> FloatArray:
        """Return the scores of every token, (tokens, tags).

        Raises InputError where a feature needs a column that the sentences lack.
        """
        count = len(sentences.strings)
        positions = Positions.of(sentences, self.network.window // 2)
        streams = self.first.streams_around(sentences, positions)
        layers = Layers(self._below, self._maps_below, min(count, self.tokens_per_block))
        z = np.empty((count, self._of_own.shape[1]), self._of_own.dtype)
        tallies = self._tallies(sentences)
        for piece in _pieces(slice(0, count), self._at_once):
            around = [Gathered(rows, positions.windows(piece, stream)) for rows, stream in streams]
            with self.lock:
                windows = positions.token_windows(piece, sentences.strings, self.tokens)
                gathered = [Gathered(self.tokens.tables, windows), *around]
                for block in _pieces(piece, self.tokens_per_block):
                    part = slice(block.start - piece.start, block.stop - piece.start)
                    h = layers.hidden(gathered, part)
                    np.matmul(h, self._of_own, out=z[block])
                    center = windows[positions.radius, part]
                    for tally in tallies:
                        tally.add(block, h, self.tokens.is_mention[center])
        z += self._bias
        for tally in tallies:
            tally.share(z)
        return self.network.head.of_tags(self._scores_above(z))

    def _tallies(self, sentences: Tokens) -> list[Tally]:
        parts = zip(self.network.context.parts, self._of_parts, strict=True)
        return [part.tally(sentences, weights) for part, weights in parts]

    def _scores_above(self, z: FloatArray) -> FloatArray:
        """Return the scores from the z (n, units) of the first layer that sees the context.

        Where no layer does, these are the scores.
        """
        if not self._above:
            return z
        scores = np.empty((len(z), self._outputs), z.dtype)
        for block in _pieces(slice(0, len(z)), self.tokens_per_block):
            above = z[block]
            for layer, (weights, bias) in zip(self._above, self._maps_above, strict=True):
                above = layer.activated(above) @ weights.T
                above += bias
            scores[block] = above
        return scores


class GraphScorer:
    """The scores of a model by its graph, for a network that has parts which cannot be tabulated.

    Several threads may use it: they take turns.
    """

    def __init__(self, model: Model) -> None:
        self.model, self.lock = model, Lock()

    def scores(self, sentences: Tokens) -> FloatArray:
        """Return the scores of every token, (tokens, tags)."""
        encoded = self.model.encode(sentences)
        with self.lock:
            return self.model.scorer.scores(encoded)


def scorer_of(model: Model, most_bytes: int) -> TabulatedScorer | GraphScorer:
    """Return the fastest scorer of a model of one network, with tables of at most so many bytes."""
    can_be_tabulated = all(part.has_tally for part in model.network.context.parts)
    return TabulatedScorer(model, most_bytes) if can_be_tabulated else GraphScorer(model)


def _weights_by_table(network: WindowNetwork) -> list[FloatArray]:
    """Return the part of W that each lookup table meets: W_j^T of all positions j, (w, d, H)."""
    widths = [network.window * table.shape[1] for table in network.tables]
    parts = np.split(network.hidden[0].weights.data, np.cumsum(widths)[:-1], axis=1)
    return [part.reshape(len(part), network.window, -1).transpose(1, 2, 0) for part in parts]


def _pieces(whole: slice, size: int) -> Iterator[slice]:
    for start in range(whole.start, whole.stop, size):
        yield slice(start, min(start + size, whole.stop))


class Layers:
    """The first ``layers`` of a network and their ``maps``, for up to ``most`` tokens at a time."""

    def __init__(self, layers: Sequence[HiddenLayer], maps: Sequence[Map], most: int) -> None:
        self.layers, self.maps = layers, maps
        _, bias = maps[0]
        self._z, self._addend = np.empty((2, most, len(bias)), bias.dtype)

    def hidden(self, gathered: Sequence[Gathered], tokens: slice) -> FloatArray:
        """Return h of the last of the layers, (n, units), of n of the tokens.

        The array holds until the next call.
        """
        h = self.layers[0].activated(self._sums(gathered, tokens))
        for layer, (weights, bias) in zip(self.layers[1:], self.maps[1:], strict=True):
            h = layer.activated(h @ weights.T + bias)
        return h

    def _sums(self, gathered: Sequence[Gathered], tokens: slice) -> FloatArray:
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
