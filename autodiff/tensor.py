"""Tensors: arithmetic on them builds the computation graph as it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np

from autodiff import anomaly, memory
from autodiff.arrays import Array
from autodiff.errors import GraphError
from autodiff.graph import Graph
from autodiff.memory import KeptValue
from autodiff.node import Node
from autodiff.operation import Operation
from autodiff.operations import (
    Add,
    Divide,
    Index,
    MatMul,
    Multiply,
    Negate,
    Power,
    Subtract,
)


class Tensor(Node):
    """A numpy array that remembers how it was computed.

    ``Tensor(data)`` is a source that needs no gradient: a constant, or a batch of inputs. The
    operators ``+ - * / @`` and the functions of the package return tensors that are interior nodes.
    ``data`` is the array: read it as you like; what writing into it does stands there.
    """

    __slots__ = ()
    __array_ufunc__ = None  # array + tensor is left to the tensor's reflected operators

    def __init__(self, data: Any, name: str | None = None) -> None:
        super().__init__(np.asarray(data.array if isinstance(data, Node) else data), name=name)

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[place] for place in range(len(self)))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype

    def item(self) -> float:
        """Return the value of a scalar as a Python number."""
        value: float = self.array.item()
        return value

    def backward(self, upstream: Array | None = None) -> None:
        """Add the gradient of this tensor to ``.grad`` of every parameter it depends on.

        Frees the graph afterwards: a second call raises GraphError, as does a tensor that depends
        on no parameter. ``upstream`` is needed unless this is a scalar.
        """
        graph = Graph(self)
        if not self.needs_gradient:
            raise GraphError(
                f"{self.label} depends on no parameter: it was computed from constants, or within "
                "no_grad"
            )
        for source, gradient in graph.gradients(upstream).items():
            if source.grad is not None:
                gradient = source.grad + gradient
            elif isinstance(gradient, np.ndarray):
                gradient = gradient.copy()
            source.grad = gradient
        for node in graph.nodes:
            if node.operation is not None and node.needs_gradient:
                node.free()

    def __add__(self, other: Any) -> Tensor:
        return apply(Add(), self, as_tensor(other, self))

    def __radd__(self, other: Any) -> Tensor:
        return apply(Add(), as_tensor(other, self), self)

    def __sub__(self, other: Any) -> Tensor:
        return apply(Subtract(), self, as_tensor(other, self))

    def __rsub__(self, other: Any) -> Tensor:
        return apply(Subtract(), as_tensor(other, self), self)

    def __mul__(self, other: Any) -> Tensor:
        return apply(Multiply(), self, as_tensor(other, self))

    def __rmul__(self, other: Any) -> Tensor:
        return apply(Multiply(), as_tensor(other, self), self)

    def __truediv__(self, other: Any) -> Tensor:
        return apply(Divide(), self, as_tensor(other, self))

    def __rtruediv__(self, other: Any) -> Tensor:
        return apply(Divide(), as_tensor(other, self), self)

    def __matmul__(self, other: Any) -> Tensor:
        return apply(MatMul(), self, as_tensor(other, self))

    def __rmatmul__(self, other: Any) -> Tensor:
        return apply(MatMul(), as_tensor(other, self), self)

    def __neg__(self) -> Tensor:
        return apply(Negate(), self)

    def __pow__(self, exponent: float) -> Tensor:
        return apply(Power(exponent), self)

    def __getitem__(self, key: Any) -> Tensor:
        return apply(Index(key), self)

    def __repr__(self) -> str:
        name = f"{self.name}: " if self.name else ""
        how = f" from {self.operation.name}" if self.operation else ""
        return f"{type(self).__name__}({name}{self.array}{how})"


class Parameter(KeptValue, Tensor):
    """A source that is trained: backward gives it a gradient in ``.grad``.

    ``Parameter(data, name)`` copies ``data``; integers become float64. Shape, dtype and memory are
    kept for good: assigning to ``.data`` copies into it, and raises ShapeError for another shape.
    Who writes into it in place does so ``with parameter.writing() as array``, or by ``add_rows``,
    so that a backward pass that would mix old and new values is an error.
    """

    __slots__ = ()

    def __init__(self, data: Any, name: str | None = None) -> None:
        array = np.array(data.array if isinstance(data, Node) else data, order="C")
        if array.dtype.kind != "f":
            array = array.astype(np.float64)
        super().__init__(array, name)
        self.needs_gradient = True

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy the value and the name: the graph and its clock stay behind."""
        return Parameter, (self.array, self.name)

    def zero_grad(self) -> None:
        """Forget the gradient, so that the next backward starts from nothing."""
        self.grad = None


_is_building: ContextVar[bool] = ContextVar("building graphs", default=True)
_PACKAGE = str(Path(__file__).parent)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute values only inside the ``with`` block: results are sources, nothing is kept."""
    token = _is_building.set(False)
    try:
        yield
    finally:
        _is_building.reset(token)


def apply(operation: Operation, *values: Any) -> Tensor:
    """Evaluate ``operation`` on tensors, or arrays, and return the result as an interior node.

    Raises GraphError for an operation that is a node already: it keeps what its backward needs.
    """
    if operation.inputs:
        raise GraphError(f"this {operation.name} is a node of a graph already; make another one")
    inputs = tuple([as_tensor(value) for value in values])
    if memory.seals:
        memory.look_at_seals(inputs)
    array = operation.run(*[node.array for node in inputs])
    if not _is_building.get():
        return Tensor(array)
    operation.needs_gradient = needs_gradient = tuple([node.needs_gradient for node in inputs])
    result = Tensor.__new__(Tensor)
    Node.__init__(result, array, operation, inputs, any(needs_gradient), built_at=_calling_line())
    if result.needs_gradient:
        for node in inputs:
            if node.operation is None or not node.needs_gradient:
                node.note_reader(result)
    if anomaly.mode.get():
        anomaly.check_value(result)
    return result


def _calling_line() -> str:
    """Return file and line of the nearest caller outside this package."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def as_tensor(value: Any, like: Tensor | None = None) -> Tensor:
    """Return ``value`` as a tensor; numbers, and integers of any kind, take the dtype of ``like``.

    So a float32 model stays float32 when it is multiplied by 0.5, or divided by a count.
    """
    if isinstance(value, Tensor):
        return value
    array = np.asarray(value)
    if like is None or like.dtype.kind != "f":
        return Tensor(array)
    is_number = isinstance(value, (int, float))
    return Tensor(array.astype(like.dtype) if is_number or array.dtype.kind in "iub" else array)
