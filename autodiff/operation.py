"""What every operation has in common, and the registry of all operations.

An operation is an interior node of the computation graph. It knows two things: how to compute its
output, and its local gradient. The rest is the same for all of them and lives here, once:

    downstream gradient = upstream gradient x local gradient

is formed by :meth:`Operation.backward`; :meth:`Operation.downstream` then undoes broadcasting and
restores the dtype of each input.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from autodiff.arrays import Array
from autodiff.errors import ShapeError
from autodiff.memory import Value, Workspace
from autodiff.row_sparse import Gradient


def _nothing(operation: Operation, *inputs: Array) -> None:
    """What an operation does that has nothing to prepare."""


class Operation:
    """One application of a function to arrays: ``forward`` once, then ``backward``.

    A subclass defines ``forward(*arrays)`` and ``backward(upstream)``, and where it has shapes to
    check and outputs to reserve, ``prepare(*arrays)``. In ``backward`` it finds its inputs in
    ``self.inputs`` and what else ``forward`` kept in attributes of its own. It writes into arrays
    of ``self.workspace``, so that outputs and gradients keep their memory when the graph runs
    again, and never into its inputs or the upstream gradient.

    ``needs_gradient[i]`` tells whether input i needs a gradient; for the others ``backward``
    returns None in place of work that nobody wants. An operation with a single input is asked for
    its gradient only when that input needs one.

    ``owns_gradients`` promises that ``backward`` returns arrays of its own, in the shape and dtype
    of the inputs, so that ``downstream`` has nothing to look after. ``gives_rows`` says that the
    gradient of the first input, a table, is a RowSparse.

    ``equation`` and ``derivatives``, one for each input, say in words what the two compute. In them
    ``{f}`` is the output, ``{x}`` the input that ``forward`` calls x, ``{self}`` the operation;
    where only part of a batch or of a sum is written, it is one row of it. An input that never has
    a gradient has the derivative "". See :meth:`formula` and :meth:`local_gradients`.
    """

    name: ClassVar[str] = "operation"
    equation: ClassVar[str] = ""
    derivatives: ClassVar[tuple[str, ...]] = ()
    owns_gradients: ClassVar[bool] = False
    gives_rows: ClassVar[bool] = False
    examples: ClassVar[Callable[[np.random.Generator], Sequence[Example]]]

    def __init__(self) -> None:
        self.inputs: Sequence[Array] = ()
        self.shapes: list[tuple[int, ...]] | None = None
        self.needs_gradient: tuple[bool, ...] = ()
        self.workspace = Workspace()

    forward: Callable[..., Array]
    """Return the output for these inputs."""

    prepare: Callable[..., None] = _nothing
    """Called before ``forward`` with its arguments whenever the shapes of the inputs are new.

    The place to check shapes and to take hold of the output and of work arrays: a graph is run
    again and again on batches of one shape.
    """

    backward: Callable[[Array], tuple[Gradient | None, ...]]
    """Return one downstream gradient per input, before un-broadcasting."""

    def run(self, *arrays: Array) -> Array:
        """Evaluate the node: remember the inputs, return the output."""
        self.inputs = arrays
        shapes = [x.shape for x in arrays]
        if shapes != self.shapes:
            self.prepare_for(shapes)
        return self.forward(*arrays)

    def prepare_for(self, shapes: list[tuple[int, ...]]) -> None:
        """Prepare for the inputs, which have these shapes."""
        self.shapes = None  # until all is well
        self.prepare(*self.inputs)
        self.shapes = shapes

    def downstream(self, upstream: Array) -> tuple[Gradient | None, ...]:
        """Return the gradient of each input, in the shape and dtype of that input."""
        gradients = self.backward(upstream)
        for gradient, x in zip(gradients, self.inputs, strict=True):
            if gradient is not None and (gradient.shape != x.shape or gradient.dtype != x.dtype):
                return self._fitted(gradients)
        return gradients

    def _fitted(self, gradients: tuple[Gradient | None, ...]) -> tuple[Gradient | None, ...]:
        fitted = []
        for position, (gradient, x) in enumerate(zip(gradients, self.inputs, strict=True)):
            if isinstance(gradient, np.ndarray) and gradient.shape != x.shape:
                out = self.workspace.array(f"unbroadcast {position}", x.shape, gradient.dtype)
                gradient = unbroadcast(gradient, out)
            if gradient is not None and gradient.dtype != x.dtype:
                gradient = gradient.astype(x.dtype)
            fitted.append(gradient)
        return tuple(fitted)

    def formula(self, output: str, *inputs: str) -> str:
        """Return how the node is computed, as on paper, from the names of output and inputs."""
        if not self.equation:
            return f"{output} = {self.name}({', '.join(inputs)})"
        return self.equation.format(**self._names(output, inputs))

    def local_gradients(self, output: str, *inputs: str) -> tuple[str, ...]:
        """Return the local gradient of each input, as on paper; "" where it never has one."""
        if not self.derivatives:
            return tuple(f"d{output}/d{x}" for x in inputs)
        names = self._names(output, inputs)
        return tuple(derivative.format(**names) for derivative in self.derivatives)

    def _names(self, output: str, inputs: Sequence[str]) -> dict[str, Any]:
        """Return what stands for the words in braces."""
        own = inspect.signature(self.forward).parameters
        return {"self": self, "f": output, **dict(zip(own, inputs, strict=True))}

    def write_gradient_of(self, source: Value, position: int) -> None:
        """Write the gradient of this input to where ``source`` keeps it, from the next run on.

        So the gradient of a parameter that one operation reads need not be copied. That is for
        operations whose ``prepare`` asks for :meth:`gradient_array`.
        """
        if self.workspace.borrow(f"gradient {position}", source):
            self.shapes = None  # prepare again

    def gradient_array(self, position: int, like: Array) -> Array:
        """Return the array to write the gradient of input ``position`` to, shaped as ``like``."""
        return self.array_like(f"gradient {position}", like)

    def array_like(self, name: str, like: Array) -> Array:
        """Return the work array ``name`` with the shape and dtype of ``like``."""
        return self.workspace.array(name, like.shape, like.dtype)

    def broadcast_shape(self, arrays: Sequence[Array]) -> tuple[int, ...]:
        """Return the shape that the arrays broadcast to. ShapeError where they do not."""
        shapes = [array.shape for array in arrays]
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise ShapeError(self.name, shapes, "shapes that broadcast") from None


class Elementwise(Operation):
    """An operation element by element, with broadcasting: it writes to ``out``.

    That has the shape that the inputs broadcast to, and their common dtype. Raises ShapeError where
    they do not broadcast, TypeError where they are no floating-point numbers.
    """

    def prepare(self, *inputs: Array) -> None:
        shape, dtype = inputs[0].shape, inputs[0].dtype
        for other in inputs[1:]:  # mostly there is nothing to work out
            if other.shape != shape:
                shape = self.broadcast_shape(inputs)
            if other.dtype != dtype:
                dtype = np.result_type(*inputs)
        if dtype.kind != "f":
            raise TypeError(f"{self.name}: expected floating-point input, got {dtype}")
        self.out = self.workspace.array("output", shape, dtype)


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
