"""The network as a computation graph: built once, run for every batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

import autodiff as ad
from ner_window.arrays import Array, FloatArray, IntArray
from ner_window.model.hidden import HiddenLayer
from ner_window.model.network import WindowNetwork

ALL = slice(None)
MANY_FEATURES = 3


@dataclass(frozen=True)
class Batch:
    """What one step sees, for n tokens.

    ``windows`` (tables, n, w); ``tags`` (n,) by number, for the heads of one type 1 where a token
    is of the type and 0 elsewhere; ``values`` holds by name what head and context need besides.
    Where a step judges part of a document, windows that only its context reads come after those n.
    """

    windows: IntArray
    tags: IntArray
    values: Mapping[str, Array]

    @property
    def word_rows(self) -> IntArray:
        """The rows of the word table that it reads, in no order, some of them often."""
        corrupted = self.values.get("corrupted")
        words: IntArray = self.windows[0]
        return words if corrupted is None else np.append(words, corrupted[0])

    def judged(self, rows: slice) -> Mapping[str, Array]:
        """Return all values by name, where the tokens of these rows are judged one by one."""
        return {**self.values, "tags": self.tags, "tag": self.tags[rows]}


def one_token(network: WindowNetwork) -> Batch:
    """Return a batch that any graph of a network can be built on: a sentence of one token."""
    zeros = np.zeros((len(network.tables), 1, network.window), np.int64)
    return Batch(zeros, np.zeros(1, np.int64), {"lengths": np.ones(1, np.int64)})


class Sources(dict[str, ad.Tensor]):
    """The source nodes that hold what a batch has, by name; one is made when it is asked for.

    It starts with what ``example`` has, 0 for each token where that does not say.
    """

    def __init__(self, example: Batch) -> None:
        super().__init__()
        self.example = example

    def __missing__(self, name: str) -> ad.Tensor:
        value = self.example.values.get(name)
        self[name] = ad.Tensor(np.zeros_like(self.example.tags) if value is None else value, name)
        return self[name]


@dataclass
class DropoutMask:
    """Dropout of ``width`` numbers a token: its rate, and the source that the masks are fed to.

    ``is_judged`` tells whether only the tokens that are judged have reached it.
    """

    rate: float
    mask: ad.Tensor
    width: int
    dtype: np.dtype[Any]
    is_judged: bool

    def drawn(self, rng: np.random.Generator, tokens: int) -> FloatArray:
        """Return the masks of so many tokens, (tokens, width)."""
        return ad.dropout_mask(rng, (tokens, self.width), self.rate, self.dtype)


class Trunk:
    """The graph from windows to scores, with the sources that a batch is fed to.

    Parameters
    ----------
    network
        Whose parameters it has.
    sources
        What context and loss are told of a batch; shared by the trunks of a graph.
    windows
        Those that the graph is built on, (tables, n, w).
    tables
        Those of the network, or others in their place.
    rates
        Dropout of x and of the h of each layer, none of them for no dropout; zero leaves the step
        out.
    is_fused
        Whether a layer may be one node, which is faster; else z and h are two.
    takes_parts
        Whether a batch has windows that only the context reads; what is ``judged`` goes on.
    suffix
        Tells the names of its nodes from those of another trunk.

    Attributes
    ----------
    nodes
        The nodes by the names that they have on paper: ``x``, its parts ``x[words]`` and so on,
        ``z`` (unless fused), ``h``, ``z2``, ``h2``, ..., the parts of the context, ``g``, ``s``.
        They bear these names themselves, with the suffix.
    """

    def __init__(
        self,
        network: WindowNetwork,
        sources: Sources,
        windows: IntArray,
        tables: Sequence[ad.Tensor] | None = None,
        rates: Sequence[float] = (),
        is_fused: bool = True,
        takes_parts: bool = False,
        suffix: str = "",
    ) -> None:
        self.network, self.sources, self.is_fused = network, sources, is_fused
        self.takes_parts, self.is_judged, self.suffix = takes_parts, False, suffix
        self.windows = [
            ad.Tensor(ids, f"ids{suffix}[{table.name}]")
            for ids, table in zip(windows, network.tables, strict=True)
        ]
        self.dropouts: list[DropoutMask] = []
        self.nodes: dict[str, ad.Tensor] = {}
        rate_of_x, *rates_of_h = rates or [0.0] * (1 + len(network.hidden))
        h = self._dropped("x", self._looked_up(tables or network.tables), rate_of_x)
        layers = zip(network.hidden, rates_of_h, strict=True)
        for number, (layer, rate) in enumerate(layers, start=1):
            h = self._dropped(f"h{layer.suffix}", self._layer(layer, h), rate)
            if number == network.joined_layer:
                h = self._joined(h)
        self.nodes["s"] = network.head.scores(h)
        for symbol, node in self.nodes.items():
            node.name = _with_suffix(symbol, suffix)

    @property
    def scores(self) -> ad.Tensor:
        """The scores, (n, outputs)."""
        return self.nodes["s"]

    @property
    def hidden(self) -> list[ad.Tensor]:
        """The h of each layer, (n, units), dropout left out."""
        return [self.nodes[f"h{layer.suffix}"] for layer in self.network.hidden]

    def _looked_up(self, tables: Sequence[ad.Tensor]) -> ad.Tensor:
        """Return x: what the tokens of each window have in all tables, side by side."""
        pairs = zip(tables, self.windows, strict=True)
        parts = [ad.lookup_window(table, ids) for table, ids in pairs]
        self.nodes |= {f"x[{t.name}]": part for t, part in zip(tables, parts, strict=True)}
        self.nodes["x"] = parts[0] if len(parts) == 1 else ad.concatenate(parts, axis=1)
        return self.nodes["x"]

    def _layer(self, layer: HiddenLayer, x: ad.Tensor) -> ad.Tensor:
        if self.is_fused:
            h = layer.fused(x)
        else:
            z = self.nodes[f"z{layer.suffix}"] = layer.z(x)
            h = layer.h(z)
        self.nodes[f"h{layer.suffix}"] = h
        return h

    def _joined(self, h: ad.Tensor) -> ad.Tensor:
        """Return g = [h; the parts of the context]."""
        for part in self.network.context.parts:
            self.nodes[part.symbol] = part.on_graph(h, self.sources.__getitem__)
        parts = [self.nodes[part.symbol] for part in self.network.context.parts]
        g = ad.concatenate([h, *parts], axis=1)
        if self.takes_parts:
            g.name = _with_suffix("g_all", self.suffix)
            g, self.is_judged = ad.lookup(g, self.sources["judged"]), True
        self.nodes["g"] = g
        return g

    def _dropped(self, symbol: str, x: ad.Tensor, rate: float) -> ad.Tensor:
        if rate == 0:
            return x
        symbol = _with_suffix(symbol, self.suffix)
        mask = ad.Tensor(np.ones((1, x.shape[1]), x.dtype), f"mask[{symbol}]")
        self.dropouts.append(DropoutMask(rate, mask, x.shape[1], x.dtype, self.is_judged))
        dropped = ad.dropout(x, mask)
        dropped.name = f"dropout({symbol})"
        return dropped

    def feed(
        self, windows: IntArray, rng: np.random.Generator | None = None, judged: int = 0
    ) -> dict[ad.Tensor, Array]:
        """Return what its own sources are to hold for windows, with masks drawn from ``rng``.

        ``judged`` is how many of the windows are of tokens that are judged.
        """
        feed: dict[ad.Tensor, Array] = dict(zip(self.windows, windows, strict=True))
        for dropout in self.dropouts:
            assert rng is not None
            tokens = judged if dropout.is_judged else windows.shape[1]
            feed[dropout.mask] = dropout.drawn(rng, tokens)
        return feed


def _with_suffix(symbol: str, suffix: str) -> str:
    """Return the name of a node, such as x or x[words], with a suffix behind its letter."""
    name, bracket, rest = symbol.partition("[")
    return f"{name}{suffix}{bracket}{rest}"


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


class LossGraph:
    """The graph from a batch to the loss.

    Dropout masks are sources: they are drawn from ``rng`` for every batch, and the graph itself has
    no chance in it.

    Parameters
    ----------
    network
        Whose parameters are judged.
    rng
        Draws the masks; None where ``rates`` are zero.
    penalty, rates
        What is added to the loss, and dropout as :class:`Trunk` has it.
    tables
        In place of the network's, to freeze some for a while.
    rows
        The tokens of a batch that are judged, where the head judges them one by one.
    is_fused, takes_parts
        As :class:`Trunk` has them.
    example
        The batch that the graph is built on, by default one of one token.
    """

    def __init__(
        self,
        network: WindowNetwork,
        rng: np.random.Generator | None = None,
        penalty: Penalty = Penalty(),
        rates: Sequence[float] = (),
        tables: Sequence[ad.Tensor] | None = None,
        rows: slice = ALL,
        is_fused: bool = True,
        takes_parts: bool = False,
        example: Batch | None = None,
    ) -> None:
        self.network, self.rng, self.rows = network, rng, rows
        self.tables = list(tables or network.tables)
        self.example = example or one_token(network)
        self.sources = Sources(replace(self.example, values=self.example.judged(rows)))
        self._kind = {
            "tables": tables,
            "rates": rates,
            "is_fused": is_fused,
            "takes_parts": takes_parts,
        }
        self.trunk = self.new_trunk(self.example.windows)
        self.corrupted: Trunk | None = None
        self.loss_node = network.head.loss(self)
        self.loss_node.name = "J"
        self.graph = ad.Graph(penalty.added_to(self.loss_node, network.weight_matrices))

    def new_trunk(self, windows: IntArray, suffix: str = "") -> Trunk:
        """Return a trunk on some windows; ``suffix`` tells its nodes from those of another."""
        return Trunk(
            self.network,
            self.sources,
            windows,
            suffix=suffix,
            **self._kind,  # type: ignore[arg-type]
        )

    @property
    def scores(self) -> ad.Tensor:
        """The scores of the tokens of the batch, (n, outputs)."""
        return self.trunk.scores

    @cached_property
    def corrupted_scores(self) -> ad.Tensor:
        """Those of the corrupted windows, by a trunk of the same parameters."""
        windows = self.example.values.get("corrupted", self.example.windows)
        self.corrupted = self.new_trunk(windows, "_c")
        return self.corrupted.scores

    def judged(self, scores: ad.Tensor, output: int | None = None) -> ad.Tensor:
        """Return the scores of the tokens that are judged one by one: all outputs, or one."""
        if output is None and self.rows == ALL:
            return scores
        judged = scores[self.rows] if output is None else scores[self.rows, output]
        judged.name = str(scores.name).replace("s", "s_t", 1)
        return judged

    def source(self, name: str) -> ad.Tensor:
        """Return the source node of what a batch has by this name."""
        return self.sources[name]

    def loss(self, batch: Batch) -> float:
        """Run forward on a batch."""
        feed = self.trunk.feed(batch.windows, self.rng, len(batch.tags))
        if self.corrupted is not None:
            feed |= self.corrupted.feed(batch.values["corrupted"], self.rng)
        values = batch.judged(self.rows)
        feed |= {source: values[name] for name, source in self.sources.items()}
        return float(self.graph.forward(feed))

    def draw(self) -> str:
        """Return a drawing of the graph as SVG; many tables of features are drawn as one."""
        trunks = [trunk for trunk in (self.trunk, self.corrupted) if trunk]
        features = len(self.network.tables) - 1
        if features < MANY_FEATURES:
            return self.graph.draw()
        folded = {f"{features} feature tables": self.tables[1:]}
        for trunk in trunks:
            parts = [trunk.nodes[f"x[{table.name}]"] for table in self.tables[1:]]
            folded[f"x{trunk.suffix}[{features} features]"] = parts
            folded[f"ids{trunk.suffix}[{features} features]"] = trunk.windows[1:]
        return self.graph.draw(folded=folded)

    def backward(self) -> None:
        """Leave the gradient of the last loss in ``.grad`` of every parameter."""
        self.graph.backward()


class ScoringGraph:
    """The graph from windows to scores, without dropout, over any word table.

    The word table is a source, so that it can hold words that training never showed.
    """

    def __init__(self, network: WindowNetwork) -> None:
        self.words = ad.Tensor(network.tables[0].data, network.tables[0].name)
        tables = [self.words, *network.tables[1:]]
        example = one_token(network)
        self.trunk = Trunk(network, Sources(example), example.windows, tables)
        self.graph = ad.Graph(self.trunk.scores)

    def scores(
        self, words: FloatArray, windows: IntArray, values: Mapping[str, Array]
    ) -> FloatArray:
        """Return scores (n, outputs) for windows (tables, n, w) over the word table ``words``.

        ``values`` are what the context needs of the tokens. The array holds until the next call.
        """
        feed = self.trunk.feed(windows)
        feed[self.words] = words
        feed |= {source: values[name] for name, source in self.trunk.sources.items()}
        result: Array = self.graph.forward(feed)
        return result
