"""The window network: lookup -> W x + b -> f -> U h + c, as a computation graph.

Shapes, for a batch of n windows of w tokens: x (n, w (d + d_features)), h = f(z) (n, hidden),
scores (n, outputs). The graphs are built once and run for every batch.

The *trunk* leads to h. The h of one of its layers may be joined by means of others, its *context*:
with document context by m, the mean h of the other mentions of the same word in the document, with
sentence context by v, that of all tokens of the sentence. Then g = [h; m; v] is what the next layer
sees, or U after the last one. The *head* is what is scored and how it is judged:

    softmax    a score for each tag; J = -log p(tag), p = softmax(U h + c)
    sentence   the same scores and transitions T; J = -log p(tags of the sentence)
    binary     s = u^T h + c of one type; J = logistic loss of sigma(s)
    margin     s = u^T h + c of one type; J = max(0, 1 - s + s_c) against a corrupted window
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

import autodiff as ad
from autodiff import initializers

Array = NDArray[Any]
Nonlinearity = Literal["tanh", "sigmoid", "hard_tanh", "relu", "leaky_relu", "prelu"]
Initializer = Literal[
    "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "uniform", "normal"
]
Head = Literal["softmax", "sentence", "binary", "margin"]
Context = Literal["window", "sentence", "document", "both"]

SMALL = 0.1  # the bound, or the standard deviation, of the initializers uniform and normal
SLOPE = 0.25  # that prelu starts with. Source: He et al. 2015, section 2.1


def sees_mentions(context: Context) -> bool:
    """Tell whether h is joined by m, the mean of the other mentions."""
    return context in ("document", "both")


def sees_sentence(context: Context) -> bool:
    """Tell whether h is joined by v, the mean of the sentence."""
    return context in ("sentence", "both")


def initial_weights(
    name: Initializer, rng: np.random.Generator, shape: tuple[int, int], dtype: DTypeLike
) -> Array:
    """Return weights (n_out, n_in) drawn by an initializer."""
    match name:
        case "uniform":
            return initializers.uniform(rng, shape, SMALL, dtype)
        case "normal":
            return initializers.normal(rng, shape, SMALL, dtype)
        case _:
            initialize = getattr(initializers, name)
            weights: Array = initialize(rng, shape, dtype)
            return weights


@dataclass(frozen=True)
class Hidden:
    """A hidden layer h = f(W x + b): W (units, inputs), b (units,); prelu's slope a (units,)."""

    weights: ad.Parameter
    bias: ad.Parameter
    slope: ad.Parameter | None

    @property
    def parameters(self) -> list[ad.Parameter]:
        return [self.weights, self.bias, *([self.slope] if self.slope else [])]

    def __call__(
        self, x: ad.Tensor, nonlinearity: Nonlinearity, is_fused: bool = True
    ) -> ad.Tensor:
        """Return h; unless ``is_fused``, z is a node of its own, as it always is with prelu."""
        if is_fused and self.slope is None:
            return ad.layer(x, self.weights, self.bias, nonlinearity)
        z = ad.affine(x, self.weights, self.bias)
        if self.slope is not None:
            return ad.prelu(z, self.slope)
        h: ad.Tensor = getattr(ad, nonlinearity)(z)
        return h


@dataclass
class WindowNetwork:
    """The parameters of the window network.

    ``tables`` are the embedding matrices, words first; a table that is not trained is a Tensor.
    ``hidden`` are the layers of the trunk. The ``context`` joins the h of number ``context_after``,
    from 1, so that what follows it sees two or three times its units; that is None with the context
    ``window``. ``output_weights`` U (outputs, units), ``output_bias`` c (outputs,). ``transitions``
    T (tags + 1, tags + 1), of the sentence head only: row ``tags`` is the start of a sentence,
    column ``tags`` its end.
    """

    tables: list[ad.Tensor]
    hidden: list[Hidden]
    output_weights: ad.Parameter
    output_bias: ad.Parameter
    transitions: ad.Parameter | None
    nonlinearity: Nonlinearity
    head: Head
    context: Context
    context_after: int | None

    @property
    def dense_parameters(self) -> list[ad.Parameter]:
        hidden = [parameter for layer in self.hidden for parameter in layer.parameters]
        transitions = [] if self.transitions is None else [self.transitions]
        return [*hidden, self.output_weights, self.output_bias, *transitions]

    @property
    def weight_matrices(self) -> list[ad.Parameter]:
        """W of every layer, and U: what penalties count."""
        return [*(layer.weights for layer in self.hidden), self.output_weights]

    @property
    def trained_tables(self) -> list[ad.Parameter]:
        return [table for table in self.tables if isinstance(table, ad.Parameter)]

    def named_arrays(self) -> dict[str, Array]:
        """Return all arrays of the network by name: what a model folder stores."""
        named = [*self.tables, *self.dense_parameters]
        return {str(node.name): node.data for node in named}

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Take over the arrays of a network like this one, by name."""
        for name, array in self.named_arrays().items():
            array[...] = arrays[name]


def input_widths(
    width: int, hidden: Sequence[int], context: Context, context_after: int | None
) -> list[int]:
    """Return how many numbers each layer of these units sees, and at last how many U sees.

    ``width`` is that of x.
    """
    joined = 1 + sees_mentions(context) + sees_sentence(context)
    layers = enumerate(hidden, start=1)
    return [
        width,
        *(units * (joined if number == context_after else 1) for number, units in layers),
    ]


def initialized(
    tables: Sequence[ad.Tensor],
    window: int,
    hidden: Sequence[int],
    outputs: int,
    rng: np.random.Generator,
    nonlinearity: Nonlinearity = "tanh",
    initializer: Initializer = "xavier_uniform",
    head: Head = "softmax",
    context: Context = "window",
    context_after: int | None = None,
    legal: Array | None = None,
    dtype: DTypeLike = np.float32,
) -> WindowNetwork:
    """Return a network with drawn weights and zero biases.

    The transitions of the sentence head start at zero where ``legal`` (outputs + 1, outputs + 1)
    allows them, and are minus infinity for good elsewhere: no gradient reaches them.
    """
    window_width = window * sum(table.shape[1] for table in tables)
    *widths, output_width = input_widths(window_width, hidden, context, context_after)
    layers = []
    for number, (units, width) in enumerate(zip(hidden, widths, strict=True), start=1):
        suffix = "" if number == 1 else str(number)
        weights = initial_weights(initializer, rng, (units, width), dtype)
        slope = ad.Parameter(np.full(units, SLOPE, dtype), f"a{suffix}")
        layers.append(
            Hidden(
                ad.Parameter(weights, f"W{suffix}"),
                ad.Parameter(initializers.zeros((units,), dtype), f"b{suffix}"),
                slope if nonlinearity == "prelu" else None,
            )
        )
    output_weights = initial_weights(initializer, rng, (outputs, output_width), dtype)
    transitions = None
    if head == "sentence" and legal is not None:
        transitions = ad.Parameter(np.where(legal, 0, -np.inf).astype(dtype), "T")
    return WindowNetwork(
        tables=list(tables),
        hidden=layers,
        output_weights=ad.Parameter(output_weights, "U"),
        output_bias=ad.Parameter(initializers.zeros((outputs,), dtype), "c"),
        transitions=transitions,
        nonlinearity=nonlinearity,
        head=head,
        context=context,
        context_after=context_after,
    )


@dataclass(frozen=True)
class Batch:
    """What one step sees, for n tokens.

    ``windows`` (tables, n, w); ``tags`` (n,), for the heads of one type 1 where a token is of the
    type and 0 elsewhere; ``lengths`` (m,) of the sentences; ``groups`` (n,), the mention groups,
    and ``sentences`` (n,), the numbers of the sentences, for the contexts that look at them;
    ``corrupted`` (tables, n, w), the windows that the margin head compares with.
    """

    windows: Array
    tags: Array
    lengths: Array | None = None
    groups: Array | None = None
    sentences: Array | None = None
    corrupted: Array | None = None


@dataclass
class Dropout:
    """A dropout rate and the source node that the masks are fed to."""

    rate: float
    mask: ad.Tensor


class Trunk:
    """The graph from windows to h, and to scores, with the sources that a batch is fed to.

    ``hidden`` are the h of the layers; ``joined`` is g, ``mention_mean`` m and ``sentence_mean`` v,
    None where the context does not have them.

    ``tables`` are those of the network, or others in their place. ``rates`` are the dropout rates
    of x and of the h of each layer, none of them for no dropout; zero leaves the step out.
    ``is_fused`` makes each layer one node, which is faster; else z and h are two.
    """

    def __init__(
        self,
        network: WindowNetwork,
        window: int,
        tables: Sequence[ad.Tensor] | None = None,
        rates: Sequence[float] = (),
        is_fused: bool = True,
    ) -> None:
        self.network = network
        self.windows = [ad.Tensor(np.zeros((1, window), np.int64)) for _ in network.tables]
        self.groups, self.sentences = (ad.Tensor(np.zeros(1, np.int64)) for _ in range(2))
        self.dropouts: list[Dropout] = []
        pairs = zip(tables or network.tables, self.windows, strict=True)
        parts = [ad.lookup_window(table, ids) for table, ids in pairs]
        x = parts[0] if len(parts) == 1 else ad.concatenate(parts, axis=1)
        self.hidden: list[ad.Tensor] = []
        self.joined: ad.Tensor | None = None
        self.mention_mean: ad.Tensor | None = None
        self.sentence_mean: ad.Tensor | None = None
        rate_of_x, *rates_of_h = rates or [0.0] * (1 + len(network.hidden))
        h = self._dropped(x, rate_of_x)
        layers = zip(network.hidden, rates_of_h, strict=True)
        for number, (layer, rate) in enumerate(layers, start=1):
            self.hidden.append(layer(h, network.nonlinearity, is_fused))
            h = self._dropped(self.hidden[-1], rate)
            if number == network.context_after:
                h = self.joined = self._with_context(h)
        self.scores = ad.affine(h, network.output_weights, network.output_bias)

    def _with_context(self, h: ad.Tensor) -> ad.Tensor:
        parts = [h]
        if sees_mentions(self.network.context):
            self.mention_mean = ad.group_mean(h, self.groups, others_only=True)
            parts.append(self.mention_mean)
        if sees_sentence(self.network.context):
            self.sentence_mean = ad.group_mean(h, self.sentences)
            parts.append(self.sentence_mean)
        return ad.concatenate(parts, axis=1)

    def _dropped(self, x: ad.Tensor, rate: float) -> ad.Tensor:
        if rate == 0:
            return x
        self.dropouts.append(Dropout(rate, ad.Tensor(np.ones((1, x.shape[1]), x.dtype))))
        return ad.dropout(x, self.dropouts[-1].mask)

    def feed(
        self,
        windows: Array,
        groups: Array | None,
        sentences: Array | None,
        rng: np.random.Generator | None = None,
    ) -> dict[ad.Tensor, Array]:
        """Return what the sources are to hold for a batch, with masks drawn from ``rng``."""
        feed: dict[ad.Tensor, Array] = dict(zip(self.windows, windows, strict=True))
        if self.mention_mean is not None:
            assert groups is not None
            feed[self.groups] = groups
        if self.sentence_mean is not None:
            assert sentences is not None
            feed[self.sentences] = sentences
        for dropout in self.dropouts:
            assert rng is not None
            shape = (windows.shape[1], dropout.mask.shape[1])
            feed[dropout.mask] = ad.dropout_mask(rng, shape, dropout.rate, dropout.mask.dtype)
        return feed


@dataclass(frozen=True)
class Penalty:
    """l1 (|W| + |U|) + (l2 / 2) (||W||^2 + ||U||^2), summed over the layers; biases are free."""

    l1: float = 0.0
    l2: float = 0.0

    def added_to(self, loss: ad.Tensor, matrices: Sequence[ad.Tensor]) -> ad.Tensor:
        """Return the loss with the penalty on these matrices."""
        for matrix in matrices:
            if self.l1:
                loss = loss + self.l1 * ad.sum(ad.abs(matrix))
            if self.l2:
                loss = loss + (self.l2 / 2) * ad.squared_norm(matrix)
        return loss


class TrainingGraph:
    """The graph from a batch to the loss.

    Dropout masks are sources: they are drawn from ``rng`` for every batch, and the graph itself has
    no chance in it. ``tables`` may stand in for those of the network, to freeze some for a while.
    """

    def __init__(
        self,
        network: WindowNetwork,
        window: int,
        rng: np.random.Generator,
        penalty: Penalty = Penalty(),
        rates: Sequence[float] = (),
        tables: Sequence[ad.Tensor] | None = None,
    ) -> None:
        self.network = network
        self.rng = rng
        self.trunk = Trunk(network, window, tables, rates)
        self.corrupted = Trunk(network, window, tables, rates) if network.head == "margin" else None
        self.tags = ad.Tensor(np.zeros(1, np.int64))
        self.lengths = ad.Tensor(np.ones(1, np.int64))
        self.graph = ad.Graph(penalty.added_to(self._loss(), network.weight_matrices))

    def _loss(self) -> ad.Tensor:
        scores = self.trunk.scores
        match self.network.head:
            case "softmax":
                return ad.softmax_cross_entropy(scores, self.tags)
            case "sentence":
                assert self.network.transitions is not None
                transitions = self.network.transitions
                return ad.sentence_log_likelihood(scores, transitions, self.tags, self.lengths)
            case "binary":
                return ad.binary_cross_entropy(scores[:, 0], self.tags)
            case "margin":
                assert self.corrupted is not None
                return ad.margin_loss(scores[:, 0], self.corrupted.scores[:, 0])

    def loss(self, batch: Batch) -> float:
        """Run forward on a batch."""
        feed = self.trunk.feed(batch.windows, batch.groups, batch.sentences, self.rng)
        if self.corrupted is not None:
            assert batch.corrupted is not None
            feed |= self.corrupted.feed(batch.corrupted, None, None, self.rng)
        else:
            feed[self.tags] = batch.tags
        if self.network.head == "sentence":
            assert batch.lengths is not None
            feed[self.lengths] = batch.lengths
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
    trunk: Trunk = field(init=False)
    graph: ad.Graph = field(init=False)

    def __post_init__(self) -> None:
        self.words = ad.Tensor(self.network.tables[0].data)
        tables = [self.words, *self.network.tables[1:]]
        self.trunk = Trunk(self.network, self.window, tables)
        self.graph = ad.Graph(self.trunk.scores)

    def scores(
        self, words: Array, windows: Array, groups: Array | None, sentences: Array | None
    ) -> Array:
        """Return scores (n, outputs) for windows (tables, n, w) over the word table ``words``.

        ``groups`` (n,) are the mention groups and ``sentences`` (n,) the numbers of the sentences,
        for the contexts that look at them. The array holds until the next call.
        """
        feed = self.trunk.feed(windows, groups, sentences)
        feed[self.words] = words
        result: Array = self.graph.forward(feed)
        return result
