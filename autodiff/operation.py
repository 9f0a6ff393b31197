"""What every operation has in common, and the registry of all operations.

An operation is an interior node of the computation graph. It knows two things: how to compute its
output, and its local gradient. The rest is the same for all of them and lives here, once:

    downstream gradient = upstream gradient x local gradient

is formed by :meth:`Operation.backward`; :meth:`Operation.downstream` then undoes broadcasting and
restores the dtype of each input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from autodiff.errors import ShapeError
from autodiff.row_sparse import RowSparse
from autodiff.workspace import Workspace

Array = NDArray[Any]
Gradient = Array | RowSparse


class Operation:
    """One application of a function to arrays: ``forward`` once, then ``backward``.

    A subclass defines ``forward(*arrays)`` and ``backward(upstream)``. In ``backward`` it finds its
    inputs in ``self.inputs`` and what else ``forward`` kept in attributes of its own. It writes
    into arrays of ``self.workspace``, so that running the graph again allocates nothing, and never
    into its inputs or the upstream gradient.

    ``needs_gradient[i]`` tells whether input i needs a gradient; for the others ``backward``
    returns None in place of work that nobody wants. An operation with a single input is asked for
    its gradient only when that input needs one.
    """

    name: ClassVar[str] = "operation"
    examples: ClassVar[Callable[[np.random.Generator], Sequence[Example]]]

    def __init__(self) -> None:
        self.inputs: tuple[Array, ...] = ()
        self.needs_gradient: tuple[bool, ...] = ()
        self.workspace = Workspace()

    forward: Callable[..., Array]
    """Return the output for these inputs."""

    backward: Callable[[Array], tuple[Gradient | None, ...]]
    """Return one downstream gradient per input, before un-broadcasting."""

    def run(self, *arrays: Array) -> Array:
        """Evaluate the node: remember the inputs, return the output."""
        self.inputs = arrays
        return self.forward(*arrays)

    def downstream(self, upstream: Array) -> list[Gradient | None]:
        """Return the gradient of each input, in the shape and dtype of that input."""
        gradients = self.backward(upstream)
        return [
            gradient
            if gradient is None or (gradient.shape == x.shape and gradient.dtype == x.dtype)
            else self._fitted(gradient, x, position)
            for position, (gradient, x) in enumerate(zip(gradients, self.inputs, strict=True))
        ]

    def _fitted(self, gradient: Gradient, x: Array, position: int) -> Gradient:
        if not isinstance(gradient, RowSparse) and gradient.shape != x.shape:
            out = self.workspace.array(f"unbroadcast {position}", x.shape, gradient.dtype)
            gradient = unbroadcast(gradient, out)
        return gradient if gradient.dtype == x.dtype else gradient.astype(x.dtype)

    def array_like(self, name: str, like: Array) -> Array:
        """Return the work array ``name`` with the shape and dtype of ``like``."""
        return self.workspace.array(name, like.shape, like.dtype)

    def elementwise_output(self, *arrays: Array) -> Array:
        """Return the array to write an element-by-element output to: broadcast shape, dtype."""
        first = arrays[0]
        shape, dtype = first.shape, first.dtype
        for other in arrays[1:]:
            if other.shape != shape:
                shape = self._broadcast_shape(arrays)
            if other.dtype != dtype:
                dtype = np.result_type(*arrays)
        if dtype.kind != "f":
            raise TypeError(f"{self.name}: expected floating-point input, got {dtype}")
        return self.workspace.array("output", shape, dtype)

    def _broadcast_shape(self, arrays: Sequence[Array]) -> tuple[int, ...]:
        shapes = [array.shape for array in arrays]
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise ShapeError(self.name, shapes, "shapes that broadcast") from None


def unbroadcast(gradient: Array, out: Array) -> Array:
    """Sum ``gradient`` over the axes along which an input was repeated; return ``out``.

    Broadcasting is an outward branch: one element feeds many, so their gradients add up. ``out``
    has the shape of the input.
    """
    extra = gradient.ndim - out.ndim
    lengths = zip(out.shape, gradient.shape[extra:], strict=True)
    repeated = [axis for axis, (own, broadcast) in enumerate(lengths, extra) if own != broadcast]
    axes = (*range(extra), *repeated)
    summed_shape = (1,) * extra + out.shape
    np.sum(gradient, axis=axes, keepdims=True, out=out.reshape(summed_shape))
    return out


class Example:
    """An operation with inputs on which its gradient is checked.

    Floating-point inputs are checked; integer inputs (indices) are passed on as they are.
    """

    def __init__(self, operation: Operation, *inputs: Array) -> None:
        self.operation = operation
        self.inputs = inputs


OperationT = TypeVar("OperationT", bound=Operation)
REGISTRY: dict[str, type[Operation]] = {}


def register(
    name: str, *, examples: Callable[[np.random.Generator], Sequence[Example]]
) -> Callable[[type[OperationT]], type[OperationT]]:
    """Enter an operation in the registry under ``name``.

    ``examples(rng)`` returns the inputs of its gradient check: without them there is no entry, so
    no operation goes unchecked. Raises TypeError where the name is taken.
    """

    def enter(operation: type[OperationT]) -> type[OperationT]:
        if name in REGISTRY:
            raise TypeError(f"an operation called {name!r} is registered already")
        operation.name = name
        operation.examples = staticmethod(examples)
        REGISTRY[name] = operation
        return operation

    return enter
