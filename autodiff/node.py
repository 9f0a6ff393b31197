"""Nodes, the edges between them, and the order in which they are visited."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.operation import Gradient, Operation

Array = NDArray[Any]

clock = itertools.count(1)
"""A logical clock: every assignment to a node and every evaluation gets the next number."""


class Node:
    """A node: a source (no operation) or the result of an operation on other nodes.

    ``data`` is the value; ``inputs`` are the nodes at the other ends of the incoming edges.
    ``stamp`` is the number of the last assignment or evaluation: an input with a later stamp than
    its successor is no longer what forward saw. ``built_at`` is the line of the program that built
    the node.
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "built_at",
        "grad",
        "inputs",
        "is_freed",
        "name",
        "needs_gradient",
        "operation",
        "stamp",
    )

    def __init__(
        self,
        data: Array,
        operation: Operation | None = None,
        inputs: tuple[Node, ...] = (),
        needs_gradient: bool = False,
        name: str | None = None,
        built_at: str | None = None,
    ) -> None:
        self._data = data
        self.operation = operation
        self.inputs = inputs
        self.needs_gradient = needs_gradient
        self.name = name
        self.built_at = built_at
        self.grad: Gradient | None = None
        self.stamp = next(clock)
        self.is_freed = False

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._data = np.asarray(value)
        self.stamp = next(clock)

    def feed(self, value: Any) -> None:
        """Assign to a source; a floating-point source keeps its dtype whatever it is given."""
        self.data = np.asarray(value, self._data.dtype if self._data.dtype.kind == "f" else None)

    @property
    def label(self) -> str:
        """What errors and drawings call this node."""
        if self.name:
            return self.name
        kind = self.operation.name if self.operation else "result" if self.is_freed else "source"
        return f"{kind} {self._data.shape}"

    def free(self) -> None:
        """Let go of the operation and what it keeps; the value stays."""
        self.operation = None
        self.inputs = ()
        self.is_freed = True


def topological_order(output: Node) -> list[Node]:
    """Return all nodes that ``output`` depends on, each after its inputs, ``output`` last.

    A depth-first walk with a stack of its own, so that a chain of 100,000 nodes is no recursion
    error. Work: one visit per node, one look per edge.
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
