"""The graph of one explained token, in steps small enough to look at, and both walks over it.

It is the graph that training runs, with two differences: z and h are nodes of their own, and the
loss is that of one token where the head judges tokens one by one. A node bears the name that it has
on paper:

    x[words], x[capitalization], ...   what a window looks up in each table;  x  all of it
    z, h; z2, h2; ...                  the layers
    m, v                               mean h of the other mentions, and of the sentence
    g                                  [h; m; v], of them what the context has: what the next layer
                                       sees, or the scores
    s, s_t                             the scores; the row of them that is judged
    J                                  the loss

Nodes of the corrupted window of the margin head end in ``_c``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import autodiff as ad
from autodiff.node import Node
from autodiff.operation import Gradient
from autodiff.operations import Affine, Index, PRelu
from autodiff.operations.nonlinearity import Nonlinearity
from ner_window.model.network import Batch, Trunk, WindowNetwork

Array = NDArray[Any]

BLOCKED: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "tanh": ("saturated (|h| >= 0.99)", lambda z, h: np.abs(h) >= 0.99),
    "hard_tanh": ("saturated (|h| = 1)", lambda z, h: np.abs(h) >= 1),
    "sigmoid": ("saturated (|2 h - 1| >= 0.99)", lambda z, h: np.abs(2 * h - 1) >= 0.99),
    "relu": ("zero", lambda z, h: h == 0),
    "leaky_relu": ("on the small slope (z <= 0)", lambda z, h: z <= 0),
    "prelu": ("on the learned slope (z <= 0)", lambda z, h: z <= 0),
}
"""Which units of each nonlinearity pass little gradient, or none."""


class Local(NamedTuple):
    """A local gradient: its formula, and its norm, or that of the array which it multiplies by.

    The norm is None where the map only copies, cuts or averages.
    """

    formula: str
    norm: float | None


@dataclass(frozen=True)
class Visit:
    """What backward did at a node: the gradient that arrived, and what it sent to its inputs.

    ``downstream`` has an entry for each input, None for those that need no gradient.
    """

    node: Node
    upstream: Array
    downstream: tuple[Gradient | None, ...]


class _Judged(Index):
    """The scores of the token in focus."""

    derivatives = ("I: the row of the token",)


class StepByStep:
    """The graph from the windows of a batch to the loss J of one of them.

    ``network`` is a copy that this graph may write into; ``focus`` is the row of the batch that is
    judged, by the tag that the batch has there. The sentence head judges all rows.
    """

    def __init__(self, network: WindowNetwork, batch: Batch, focus: int) -> None:
        self.network = network
        self.focus = focus
        self.trunk = _trunk(network, batch.windows, batch, "")
        self.corrupted = None
        if batch.corrupted is not None:
            self.corrupted = _trunk(network, batch.corrupted, batch, "_c")
        self.output = self._loss(batch)
        self.output.name = "J"
        self.graph = ad.Graph(self.output)

    @property
    def loss(self) -> float:
        return self.output.item()

    @property
    def scores(self) -> Array:
        """The scores of all rows, (n, outputs)."""
        return self.trunk.scores.data

    def _loss(self, batch: Batch) -> ad.Tensor:
        scores = self.trunk.scores
        tag = ad.Tensor(batch.tags[self.focus : self.focus + 1], "tag")
        match self.network.head:
            case "softmax":
                is_alone = len(scores) == 1
                return ad.softmax_cross_entropy(scores if is_alone else self._judged(scores), tag)
            case "sentence":
                assert self.network.transitions is not None
                tags, lengths = ad.Tensor(batch.tags, "tags"), ad.Tensor(batch.lengths, "lengths")
                return ad.sentence_log_likelihood(scores, self.network.transitions, tags, lengths)
            case "binary":
                return ad.binary_cross_entropy(self._judged(scores, 0), tag)
            case "margin":
                assert self.corrupted is not None
                corrupted = self._judged(self.corrupted.scores, 0)
                return ad.margin_loss(self._judged(scores, 0), corrupted)

    def _judged(self, scores: ad.Tensor, output: int | None = None) -> ad.Tensor:
        """Return the scores of the row in focus: all of them, (1, outputs), or one, (1,)."""
        row = slice(self.focus, self.focus + 1)
        judged = ad.apply(_Judged(row if output is None else (row, output)), scores)
        judged.name = str(scores.name).replace("s", "s_t", 1)
        return judged

    def backward(self) -> tuple[list[Visit], dict[Node, Gradient]]:
        """Run backward; return what it did at each node, J first, and the gradient of every node.

        The gradients of sources are the engine's own sums; nothing is left in ``.grad``.
        """
        gradients: dict[Node, Gradient] = {self.output: np.ones_like(self.output.data)}
        visits: list[Visit] = []

        def keep(node: Node, downstream: tuple[Gradient | None, ...]) -> None:
            kept = tuple(_copied(part) for part in downstream)
            upstream = gradients[node]
            assert isinstance(upstream, np.ndarray)  # rows arrive at tables only
            visits.append(Visit(node, upstream, kept))
            for x, part in zip(node.inputs, kept, strict=True):
                if part is not None:
                    gradients[x] = gradients[x] + part if x in gradients else part

        sums = self.graph.gradients(observe=keep)
        gradients |= {node: _copied(gradient) for node, gradient in sums.items()}
        return visits, gradients

    def descend(
        self, gradients: dict[Node, Gradient], learning_rate: float, movable_words: int
    ) -> None:
        """Take one step of plain gradient descent and run forward again.

        Every parameter moves by -learning_rate times its gradient, of the word table the first
        ``movable_words`` rows.
        """
        for node in self.graph.sources:
            if not isinstance(node, ad.Parameter):
                continue
            gradient = gradients[node]
            if isinstance(gradient, ad.RowSparse):
                rows = gradient.coalesce()
                limit = movable_words if node is self.network.tables[0] else len(node)
                moves = rows.indices < limit
                node.data[rows.indices[moves]] -= learning_rate * rows.values[moves]
            else:
                node.data[...] -= learning_rate * gradient
            node.mark_updated()
        self.graph.forward()


def _trunk(network: WindowNetwork, windows: Array, batch: Batch, suffix: str) -> Trunk:
    """Return a trunk that has been run on these windows of a batch, its nodes named."""
    trunk = Trunk(network, windows.shape[2], is_fused=False)
    ad.Graph(trunk.scores).forward(trunk.feed(windows, batch.groups, batch.sentences))
    trunk.scores.name = f"s{suffix}"
    for number, h in enumerate(trunk.hidden, start=1):
        layer = "" if number == 1 else str(number)
        h.name, h.inputs[0].name = f"h{layer}{suffix}", f"z{layer}{suffix}"
    x = trunk.hidden[0].inputs[0].inputs[0]
    parts = x.inputs if len(network.tables) > 1 else (x,)
    for table, ids, part in zip(network.tables, trunk.windows, parts, strict=True):
        ids.name, part.name = f"ids{suffix}[{table.name}]", f"x{suffix}[{table.name}]"
    x.name = f"x{suffix}"
    context = [(trunk.joined, "g"), (trunk.mention_mean, "m"), (trunk.sentence_mean, "v")]
    for node, name in context:
        if node is not None:
            node.name = name
    trunk.groups.name, trunk.sentences.name = "groups", "sentences"
    return trunk


def _copied(gradient: Any) -> Any:
    """Return a gradient that outlives the next run; rows are arrays of their own already."""
    return gradient.copy() if isinstance(gradient, np.ndarray) else gradient


def formula(node: Node) -> str:
    """Return how a node is computed, as on paper."""
    assert node.operation is not None
    return node.operation.formula(*_names(node))


def local_gradients(visit: Visit) -> list[Local]:
    """Return the local gradient of a node for each of its inputs."""
    assert visit.node.operation is not None
    formulas = visit.node.operation.local_gradients(*_names(visit.node))
    return [Local(*pair) for pair in zip(formulas, _norms(visit), strict=True)]


def _names(node: Node) -> list[str]:
    return [str(named.name) for named in (node, *node.inputs)]


def _norms(visit: Visit) -> list[float | None]:
    """Return the norms of local gradients.

    That of J is its downstream gradient, as the upstream gradient of J is 1; that of h = f(z) is
    f'(z), which the operation hands back for an upstream gradient of ones.
    """
    node, parts = visit.node, visit.downstream
    match node.operation:
        case Affine():
            x, weights, _ = node.inputs
            return [norm(weights.data), norm(x.data), None]
        case Nonlinearity() | PRelu():
            parts = node.operation.downstream(np.ones_like(node.data))
        case _ if node.name != "J":
            return [None for _ in node.inputs]
    return [None if part is None else norm(part) for part in parts]


def norm(array: Any) -> float:
    """Return the Euclidean norm of an array, or of a gradient of rows."""
    return array.norm() if isinstance(array, ad.RowSparse) else float(np.linalg.norm(array))
