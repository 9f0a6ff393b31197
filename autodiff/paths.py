"""The derivative as the sum over all paths, and the two ways to sum it without walking them all.

On a graph of scalars the chain rule says: the derivative of the output with respect to a source is
the sum, over all paths from the source to the output, of the product of the local gradients along
the path. The number of paths grows exponentially with the depth of the graph. Factoring the sum
node by node makes it linear: from the output back (backward, all sources at once) or from a source
on (forward accumulation, one source at a time). Source: Baydin et al. 2018, section 3.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np

from autodiff.errors import GraphError, ShapeError
from autodiff.graph import Graph
from autodiff.memory import Workspace
from autodiff.node import Node

Edge = tuple[Node, int]
"""A node and the place of one of its inputs: an edge of the graph."""


def enumerate_paths(output: Node, source: Node) -> Iterator[list[Edge]]:
    """Yield every path from ``source`` to ``output``, as its edges from the output's end on.

    Their number can be exponential in the depth of the graph: for small graphs only. Raises
    GraphError where the graph has been freed, or where a node has changed since forward.
    """
    _current_order(output)
    stack: list[tuple[Node, list[Edge]]] = [(output, [])]
    while stack:
        node, edges = stack.pop()
        if node is source:
            yield edges
        places = reversed(range(len(node.inputs)))
        stack.extend((node.inputs[place], [*edges, (node, place)]) for place in places)


def derivative_by_paths(output: Node, source: Node) -> float:
    """Return d output / d source as the sum over all paths of the products of local gradients.

    For graphs of scalars, and small ones. Raises ShapeError where a node is no scalar.
    """
    total = 0.0
    for path in enumerate_paths(output, source):
        product = 1.0
        for node, place in path:
            product *= scalar_local_gradients(node)[place]
        total += product
    return total


def count_paths(output: Node, source: Node) -> int:
    """Return the number of paths from ``source`` to ``output``, without walking them."""
    count: dict[Node, int] = {}
    for node in _current_order(output):
        count[node] = 1 if node is source else sum(count[x] for x in node.inputs)
    return count[output]


def forward_accumulation(output: Node, source: Node) -> float:
    """Return d output / d source, carried along from the source to the output.

    Each node's derivative is the sum over its inputs of local gradient times their derivatives.
    One such pass gives the derivatives of everything with respect to one source; backward gives
    those of one output with respect to everything. For graphs of scalars: raises ShapeError where a
    node is none.
    """
    derivative: dict[Node, float] = {}
    for node in _current_order(output):
        if node is source:
            derivative[node] = 1.0
        elif not any(derivative[x] for x in node.inputs):
            derivative[node] = 0.0
        else:
            pairs = zip(scalar_local_gradients(node), node.inputs, strict=True)
            derivative[node] = sum(local * derivative[x] for local, x in pairs)
    return derivative[output]


def _current_order(output: Node) -> list[Node]:
    """Return the nodes in topological order, after the checks that backward makes too."""
    graph = Graph(output)
    graph.check_current()
    return graph.nodes


def scalar_local_gradients(node: Node) -> list[float]:
    """Return the local gradient of an interior scalar node for each of its scalar inputs.

    They are what its backward gives for an upstream gradient of 1, and 0 for an input that can have
    none. Raises ShapeError where the node or an input is no scalar, GraphError for a source.
    """
    if node.operation is None:
        raise GraphError(f"{node.label} is a source: it has no local gradients")
    shapes = [node.array.shape, *(x.array.shape for x in node.inputs)]
    if any(shape != () for shape in shapes):
        raise ShapeError(node.operation.name, shapes, "scalars, on which paths are numbers")
    probe = copy.copy(node.operation)  # with memory of its own: the graph's gradients stay
    probe.workspace = Workspace()
    probe.needs_gradient = (True,) * len(node.inputs)
    gradients = probe.downstream(np.ones((), node.array.dtype))
    return [float(gradient) if isinstance(gradient, np.ndarray) else 0.0 for gradient in gradients]
