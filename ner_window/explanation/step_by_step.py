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
from ner_window.model.network import Batch, Trunk, WindowNetwork

Array = NDArray[Any]

SLOPES = {
    "tanh": "1 - {h}^2",
    "sigmoid": "{h} (1 - {h})",
    "hard_tanh": "[-1 < {z} < 1]",
    "relu": "[{z} > 0]",
    "leaky_relu": "1 or 0.01 ({z} <= 0)",
    "prelu": "1 or {a} ({z} <= 0)",
}
"""f'(z) of each nonlinearity h = f(z), as on paper."""

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
        judged = scores[row] if output is None else scores[row, output]
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
    """Return how z, h, s or J is computed, as on paper."""
    assert node.operation is not None
    names = [str(x.name) for x in node.inputs]
    match node.operation.name:
        case "affine":
            return f"{node.name} = {names[1]} {names[0]} + {names[2]}"
        case "softmax_cross_entropy":
            return f"J = -log softmax({names[0]})[tag]"
        case "binary_cross_entropy":
            return f"J = -log p(tag), p = sigma({names[0]})"
        case "margin_loss":
            return f"J = max(0, 1 - {names[0]} + {names[1]})"
        case "sentence_log_likelihood":
            return "J = -log p(tags of the sentence) / tokens"
        case nonlinearity:
            return f"{node.name} = {nonlinearity}({names[0]})"


def local_gradients(visit: Visit) -> list[Local]:
    """Return the local gradient of a node for each of its inputs.

    That of J is its downstream gradient, as the upstream gradient of J is 1; that of h = f(z) is
    f'(z), which the operation hands back for an upstream gradient of ones.
    """
    node, names = visit.node, [str(x.name) for x in visit.node.inputs]
    assert node.operation is not None
    match node.operation.name:
        case "affine":
            x, weights, bias = names
            return [
                Local(f"d{node.name}/d{x} = {weights}", norm(node.inputs[1].data)),
                Local(f"d{node.name}/d{weights} = {x}^T", norm(node.inputs[0].data)),
                Local(f"d{node.name}/d{bias} = I", None),
            ]
        case "softmax_cross_entropy":
            return _of_loss(visit, [f"dJ/d{names[0]} = p - onehot(tag)", ""])
        case "binary_cross_entropy":
            return _of_loss(visit, [f"dJ/d{names[0]} = p - y", ""])
        case "margin_loss":
            return _of_loss(visit, [f"dJ/d{names[0]} = -[J > 0]", f"dJ/d{names[1]} = [J > 0]"])
        case "sentence_log_likelihood":
            formulas = ["dJ/ds = (p - onehot)/tokens", "(expected - seen) / tokens"]
            return _of_loss(visit, [*formulas, "", ""])
        case "lookup_window":
            return [Local("I: equal rows summed", None), Local("", None)]
        case "concatenate":
            return [Local("I: its own part", None) for _ in names]
        case "group_mean":
            counted = "others" if node.name == "m" else "tokens"
            return [Local(f"1 / number of {counted}", None), Local("", None)]
        case "index":
            return [Local("I: the row of the token", None)]
        case nonlinearity:
            return _of_nonlinearity(node, nonlinearity, names)


def _of_loss(visit: Visit, formulas: list[str]) -> list[Local]:
    parts = zip(formulas, visit.downstream, strict=True)
    return [Local(text, None if part is None else norm(part)) for text, part in parts]


def _of_nonlinearity(node: Node, nonlinearity: str, names: list[str]) -> list[Local]:
    assert node.operation is not None
    ones: Array = np.ones_like(node.data)
    slopes = [norm(part) for part in node.operation.downstream(ones) if part is not None]
    written = SLOPES[nonlinearity].format(h=node.name, z=names[0], a=names[-1])
    formulas = [f"f'({names[0]}) = {written}", f"d{node.name}/d{names[-1]} = min(0, {names[0]})"]
    return [Local(text, slope) for text, slope in zip(formulas, slopes, strict=False)]


def norm(array: Any) -> float:
    """Return the Euclidean norm of an array, or of a gradient of rows."""
    return array.norm() if isinstance(array, ad.RowSparse) else float(np.linalg.norm(array))
