"""Nodes, the edges between them, and the order in which they are visited."""

from __future__ import annotations

from autodiff.arrays import Array
from autodiff.errors import GraphError
from autodiff.memory import Value
from autodiff.operation import Operation


class Node(Value):
    """A node: a source (no operation) or the result of an operation on other nodes.

    ``spent`` is the stamp of the evaluation whose backward has been.

    Parameters
    ----------
    array : the value
    operation : what computed it, None for a source
    inputs : the nodes at the other ends of the incoming edges
    needs_gradient : whether backward is to bring it one
    name : what it is called on paper
    built_at : the line of the program that built it
    """

    __slots__ = ("built_at", "inputs", "is_freed", "needs_gradient", "operation", "spent")

    def __init__(
        self,
        array: Array,
        operation: Operation | None = None,
        inputs: tuple[Node, ...] = (),
        needs_gradient: bool = False,
        name: str | None = None,
        built_at: str | None = None,
    ) -> None:
        super().__init__(array, name)
        self.operation = operation
        self.inputs = inputs
        self.needs_gradient = needs_gradient
        self.built_at = built_at
        self.spent = 0
        self.is_freed = False

    @property
    def label(self) -> str:
        """What errors and drawings call this node."""
        if self.name:
            return self.name
        kind = self.operation.name if self.operation else "result" if self.is_freed else "source"
        return f"{kind} {self.array.shape}" if self.array.ndim else kind

    @property
    def is_pending(self) -> bool:
        return self.operation is not None and self.needs_gradient and self.spent != self.stamp

    def free(self) -> None:
        """Let go of the operation and what it keeps; the value stays."""
        self.operation = None
        self.inputs = ()
        self.is_freed = True

    def _refuse_interior(self) -> None:
        if self.operation is not None:
            raise GraphError(f"{self.label} is computed from its inputs; only sources are assigned")


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
