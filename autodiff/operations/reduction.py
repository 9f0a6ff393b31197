"""Reductions: one output gathers many inputs, so its gradient goes back to each of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autodiff.errors import ShapeError
from autodiff.operation import Array, Example, Gradient, Operation, register


class _Reduction(Operation):
    """A reduction over one axis, or over all of them (``axis=None``)."""

    def __init__(self, axis: int | None = None) -> None:
        super().__init__()
        self.axis = axis

    def _output(self, x: Array) -> Array:
        if self.axis is None:
            return self.workspace.array("output", (), x.dtype)
        if not -x.ndim <= self.axis < x.ndim:
            raise ShapeError(self.name, [x.shape], f"an input that has axis {self.axis}")
        axis = self.axis % x.ndim
        return self.workspace.array("output", x.shape[:axis] + x.shape[axis + 1 :], x.dtype)

    def _repeated(self, upstream: Array) -> Array:
        """Return the upstream gradient with the shape of the input, without copying it."""
        x = self.inputs[0]
        kept = upstream if self.axis is None else np.expand_dims(upstream, self.axis)
        return np.broadcast_to(kept, x.shape)


def _axes(operation: Any, rng: np.random.Generator) -> list[Example]:
    return [Example(operation(axis), rng.normal(size=(3, 4))) for axis in (None, 0, -1)]


@register("sum", examples=lambda rng: _axes(Sum, rng))
class Sum(_Reduction):
    """f = sum_i x_i. Local gradients 1."""

    def forward(self, x: Array) -> Array:
        return np.sum(x, axis=self.axis, out=self._output(x))

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return (self._repeated(upstream),)


@register("mean", examples=lambda rng: _axes(Mean, rng))
class Mean(_Reduction):
    """f = (1 / n) sum_i x_i. Local gradients 1 / n."""

    def forward(self, x: Array) -> Array:
        self.n = x.size if self.axis is None else x.shape[self.axis]
        return np.mean(x, axis=self.axis, out=self._output(x))

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = self.array_like("dx", self.inputs[0])
        return (np.divide(self._repeated(upstream), self.n, out=dx),)


@register(
    "squared_norm",
    examples=lambda rng: [
        Example(SquaredNorm(), rng.normal(size=(3, 4))),
        Example(SquaredNorm(), rng.normal(size=())),
    ],
)
class SquaredNorm(Operation):
    """f = ||x||^2 = sum_i x_i^2, the L2 penalty. Local gradients 2 x_i."""

    def forward(self, x: Array) -> Array:
        flat = x.reshape(-1)
        out = self.workspace.array("output", (), x.dtype)
        out[...] = np.vdot(flat, flat)
        return out

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.multiply(self.inputs[0], upstream, out=self.array_like("dx", self.inputs[0]))
        dx *= 2
        return (dx,)
