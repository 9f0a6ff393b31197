"""Matrix products. The shape convention: a gradient has the shape of what it is the gradient of."""

from __future__ import annotations

import numpy as np

from autodiff.errors import ShapeError
from autodiff.operation import Array, Example, Gradient, Operation, register


@register(
    "matmul",
    examples=lambda rng: [Example(MatMul(), rng.normal(size=(4, 3)), rng.normal(size=(3, 2)))],
)
class MatMul(Operation):
    """F = X Y for X (n, k) and Y (k, m). Downstream: dX = dF Y^T, dY = X^T dF."""

    def forward(self, x: Array, y: Array) -> Array:
        if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
            raise ShapeError(self.name, [x.shape, y.shape], "matrices (n, k) and (k, m)")
        shape = (x.shape[0], y.shape[1])
        return np.matmul(x, y, out=self.workspace.array("output", shape, np.result_type(x, y)))

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x, y = self.inputs
        needs_x, needs_y = self.needs_gradient
        return (
            np.matmul(upstream, y.T, out=self.workspace.array("dx", x.shape, upstream.dtype))
            if needs_x
            else None,
            np.matmul(x.T, upstream, out=self.workspace.array("dy", y.shape, upstream.dtype))
            if needs_y
            else None,
        )


@register(
    "affine",
    examples=lambda rng: [
        Example(Affine(), rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2))
    ],
)
class Affine(Operation):
    """z = W x + b for each of n rows x: Z = X W^T + b.

    X (n, in), W (out, in), b (out,), Z (n, out). With delta = dZ, the upstream gradient that W and
    b share: dX = delta W, dW = delta^T X, db = the sum of the rows of delta.
    """

    def forward(self, x: Array, weights: Array, bias: Array) -> Array:
        if x.ndim != 2 or weights.ndim != 2 or x.shape[1] != weights.shape[1]:
            raise ShapeError(self.name, [x.shape, weights.shape], "x (n, in) and W (out, in)")
        if bias.shape != weights.shape[:1]:
            raise ShapeError(self.name, [weights.shape, bias.shape], "W (out, in) and b (out,)")
        shape = (x.shape[0], weights.shape[0])
        z = self.workspace.array("output", shape, np.result_type(x, weights, bias))
        np.matmul(x, weights.T, out=z)
        z += bias
        return z

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x, weights, bias = self.inputs
        needs_x, needs_weights, needs_bias = self.needs_gradient
        array, dtype = self.workspace.array, upstream.dtype
        return (
            np.matmul(upstream, weights, out=array("dx", x.shape, dtype)) if needs_x else None,
            np.matmul(upstream.T, x, out=array("dW", weights.shape, dtype))
            if needs_weights
            else None,
            np.add.reduce(upstream, axis=0, out=array("db", bias.shape, dtype))
            if needs_bias
            else None,
        )
