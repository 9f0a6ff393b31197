"""Nodes, the edges between them, and the order in which they are visited."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.errors import GraphError
from autodiff.operation import Gradient, Operation
from autodiff.row_sparse import RowSparse

Array = NDArray[Any]

clock = itertools.count(1)
"""A logical clock: every assignment to a node and every evaluation gets the next number."""


class Node:
    """A node: a source (no operation) or the result of an operation on other nodes.

    ``data`` is the value; ``inputs`` are the nodes at the other ends of the incoming edges.
    ``grad_memory`` is where a source's dense gradient is kept from run to run.
    ``stamp`` is the number of the last assignment or evaluation: an input with a later stamp than
    its successor is no longer what forward saw. ``built_at`` is the line of the program that built
    the node.
    """

    __slots__ = (
        "__weakref__",
        "_data",
        "built_at",
        "grad",
        "grad_memory",
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
        self.grad_memory: Array | None = None
        self.stamp = next(clock)
        self.is_freed = False

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        self._data = self._fitting(value)
        self.stamp = next(clock)

    def _fitting(self, value: Any) -> Array:
        """Return a new value in the dtype of the old one: nothing drifts.

        Integers may be of any size. Raises GraphError for an interior node, which has no value but
        the result of its operation, and where a source of integers is given something else.
        """
        if self.operation is not None:
            raise GraphError(f"{self.label} is computed from its inputs; only sources are assigned")
        if self._data.dtype.kind == "f":
            return np.asarray(value, self._data.dtype)
        array = np.asarray(value)
        if array.dtype == self._data.dtype:
            return array
        if array.size == 0:
            return array.astype(self._data.dtype)
        both_integer = array.dtype.kind in "iu" and self._data.dtype.kind in "iu"
        if not both_integer and array.dtype.kind != self._data.dtype.kind:
            raise GraphError(f"{self.label} holds {self._data.dtype}, and was given {array.dtype}")
        return array

    @property
    def label(self) -> str:
        """What errors and drawings call this node."""
        if self.name:
            return self.name
        kind = self.operation.name if self.operation else "result" if self.is_freed else "source"
        return f"{kind} {self._data.shape}"

    def keep_gradient(self, gradient: Gradient) -> Gradient:
        """Set ``.grad`` to a gradient, in memory that no operation writes into; return it."""
        if not isinstance(gradient, RowSparse):
            memory = self.grad_memory
            if memory is None or memory.shape != gradient.shape or memory.dtype != gradient.dtype:
                memory = self.grad_memory = np.empty_like(gradient, order="C")
            memory[...] = gradient
            gradient = memory
        self.grad = gradient
        return gradient

    def release_gradient(self) -> None:
        """Move ``.grad`` out of the memory that operations may write into."""
        if isinstance(self.grad, np.ndarray) and self.grad is self.grad_memory:
            self.grad = self.grad.copy()

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
