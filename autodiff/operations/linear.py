"""Matrix products. The shape convention: a gradient has the shape of what it is the gradient of."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from autodiff.arrays import Array, FloatArray
from autodiff.errors import ShapeError
from autodiff.operation import Example, Operation, register
from autodiff.operations.nonlinearity import NONLINEARITIES, Nonlinearity
from autodiff.row_sparse import Gradient

NARROW = 32  # outputs up to here are kept column by column; see Affine


@register(
    "matmul",
    examples=lambda rng: [Example(MatMul(), rng.normal(size=(4, 3)), rng.normal(size=(3, 2)))],
)
class MatMul(Operation):
    """F = X Y for X (n, k) and Y (k, m). Downstream: dX = dF Y^T, dY = X^T dF."""

    equation = "{f} = {x} {y}"
    derivatives = ("d{f}/d{x} = {y}^T", "d{f}/d{y} = {x}^T")
    owns_gradients = True

    def prepare(self, x: FloatArray, y: FloatArray) -> None:
        if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
            raise ShapeError(self.name, [x.shape, y.shape], "matrices (n, k) and (k, m)")
        shape = (x.shape[0], y.shape[1])
        self.out = self.workspace.array("output", shape, np.result_type(x, y))

    def forward(self, x: FloatArray, y: FloatArray) -> FloatArray:
        return np.matmul(x, y, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x, y = self.inputs
        needs_x, needs_y = self.needs_gradient
        dx = dy = None
        if needs_x:
            dx = np.matmul(upstream, y.T, out=self.array_like("dx", x))
        if needs_y:
            dy = np.matmul(x.T, upstream, out=self.array_like("dy", y))
        return dx, dy


@register(
    "affine",
    examples=lambda rng: [
        Example(Affine(), rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)),
        Example(Affine(), rng.normal(size=(2, 3)), rng.normal(size=(40, 3)), rng.normal(size=40)),
    ],
)
class Affine(Operation):
    """z = W x + b for each of n rows x: Z = X W^T + b.

    X (n, in), W (out, in), b (out,), Z (n, out). With delta = dZ, the upstream gradient that W and
    b share: dX = delta W, dW = delta^T X, db = 1^T delta, the sum of the rows of delta.

    A narrow Z (few outputs, such as one score for each class) lies in memory column by column: what
    follows it, such as a softmax, then works along the long axis. The product is formed row by row,
    which is faster, and then turned.
    """

    equation = "{f} = {weights} {x} + {bias}"
    derivatives = ("d{f}/d{x} = {weights}", "d{f}/d{weights} = {x}^T", "d{f}/d{bias} = I")
    owns_gradients = True

    def prepare(self, x: FloatArray, weights: FloatArray, bias: FloatArray) -> None:
        if x.ndim != 2 or weights.ndim != 2 or x.shape[1] != weights.shape[1]:
            raise ShapeError(self.name, [x.shape, weights.shape], "x (n, in) and W (out, in)")
        if bias.shape != weights.shape[:1]:
            raise ShapeError(self.name, [weights.shape, bias.shape], "W (out, in) and b (out,)")
        self.is_narrow = len(weights) <= NARROW
        shape = (len(x), len(weights))
        dtype = np.result_type(x, weights)
        self.z = self._rows("output", shape, dtype)
        self.product = self.workspace.array("product", shape, dtype) if self.is_narrow else self.z
        self.ones = np.ones(len(x), dtype)
        self.dx, self.dw, self.db = map(self.gradient_array, range(3), (x, weights, bias))

    def _rows(self, name: str, shape: tuple[int, int], dtype: DTypeLike) -> FloatArray:
        """Return a work array (n, out), column by column where it is narrow."""
        if self.is_narrow:
            return self.workspace.array(name, shape[::-1], dtype).T
        return self.workspace.array(name, shape, dtype)

    def forward(self, x: FloatArray, weights: FloatArray, bias: FloatArray) -> FloatArray:
        z = self.z
        np.dot(x, weights.T, out=self.product)
        if self.is_narrow:
            np.copyto(z, self.product)
        z += bias
        return z

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x, weights, _ = self.inputs
        needs_x, needs_weights, needs_bias = self.needs_gradient
        return (
            np.dot(upstream, weights, out=self.dx) if needs_x else None,
            np.dot(upstream.T, x, out=self.dw) if needs_weights else None,
            np.dot(self.ones, upstream, out=self.db) if needs_bias else None,
        )


def _layers(rng: np.random.Generator) -> list[Example]:
    """A layer of each nonlinearity; the seeds keep z away from the kinks."""
    x, weights = rng.choice([-1.0, 1.0], size=(5, 2)), np.array([[1.0, 0.3], [0.2, -1.2], [0.5, 2]])
    bias = np.array([0.05, 0.1, -0.3])
    return [Example(Layer(name), x, weights, bias) for name in NONLINEARITIES]


@register("layer", examples=_layers)
class Layer(Affine):
    """h = f(W x + b) in one operation: f is computed in the memory of z.

    Shapes as of :class:`Affine`. With delta = dh f'(z), the rest is that of Affine. One pass over
    the memory of the layer and one node fewer than the two operations in a row.
    """

    equation = "{f} = {self.nonlinearity.name}({weights} {x} + {bias})"
    derivatives = (
        "d{f}/d{x} = f'(z) {weights}",
        "d{f}/d{weights} = f'(z) {x}^T",
        "d{f}/d{bias} = f'(z)",
    )

    def __init__(self, nonlinearity: str) -> None:
        super().__init__()
        if nonlinearity not in NONLINEARITIES:
            known = ", ".join(NONLINEARITIES)
            raise ValueError(f"layer: no nonlinearity {nonlinearity!r}; there are {known}")
        self.nonlinearity: type[Nonlinearity] = NONLINEARITIES[nonlinearity]

    def prepare(self, x: FloatArray, weights: FloatArray, bias: FloatArray) -> None:
        super().prepare(x, weights, bias)
        self.delta = self._rows("delta", self.z.shape, self.z.dtype)

    def forward(self, x: FloatArray, weights: FloatArray, bias: FloatArray) -> FloatArray:
        z = super().forward(x, weights, bias)
        self.h = self.nonlinearity.value(z, out=z)
        return self.h

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        delta = self.nonlinearity.slope(self.h, out=self.delta)
        delta *= upstream
        return super().backward(delta)
