"""The computation graph: two walks over its nodes.

*Forward* evaluates the nodes in topological order: every node after all of its inputs. *Backward*
visits them once each in the reverse order, so that when a node is reached, the gradients from all
of its successors have been summed. Both walks are loops of the same order of work: one step per
node, one per edge. Source: the lecture on backpropagation on general computation graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from autodiff import anomaly, memory
from autodiff.arrays import Array
from autodiff.drawing import drawing_of, to_dot
from autodiff.errors import GraphError, ShapeError
from autodiff.node import Node, topological_order
from autodiff.operation import Operation
from autodiff.row_sparse import Gradient, RowSparse
from autodiff.svg import to_svg

Downstream = tuple[Gradient | None, ...]
Observer = Callable[[Node, Downstream], None]
Backward = Callable[[Any], Downstream]
WayBack = list[tuple[int, Backward, list[tuple[int, int]]]]
"""The nodes in the order of backward. For each its position, its backward, and the edges along
which its gradient flows on: the place among its inputs, the position of the node at the end."""


class Graph:
    """The computation graph that ends in ``output``, built once and run as often as one likes.

    ``nodes`` are all nodes in topological order, ``sources`` those without an operation.
    Operations and gradients keep their memory from run to run, as long as no batch is longer than
    those before. What :meth:`forward` and :meth:`backward` return holds until the next run, and the
    output is for reading only, as backward may need it; copy what is to be kept or changed.

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
        self._visited = [node for node, _, _ in reversed(self._interior) if node.needs_gradient]
        self._way_back = self._plan_way_back()
        only_uses = self._uses_of_sources_with_one()
        self._trained = [
            (self._position[source], source, only_uses.get(source))
            for source in self.sources
            if source.needs_gradient
        ]
        self._edges = [(x, node) for node, _, inputs in self._interior for x in inputs]
        self._workspace = memory.Workspace()
        self._one = np.ones((), output.array.dtype)

    def _plan_way_back(self) -> WayBack:
        tables = {inputs[0] for _, operation, inputs in self._interior if operation.gives_rows}
        return [
            (
                self._position[node],
                _of_rows(backward) if node in tables else backward,
                [(place, self._position[x]) for place, x in enumerate(inputs) if x.needs_gradient],
            )
            for node, backward, inputs in (
                (node, _backward_of(operation), inputs)
                for node, operation, inputs in reversed(self._interior)
                if node.needs_gradient
            )
        ]

    def _uses_of_sources_with_one(self) -> dict[Node, tuple[Operation, int]]:
        """Return, for each source that is read once, by which operation and as which input."""
        uses: dict[Node, list[tuple[Operation, int]]] = {source: [] for source in self.sources}
        for _, operation, inputs in self._interior:
            for place, x in enumerate(inputs):
                if x in uses:
                    uses[x].append((operation, place))
        return {source: found[0] for source, found in uses.items() if len(found) == 1}

    def forward(self, values: Mapping[Any, Any] | None = None) -> Any:
        """Set the given sources, evaluate every node, return the output.

        ``values`` maps source nodes to arrays; a source that is not named keeps its value. A
        scalar output is returned as a number. Raises GraphError for a node that is no source of
        this graph.
        """
        for source, value in (values or {}).items():
            if source.operation is not None or source not in self._position:
                raise GraphError(f"{source.label} is not a source of this graph")
            source.assign(value)
        if memory.seals:
            memory.look_at_seals(self.sources)
        stamp = next(memory.clock)
        steps = anomaly.checked(self._interior) if anomaly.mode.get() else self._interior
        for node, operation, inputs in steps:
            arrays = operation.inputs = [x.array for x in inputs]
            if operation.shapes != (shapes := [array.shape for array in arrays]):
                operation.prepare_for(shapes)
            node.array = operation.forward(*arrays)
            node.stamp = stamp
        array = self.output.array
        return array[()] if array.ndim == 0 else array

    def backward(self, upstream: Array | None = None) -> dict[Any, Gradient]:
        """Return the gradient of the output with respect to each source that needs one.

        As :meth:`gradients`, which see; they also overwrite ``.grad`` of the sources, and are kept
        in memory of the sources' own: they hold until the next backward.
        """
        arrived = self._arrivals(upstream, None)
        gradients: dict[Any, Gradient] = {}
        for position, source, only_use in self._trained:
            gradient = arrived[position]
            if gradient is None:
                continue
            if gradient is not source.gradient_memory and isinstance(gradient, np.ndarray):
                gradient = source.keep_gradient(gradient)
                if only_use:  # which writes it there itself from now on
                    operation, place = only_use
                    operation.write_gradient_of(source, place)
            source.grad = gradients[source] = gradient
        return gradients

    def gradients(
        self, upstream: Array | None = None, observe: Observer | None = None
    ) -> dict[Any, Gradient]:
        """Return the gradients of the sources and leave their ``.grad`` alone.

        ``upstream`` is the gradient that arrives at the output: 1 for a scalar, needed for any
        other shape. A source that the output does not depend on, or that needs no gradient, gets
        none. Raises GraphError where a node was written to since forward, ShapeError where
        ``upstream`` has another shape than the output. ``observe`` is called with every node that
        is visited and its downstream gradients. The arrays are those of the operations: for
        reading only, as two sources may have the same one, and until an operation runs again.
        """
        for _, source, _ in self._trained:
            source.release_gradient()
        arrived = self._arrivals(upstream, observe)
        return {
            source: gradient
            for position, source, _ in self._trained
            if (gradient := arrived[position]) is not None
        }

    def _arrivals(self, upstream: Array | None, observe: Observer | None) -> list[Gradient | None]:
        """Walk back, watched where that is asked for."""
        self.check_current()
        watching = anomaly.check_gradients if anomaly.mode.get() else None
        observers = [each for each in (watching, observe) if each is not None]
        way_back = self._observed_by(observers) if observers else self._way_back
        arrived = self._walk_back(self._seed(upstream), way_back)
        for node in self._visited:
            node.spent = node.stamp
        return arrived

    def _walk_back(self, seed: Array, way_back: WayBack) -> list[Gradient | None]:
        """Return the gradient that arrives at each position.

        Nodes are visited in reverse order: each when the gradients from all of its successors have
        been summed.
        """
        arrived: list[Gradient | None] = [None] * len(self.nodes)
        arrived[-1] = seed
        for position, backward, edges in way_back:
            upstream = arrived[position]
            if upstream is not None:
                downstream = backward(upstream)
                for place, x in edges:
                    part, present = downstream[place], arrived[x]
                    arrived[x] = part if present is None else self._sum(x, present, part)
        return arrived

    def _observed_by(self, observers: list[Observer]) -> WayBack:
        """Return the way back with observers at its side."""

        def observed(node: Node, backward: Backward) -> Backward:
            def run(upstream: Gradient) -> Downstream:
                downstream = backward(upstream)
                for observe in observers:
                    observe(node, downstream)
                return downstream

            return run

        return [
            (position, observed(self.nodes[position], backward), edges)
            for position, backward, edges in self._way_back
        ]

    def draw(
        self,
        form: Literal["svg", "dot"] = "svg",
        folded: Mapping[str, Sequence[Node]] | None = None,
    ) -> str:
        """Return a drawing: a self-contained SVG picture, or text for Graphviz.

        The output stands on top. In the nodes stand names, how they are computed, values of scalars
        and shapes. Where the output is a scalar, the gradients that flow back stand at the edges,
        and their sums in nodes where several meet (the number of a scalar, the norm of an array).
        ``folded`` draws several nodes as one: it names them. Raises GraphError where one of them
        depends on another.
        """
        flow: dict[tuple[Node, int], Gradient] = {}

        def keep(node: Node, downstream: tuple[Gradient | None, ...]) -> None:
            for place, part in enumerate(downstream):
                if part is not None:
                    flow[node, place] = part

        if self.output.array.ndim == 0 and self.output.needs_gradient:
            self.gradients(observe=keep)
        return {"svg": to_svg, "dot": to_dot}[form](drawing_of(self.nodes, flow, folded or {}))

    def check_current(self) -> None:
        """Raise GraphError where a node is no longer what its successors were computed from."""
        if memory.seals:
            memory.look_at_seals(self._position)
        for x, node in self._edges:
            if x.stamp > node.stamp:
                change = "evaluated again or written to" if x.operation else "assigned to"
                raise GraphError(
                    f"{x.label} was {change} after forward: the gradients would mix two values; "
                    "run forward again"
                )

    def _seed(self, upstream: Array | None) -> Array:
        array = self.output.array
        if upstream is None and array.ndim == 0:
            return self._one
        if upstream is None or np.shape(upstream) != array.shape:
            given = [] if upstream is None else [np.shape(upstream)]
            expected = f"an upstream gradient of the output's shape {array.shape}"
            raise ShapeError("backward", given, expected)
        return np.asarray(upstream, array.dtype)

    def _sum(self, position: int, present: Gradient, part: Gradient | None) -> Gradient:
        """Sum the gradients of an outward branch; the first one is never written into."""
        if part is None:
            return present
        if isinstance(present, RowSparse) or isinstance(part, RowSparse):
            return present + part
        total = self._workspace.like(f"sum {position}", part)
        return np.add(present, part, out=total)


def _backward_of(operation: Operation) -> Backward:
    return operation.backward if operation.owns_gradients else operation.downstream


def _of_rows(backward: Backward) -> Backward:
    """Return the backward of a node that may be sent rows: of a table that was computed."""
    return lambda upstream: backward(
        upstream.to_dense() if isinstance(upstream, RowSparse) else upstream
    )
