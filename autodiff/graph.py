"""The computation graph: two walks over its nodes.

*Forward* evaluates the nodes in topological order: every node after all of its inputs. *Backward*
visits them once each in the reverse order, so that when a node is reached, the gradients from all
of its successors have been summed. Both walks are loops of the same order of work: one step per
node, one per edge. Source: the lecture on backpropagation on general computation graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autodiff import anomaly
from autodiff.drawing import DrawnEdge, to_dot, to_svg
from autodiff.errors import GraphError, ShapeError
from autodiff.node import Node, clock, topological_order
from autodiff.operation import Gradient, Operation
from autodiff.row_sparse import RowSparse
from autodiff.workspace import Workspace

Array = NDArray[Any]
Observer = Callable[[Node, tuple[Gradient | None, ...]], None]


class Graph:
    """The computation graph that ends in ``output``, built once and run as often as one likes.

    ``nodes`` are all nodes in topological order, ``sources`` those without an operation.
    Operations and gradients keep their memory from run to run, as long as no batch is longer than
    those before. What :meth:`forward` and :meth:`backward` return holds until the next run; copy
    what is to be kept.

    Raises GraphError where the graph has been freed by ``output.backward()``.
    """

    def __init__(self, output: Node) -> None:
        self.output = output
        self.nodes = topological_order(output)
        freed = next((node for node in self.nodes if node.is_freed), None)
        if freed is not None:
            raise GraphError(
                f"the graph behind {freed.label} was freed by an earlier backward(); "
                "compute it anew, or keep a Graph to run it several times"
            )
        self.sources = [node for node in self.nodes if node.operation is None]
        self._position = {node: position for position, node in enumerate(self.nodes)}
        self._interior = [
            (node, node.operation, node.inputs) for node in self.nodes if node.operation
        ]
        self._backward_plan = [
            (self._position[node], node, _backward_of(operation), self._edges_of(node))
            for node, operation, _ in reversed(self._interior)
            if node.needs_gradient
        ]
        self._trained = [
            (self._position[source], source) for source in self.sources if source.needs_gradient
        ]
        self._only_uses = self._uses_of_sources_with_one()
        self._edges = [(x, node) for node, _, inputs in self._interior for x in inputs]
        self._workspace = Workspace()

    def _uses_of_sources_with_one(self) -> dict[Node, tuple[Operation, int]]:
        """Return, for each source that is read once, by which operation and as which input."""
        uses: dict[Node, list[tuple[Operation, int]]] = {source: [] for source in self.sources}
        for _, operation, inputs in self._interior:
            for place, x in enumerate(inputs):
                if x in uses:
                    uses[x].append((operation, place))
        return {source: found[0] for source, found in uses.items() if len(found) == 1}

    def _edges_of(self, node: Node) -> list[tuple[int, int]]:
        """Return the edges along which the gradient of a node flows back.

        For each its place among the inputs, and the position of the node at its other end.
        """
        return [
            (place, self._position[x]) for place, x in enumerate(node.inputs) if x.needs_gradient
        ]

    def forward(self, values: Mapping[Any, Any] | None = None) -> Any:
        """Set the given sources, evaluate every node, return the output.

        ``values`` maps source nodes to arrays; a source that is not named keeps its value. A
        scalar output is returned as a number. Raises GraphError for a node that is no source of
        this graph.
        """
        for source, value in (values or {}).items():
            if source.operation is not None or source not in self._position:
                raise GraphError(f"{source.label} is not a source of this graph")
            source.data = value
        stamp, is_checking = next(clock), anomaly.is_active()
        for node, operation, inputs in self._interior:
            node._data = operation.run(*[x._data for x in inputs])
            node.stamp = stamp
            if is_checking:
                anomaly.check_value(node)
        data = self.output.data
        return data[()] if data.ndim == 0 else data

    def backward(self, upstream: Array | None = None) -> dict[Any, Gradient]:
        """Return the gradient of the output with respect to each source that needs one.

        As :meth:`gradients`, which see; they also overwrite ``.grad`` of the sources, and are kept
        in memory of the sources' own: they hold until the next backward.
        """
        arrived = self._walk_back(upstream, None)
        gradients: dict[Any, Gradient] = {}
        for position, source in self._trained:
            gradient = arrived[position]
            if gradient is source.grad_memory and gradient is not None:
                source.grad = gradients[source] = gradient  # it was written there
            elif gradient is not None:
                gradients[source] = source.keep_gradient(gradient)
                self._save_the_copy(source)
        return gradients

    def _save_the_copy(self, source: Node) -> None:
        """Let the only operation that reads a source write its gradient where it is kept."""
        if source in self._only_uses and source.grad_memory is not None:
            operation, place = self._only_uses[source]
            operation.write_gradient_to(source.grad_memory, place)

    def gradients(
        self, upstream: Array | None = None, observe: Observer | None = None
    ) -> dict[Any, Gradient]:
        """Return the gradients of the sources and leave their ``.grad`` alone.

        ``upstream`` is the gradient that arrives at the output: 1 for a scalar, needed for any
        other shape. A source that the output does not depend on, or that needs no gradient, gets
        none. Raises GraphError where a source was assigned to since forward, ShapeError where
        ``upstream`` has another shape than the output. ``observe`` is called with every node that
        is visited and its downstream gradients. The arrays are those of the operations: for
        reading only, as two sources may have the same one, and until an operation runs again.
        """
        for _, source in self._trained:
            source.release_gradient()
        arrived = self._walk_back(upstream, observe)
        return {
            source: gradient
            for position, source in self._trained
            if (gradient := arrived[position]) is not None
        }

    def _walk_back(self, upstream: Array | None, observe: Observer | None) -> list[Gradient | None]:
        """Visit the nodes in reverse; return the gradient that has arrived at each position."""
        self.check_current()
        is_checking = anomaly.is_active()
        arrived: list[Gradient | None] = [None] * len(self.nodes)
        arrived[-1] = self._seed(upstream)
        for position, node, backward, edges in self._backward_plan:
            gradient = arrived[position]
            if gradient is None:
                continue
            if isinstance(gradient, RowSparse):  # only sources hold gradients as rows
                gradient = gradient.to_dense()
            downstream = backward(gradient)
            if is_checking:
                anomaly.check_gradients(node, downstream)
            if observe is not None:
                observe(node, downstream)
            for place, target in edges:
                part, present = downstream[place], arrived[target]
                if present is None:
                    arrived[target] = part
                elif part is not None:
                    arrived[target] = self._sum(target, present, part)
        return arrived

    def draw(self, form: Literal["svg", "dot"] = "svg") -> str:
        """Return a drawing: a self-contained SVG picture, or text for Graphviz.

        Names, shapes and the values of scalars stand in the nodes. Where the output is a scalar,
        the gradients that flow back stand on the edges, and their sums in the sources (the number
        of a scalar, the norm of an array).
        """
        flow: dict[tuple[Node, int], Gradient] = {}

        def keep(node: Node, downstream: tuple[Gradient | None, ...]) -> None:
            for place, part in enumerate(downstream):
                if part is not None:
                    flow[node, place] = part

        is_scalar = self.output.data.ndim == 0
        sums = self.gradients(observe=keep) if is_scalar and self.output.needs_gradient else {}
        edges = [
            DrawnEdge(self._position[x], self._position[node], flow.get((node, place)))
            for node, _, inputs in self._interior
            for place, x in enumerate(inputs)
        ]
        return {"svg": to_svg, "dot": to_dot}[form](self.nodes, edges, sums)

    def check_current(self) -> None:
        """Raise GraphError where a node is no longer what its successors were computed from."""
        for x, node in self._edges:
            if x.stamp > node.stamp:
                change = "evaluated again" if x.operation else "assigned to"
                raise GraphError(
                    f"{x.label} was {change} after forward: the gradients would mix two values; "
                    "run forward again"
                )

    def _seed(self, upstream: Array | None) -> Array:
        data = self.output.data
        if upstream is None and data.ndim == 0:
            one = self._workspace.array("seed", (), data.dtype)
            one[...] = 1
            return one
        if upstream is None or np.shape(upstream) != data.shape:
            given = [] if upstream is None else [np.shape(upstream)]
            expected = f"an upstream gradient of the output's shape {data.shape}"
            raise ShapeError("backward", given, expected)
        return np.asarray(upstream, data.dtype)

    def _sum(self, position: int, present: Gradient, part: Gradient) -> Gradient:
        """Sum the gradients of an outward branch; the first one is never written into."""
        if isinstance(present, RowSparse) or isinstance(part, RowSparse):
            return present + part
        total = self._workspace.array(f"sum {position}", part.shape, part.dtype)
        return np.add(present, part, out=total)


def _backward_of(operation: Operation) -> Callable[[Array], tuple[Gradient | None, ...]]:
    return operation.backward if operation.owns_gradients else operation.downstream
