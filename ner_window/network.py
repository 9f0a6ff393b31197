"""The window network: lookup -> W x + b -> f -> U h + c, as a computation graph.

Shapes, for a batch of n windows of w tokens: x (n, w (d + d_features)), h = f(z) (n, hidden),
scores (n, tags). The graphs are built once and run for every batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

import autodiff as ad
from autodiff.initializers import xavier_uniform, zeros

Array = NDArray[Any]
Nonlinearity = Literal["tanh", "sigmoid", "hard_tanh", "relu"]


@dataclass
class Dropout:
    """A dropout rate and the source node that the masks are fed to."""

    rate: float
    mask: ad.Tensor


@dataclass
class WindowNetwork:
    """The parameters of the window network.

    ``tables`` are the embedding matrices, words first; a table that is not trained is a Tensor.
    ``weights`` W (hidden, inputs), ``bias`` b (hidden,), ``output_weights`` U (tags, hidden),
    ``output_bias`` c (tags,).
    """

    tables: list[ad.Tensor]
    weights: ad.Parameter
    bias: ad.Parameter
    output_weights: ad.Parameter
    output_bias: ad.Parameter
    nonlinearity: Nonlinearity

    @classmethod
    def initialized(
        cls,
        tables: Sequence[ad.Tensor],
        window: int,
        hidden: int,
        tag_count: int,
        nonlinearity: Nonlinearity,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float32,
    ) -> WindowNetwork:
        """Return a network with Xavier weights and zero biases."""
        inputs = window * sum(table.shape[1] for table in tables)
        return cls(
            tables=list(tables),
            weights=ad.Parameter(xavier_uniform(rng, (hidden, inputs), dtype), "W"),
            bias=ad.Parameter(zeros((hidden,), dtype), "b"),
            output_weights=ad.Parameter(xavier_uniform(rng, (tag_count, hidden), dtype), "U"),
            output_bias=ad.Parameter(zeros((tag_count,), dtype), "c"),
            nonlinearity=nonlinearity,
        )

    @property
    def dense_parameters(self) -> list[ad.Parameter]:
        return [self.weights, self.bias, self.output_weights, self.output_bias]

    @property
    def trained_tables(self) -> list[ad.Parameter]:
        return [table for table in self.tables if isinstance(table, ad.Parameter)]

    def named_arrays(self) -> dict[str, Array]:
        """Return all arrays of the network by name: what a model folder stores."""
        named = [*self.tables, *self.dense_parameters]
        return {str(node.name): node.data for node in named}

    def scores(
        self,
        tables: Sequence[ad.Tensor],
        windows: Sequence[ad.Tensor],
        dropouts: Sequence[Dropout | None] = (None, None),
    ) -> ad.Tensor:
        """Build the graph from window ids, one source (n, w) for each table, to scores (n, tags).

        ``dropouts`` are those of x and of h; None leaves the step out.
        """
        parts = [ad.lookup_window(t, ids) for t, ids in zip(tables, windows, strict=True)]
        x = parts[0] if len(parts) == 1 else ad.concatenate(parts, axis=1)
        h = ad.layer(_dropped(x, dropouts[0]), self.weights, self.bias, self.nonlinearity)
        return ad.affine(_dropped(h, dropouts[1]), self.output_weights, self.output_bias)


def _dropped(x: ad.Tensor, dropout: Dropout | None) -> ad.Tensor:
    return ad.dropout(x, dropout.mask) if dropout else x


class TrainingGraph:
    """The graph from a batch of windows and tags to the loss.

    J = softmax cross-entropy + (l2 / 2) (||W||^2 + ||U||^2). Dropout masks are sources: they are
    drawn from ``rng`` for every batch, and the graph itself has no chance in it.
    """

    def __init__(
        self,
        network: WindowNetwork,
        window: int,
        l2: float,
        input_dropout: float,
        hidden_dropout: float,
        rng: np.random.Generator,
    ) -> None:
        self.network = network
        self.rng = rng
        self.windows = [ad.Tensor(np.zeros((1, window), np.int64)) for _ in network.tables]
        self.tags = ad.Tensor(np.zeros(1, np.int64))
        hidden, inputs = network.weights.shape
        self.dropouts = [
            self._dropout(input_dropout, inputs),
            self._dropout(hidden_dropout, hidden),
        ]
        scores = network.scores(network.tables, self.windows, self.dropouts)
        loss = ad.softmax_cross_entropy(scores, self.tags)
        if l2:
            penalty = ad.squared_norm(network.weights) + ad.squared_norm(network.output_weights)
            loss = loss + (l2 / 2) * penalty
        self.graph = ad.Graph(loss)

    def _dropout(self, rate: float, width: int) -> Dropout | None:
        if rate == 0:
            return None
        return Dropout(rate, ad.Tensor(np.ones((1, width), self.network.weights.dtype)))

    def loss(self, windows: Array, tags: Array) -> float:
        """Run forward on windows (tables, n, w) and tags (n,)."""
        feed: dict[ad.Tensor, Array] = dict(zip(self.windows, windows, strict=True))
        feed[self.tags] = tags
        for dropout in self.dropouts:
            if dropout is not None:
                shape, dtype = (len(tags), dropout.mask.shape[1]), dropout.mask.dtype
                feed[dropout.mask] = ad.dropout_mask(self.rng, shape, dropout.rate, dtype)
        return float(self.graph.forward(feed))

    def backward(self) -> None:
        """Leave the gradient of the last loss in ``.grad`` of every parameter."""
        self.graph.backward()


@dataclass
class ScoringGraph:
    """The graph from windows to scores, without dropout, over any word table.

    The word table is a source, so that it can hold words that training never showed.
    """

    network: WindowNetwork
    window: int
    graph: ad.Graph = field(init=False)

    def __post_init__(self) -> None:
        self.words = ad.Tensor(self.network.tables[0].data)
        self.windows = [
            ad.Tensor(np.zeros((1, self.window), np.int64)) for _ in self.network.tables
        ]
        tables = [self.words, *self.network.tables[1:]]
        self.graph = ad.Graph(self.network.scores(tables, self.windows))

    def scores(self, words: Array, windows: Array) -> Array:
        """Return scores (n, tags) for windows (tables, n, w) over the word table ``words``.

        The array holds until the next call.
        """
        feed = {self.words: words, **dict(zip(self.windows, windows, strict=True))}
        result: Array = self.graph.forward(feed)
        return result
