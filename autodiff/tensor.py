"""Tensors: arithmetic on them builds the computation graph as it runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.graph import Graph, Node
from autodiff.operation import Operation
from autodiff.operations import Add, Divide, MatMul, Multiply, Negate, Subtract

Array = NDArray[Any]


class Tensor(Node):
    """A numpy array that remembers how it was computed.

    ``Tensor(data)`` is a source that needs no gradient: a constant, or a batch of inputs. The
    operators ``+ - * / @`` and the functions of the package return tensors that are interior nodes.
    """

    __slots__ = ()
    __array_ufunc__ = None  # array + tensor is left to the tensor's reflected operators

    def __init__(self, data: Any, name: str | None = None) -> None:
        super().__init__(np.asarray(data), name=name)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    def item(self) -> float:
        """Return the value of a scalar as a Python number."""
        value: float = self.data.item()
        return value

    def backward(self, upstream: Array | None = None) -> None:
        """Add the gradient of this tensor to ``.grad`` of every parameter it depends on.

        Frees the graph afterwards: a second call raises GraphError. ``upstream`` is needed unless
        this is a scalar.
        """
        graph = Graph(self)
        for source, gradient in graph.gradients(upstream).items():
            source.grad = gradient if source.grad is None else source.grad + gradient
        for node in graph.nodes:
            if node.operation is not None:
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

    def __repr__(self) -> str:
        name = f"{self.name}: " if self.name else ""
        how = f" from {self.operation.name}" if self.operation else ""
        return f"{type(self).__name__}({name}{self.data}{how})"


class Parameter(Tensor):
    """A source that is trained: backward gives it a gradient in ``.grad``.

    ``Parameter(data, name)`` copies ``data``; integers become float64. The memory is kept for good:
    assigning an array of the same shape and dtype to ``.data`` copies into it. An optimizer that
    writes into ``.data`` calls :meth:`mark_updated`, so that a backward pass that would mix old and
    new values is an error.
    """

    __slots__ = ()

    def __init__(self, data: Any, name: str | None = None) -> None:
        array = np.array(data)
        if array.dtype.kind != "f":
            array = array.astype(np.float64)
        super().__init__(array, name)
        self.needs_gradient = True

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, value: Any) -> None:
        value = np.asarray(value)
        if value.shape == self._data.shape and value.dtype == self._data.dtype:
            np.copyto(self._data, value)
        else:
            self._data = value
        self.mark_updated()

    def mark_updated(self) -> None:
        """Tell the graph that the value has changed in place."""
        self.version += 1

    def zero_grad(self) -> None:
        """Forget the gradient, so that the next backward starts from nothing."""
        self.grad = None


def apply(operation: Operation, *inputs: Tensor) -> Tensor:
    """Evaluate ``operation`` on tensors and return the result as an interior node."""
    operation.needs_gradient = tuple([node.needs_gradient for node in inputs])
    result = Tensor.__new__(Tensor)
    data = operation.run(*[node.data for node in inputs])
    Node.__init__(result, data, operation, inputs, any(operation.needs_gradient))
    return result


def as_tensor(value: Any, like: Tensor | None = None) -> Tensor:
    """Return ``value`` as a tensor; a Python number takes the dtype of ``like``.

    So a float32 model stays float32 when it is multiplied by 0.5.
    """
    if isinstance(value, Tensor):
        return value
    is_number = isinstance(value, (int, float))
    dtype = like.dtype if is_number and like is not None and like.dtype.kind == "f" else None
    return Tensor(np.asarray(value, dtype))
