"""Anomaly mode: find the operation that made the first NaN or infinity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from autodiff.arrays import Array
from autodiff.errors import AnomalyError
from autodiff.node import Node
from autodiff.operation import Operation
from autodiff.row_sparse import Gradient, RowSparse

mode: ContextVar[bool] = ContextVar("anomaly mode", default=False)
"""Whether anomaly mode is on, in this thread."""


@contextmanager
def anomaly_mode() -> Iterator[None]:
    """Check every value and every gradient that is computed inside the ``with`` block.

    Raises AnomalyError at the first that is not finite, with the operation, the shapes, the index
    and the line of the program that built the node. Costs one more pass over every array.
    """
    token = mode.set(True)
    try:
        # The error that names the operation replaces numpy's warnings, which name none.
        with np.errstate(all="ignore"):
            yield
    finally:
        mode.reset(token)


Step = tuple[Node, Operation, tuple[Node, ...]]


def checked(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps of a forward walk, and check the value of each after it has been taken."""
    for step in steps:
        yield step
        check_value(step[0])


def check_value(node: Node) -> None:
    """Raise AnomalyError where the value of an interior node is not finite."""
    if node.array.dtype.kind == "f" and not np.isfinite(node.array).all():
        raise AnomalyError(f"forward of {_describe(node)} {_first_bad(node.array)}")


def check_gradients(node: Node, downstream: tuple[Gradient | None, ...]) -> None:
    """Raise AnomalyError where a downstream gradient of a node is not finite."""
    for position, gradient in enumerate(downstream):
        values = gradient.values if isinstance(gradient, RowSparse) else gradient
        if values is not None and not np.isfinite(values).all():
            raise AnomalyError(
                f"backward of {_describe(node)} gave input {position} a gradient that "
                f"{_first_bad(values)}"
            )


def _describe(node: Node) -> str:
    operation = node.operation.name if node.operation else "source"
    shapes = " and ".join(str(source.array.shape) for source in node.inputs)
    return f"{operation} on {shapes}, built at {node.built_at}:"


def _first_bad(values: Array) -> str:
    index = np.unravel_index(int(np.argmin(np.isfinite(values))), values.shape)
    place = f"[{', '.join(map(str, index))}]" if index else "its only element"
    return f"is {values[index]} at {place}"
