"""The computation graph: source nodes, interior nodes, and the two walks over them.

*Forward* evaluates the nodes in topological order: every node after all of its inputs. *Backward*
visits them once each in the reverse order, so that when a node is reached, the gradients from all
of its successors have been summed. Both walks are loops, not recursions: a chain of 100,000 nodes
is as good as a chain of ten. Source: the lecture on backpropagation on general computation graphs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.errors import GraphError, ShapeError
from autodiff.operation import Gradient, Operation
from autodiff.row_sparse import RowSparse
from autodiff.workspace import Workspace

Array = NDArray[Any]


class Node:
    """A node: a source (no operation) or the result of an operation on other nodes.

    ``data`` is the value; ``inputs`` are the nodes at the other ends of the incoming edges;
    ``version`` counts the assignments to ``data``, so that backward can tell when a source is no
    longer what forward saw.
    """

    __slots__ = (
        "_data",
        "grad",
        "inputs",
        "is_freed",
        "name",
        "needs_gradient",
        "operation",
        "seen_versions",
        "version",
    )

    def __init__(
        self,
        data: Array,
        operation: Operation | None = None,
        inputs: tuple[Node, ...] = (),
        needs_gradient: bool = False,
        name: str | None = None,
    ) -> None:
        self._data = data
        self.operation = operation
        self.inputs = inputs
        self.needs_gradient = needs_gradient
        self.name = name
        self.grad: Gradient | None = None
        self.version = 0
        self.seen_versions = tuple([node.version for node in inputs])
        self.is_freed = False

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._data = np.asarray(value)
        self.version += 1

    @property
    def label(self) -> str:
        """What errors and drawings call this node."""
        kind = "source" if self.operation is None else self.operation.name
        return self.name or f"{kind} {self._data.shape}"

    def evaluate(self) -> None:
        """Run the operation on the present values of the inputs."""
        assert self.operation is not None
        self._data = self.operation.run(*[node._data for node in self.inputs])
        self.seen_versions = tuple([node.version for node in self.inputs])

    def free(self) -> None:
        """Let go of the operation and what it keeps; the value stays."""
        self.operation = None
        self.inputs = ()
        self.is_freed = True


def topological_order(output: Node) -> list[Node]:
    """Return all nodes that ``output`` depends on, each after its inputs, ``output`` last.

    A depth-first walk with its own stack. Work: one visit per node, one look per edge.
    """
    order: list[Node] = []
    visited: set[int] = set()
    stack: list[tuple[Node, bool]] = [(output, False)]
    while stack:
        node, inputs_are_done = stack.pop()
        if inputs_are_done:
            order.append(node)
        elif id(node) not in visited:
            visited.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in reversed(node.inputs))
    return order


class Graph:
    """The computation graph that ends in ``output``, built once and run as often as one likes.

    Running allocates nothing when no batch is longer than an earlier one. The arrays that
    :meth:`forward` and :meth:`backward` return are therefore the graph's own: they hold until the
    next run; copy what is to be kept.

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
        self._interior = [node for node in self.nodes if node.operation is not None]
        self._position = {node: position for position, node in enumerate(self.nodes)}
        self._backward_order = self._plan_backward()
        self._workspace = Workspace()

    def _plan_backward(self) -> list[tuple[int, Node, tuple[tuple[int, bool], ...]]]:
        """Return the interior nodes to visit, in reverse: position, node, and for each input its
        position and whether it is a source."""
        return [
            (
                self._position[node],
                node,
                tuple((self._position[x], x.operation is None) for x in node.inputs),
            )
            for node in reversed(self._interior)
            if node.needs_gradient
        ]

    def forward(self, values: Mapping[Any, Any] | None = None) -> Any:
        """Set the given sources, evaluate every node, return the output.

        ``values`` maps source nodes to arrays; a source that is not named keeps its value. A
        scalar output is returned as a number. Raises GraphError for a node that is no source of
        this graph.
        """
        for source, value in (values or {}).items():
            self._feed(source, value)
        for node in self._interior:
            node.evaluate()
        data = self.output.data
        return data[()] if data.ndim == 0 else data

    def _feed(self, source: Node, value: Any) -> None:
        if source.operation is not None or source not in self._position:
            raise GraphError(f"{source.label} is not a source of this graph")
        source.data = value

    def backward(self, upstream: Array | None = None) -> dict[Any, Gradient]:
        """Return the gradient of the output with respect to each source that needs one.

        As :meth:`gradients`, which see; they also overwrite ``.grad`` of the sources.
        """
        gradients = self.gradients(upstream)
        for source, gradient in gradients.items():
            source.grad = gradient
        return gradients

    def gradients(self, upstream: Array | None = None) -> dict[Any, Gradient]:
        """Return the gradients of the sources and leave their ``.grad`` alone.

        ``upstream`` is the gradient that arrives at the output: 1 for a scalar, needed for any
        other shape. A source that the output does not depend on, or that needs no gradient, gets
        none. Raises GraphError where a source was assigned to since forward, ShapeError where
        ``upstream`` has another shape than the output.
        """
        self._check_versions()
        arrived: list[Gradient | None] = [None] * len(self.nodes)
        arrived[-1] = self._seed(upstream)
        for position, node, inputs in self._backward_order:
            gradient = arrived[position]
            arrived[position] = None
            if gradient is None:
                continue
            if isinstance(gradient, RowSparse):  # only sources hold gradients as rows
                gradient = gradient.to_dense()
            downstream = node.operation.downstream(gradient)  # type: ignore[union-attr]
            for (target, is_source), part in zip(inputs, downstream, strict=True):
                if part is None:
                    continue
                if is_source and arrived[target] is None:
                    part = self._owned(target, part, gradient)
                arrived[target] = self._sum(target, arrived[target], part)
        return {
            source: gradient
            for source in self.sources
            if source.needs_gradient and (gradient := arrived[self._position[source]]) is not None
        }

    def _check_versions(self) -> None:
        for node in self._interior:
            for source, seen in zip(node.inputs, node.seen_versions, strict=True):
                if source.version != seen:
                    raise GraphError(
                        f"{source.label} was assigned to after forward: its gradient would mix "
                        "two values; run forward again"
                    )

    def _seed(self, upstream: Array | None) -> Array:
        data = self.output.data
        if upstream is None and data.ndim == 0:
            return np.ones((), data.dtype)
        if upstream is None or np.shape(upstream) != data.shape:
            given = [] if upstream is None else [np.shape(upstream)]
            expected = f"an upstream gradient of the output's shape {data.shape}"
            raise ShapeError("backward", given, expected)
        return np.asarray(upstream, data.dtype)

    def _owned(self, position: int, part: Gradient, upstream: Array) -> Gradient:
        """Give a source a gradient of its own where an operation passed on its upstream one."""
        if isinstance(part, RowSparse) or not np.may_share_memory(part, upstream):
            return part
        own = self._workspace.array(f"copy {position}", part.shape, part.dtype)
        np.copyto(own, part)
        return own

    def _sum(self, position: int, present: Gradient | None, part: Gradient) -> Gradient:
        """Sum the gradients of an outward branch; the first one is never written into."""
        if present is None:
            return part
        if isinstance(present, RowSparse) or isinstance(part, RowSparse):
            return present + part
        total = self._workspace.array(f"sum {position}", part.shape, part.dtype)
        return np.add(present, part, out=total)
