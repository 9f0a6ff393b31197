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

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

import autodiff as ad
from autodiff.node import Node
from autodiff.operations import Affine, Index, PRelu
from autodiff.operations.nonlinearity import Nonlinearity
from autodiff.row_sparse import Gradient
from ner_window.arrays import FloatArray
from ner_window.model.graphs import Batch, LossGraph
from ner_window.model.network import WindowNetwork


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
    upstream: FloatArray
    downstream: tuple[Gradient | None, ...]


class _Judged(Index):
    """The scores of the token in focus."""

    derivatives = ("I: the row of the token",)


class StepByStep(LossGraph):
    """The graph from the windows of a batch to the loss J of one of them.

    ``network`` is a copy that this graph may write into; ``focus`` is the row of the batch that is
    judged, by the tag that the batch has there, where the head judges tokens one by one.
    """

    def __init__(self, network: WindowNetwork, batch: Batch, focus: int) -> None:
        self.focus = focus
        rows = slice(focus, focus + 1)
        super().__init__(network, rows=rows, is_fused=False, example=batch)

    @property
    def J(self) -> float:  # noqa: N802 (its name on paper)
        """The loss."""
        return self.loss_node.item()

    def judged(self, scores: ad.Tensor, output: int | None = None) -> ad.Tensor:
        """Return the scores of the row in focus: all of them, (1, outputs), or one, (1,)."""
        if output is None and len(scores) == 1:
            return scores
        judged = ad.apply(_Judged(self.rows if output is None else (self.rows, output)), scores)
        judged.name = str(scores.name).replace("s", "s_t", 1)
        return judged

    def walk_back(self) -> tuple[list[Visit], dict[Node, Gradient]]:
        """Run backward; return what it did at each node, J first, and the gradient of every node.

        The gradients of sources are the engine's own sums; nothing is left in ``.grad``.
        """
        gradients: dict[Node, Gradient] = {self.loss_node: np.ones_like(self.loss_node.data)}
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
                node.add_rows(rows.indices[moves], -(learning_rate * rows.values[moves]))
            else:
                node.data -= learning_rate * gradient
        self.graph.forward()


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
    return [named.label for named in (node, *node.inputs)]


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
