"""Anomaly mode: find the operation that made the first NaN or infinity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.errors import AnomalyError
from autodiff.node import Node
from autodiff.operation import Gradient
from autodiff.row_sparse import RowSparse

Array = NDArray[Any]

_active: ContextVar[bool] = ContextVar("anomaly mode", default=False)


def is_active() -> bool:
    """Tell whether anomaly mode is on, in this thread."""
    return _active.get()


@contextmanager
def anomaly_mode() -> Iterator[None]:
    """Check every value and every gradient that is computed inside the ``with`` block.

    Raises AnomalyError at the first that is not finite, with the operation, the shapes, the index
    and the line of the program that built the node. Costs one more pass over every array.
    """
    token = _active.set(True)
    try:
        # The error that names the operation replaces numpy's warnings, which name none.
        with np.errstate(all="ignore"):
            yield
    finally:
        _active.reset(token)


def check_value(node: Node) -> None:
    """Raise AnomalyError where the value of an interior node is not finite."""
    if node.data.dtype.kind == "f" and not np.isfinite(node.data).all():
        raise AnomalyError(f"forward of {_describe(node)} {_first_bad(node.data)}")


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
    shapes = " and ".join(str(source.data.shape) for source in node.inputs)
    return f"{operation} on {shapes}, built at {node.built_at}:"


def _first_bad(values: Array) -> str:
    index = np.unravel_index(int(np.argmin(np.isfinite(values))), values.shape)
    place = f"[{', '.join(map(str, index))}]" if index else "its only element"
    return f"is {values[index]} at {place}"
