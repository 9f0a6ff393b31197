"""Reductions: one output gathers many inputs, so its gradient goes back to each of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autodiff.arrays import Array, FloatArray
from autodiff.errors import ShapeError
from autodiff.operation import Elementwise, Example, Operation, register
from autodiff.row_sparse import Gradient


class _Reduction(Operation):
    """A reduction over one axis, or over all of them (``axis=None``)."""

    def __init__(self, axis: int | None = None) -> None:
        super().__init__()
        self.axis = axis

    def prepare(self, x: FloatArray) -> None:
        if x.dtype.kind != "f":
            raise TypeError(f"{self.name}: expected floating-point input, got {x.dtype}")
        if self.axis is not None and not -x.ndim <= self.axis < x.ndim:
            raise ShapeError(self.name, [x.shape], f"an input that has axis {self.axis}")
        shape, axis = x.shape, 0 if self.axis is None else self.axis % x.ndim
        kept = () if self.axis is None else shape[:axis] + shape[axis + 1 :]
        self.n = x.size if self.axis is None else shape[axis]
        self.out = self.workspace.array("output", kept, x.dtype)

    def _repeated(self, reduced: FloatArray) -> FloatArray:
        """Return a reduced array with the shape of the input, without copying it."""
        x = self.inputs[0]
        kept = reduced if self.axis is None else np.expand_dims(reduced, self.axis)
        return np.broadcast_to(kept, x.shape)


def _axes(operation: Any, rng: np.random.Generator) -> list[Example]:
    return [
        Example(operation(axis), rng.permutation(np.arange(0, 3, 0.25)).reshape(3, 4))
        for axis in (None, 0, -1)
    ]


@register("sum", examples=lambda rng: _axes(Sum, rng))
class Sum(_Reduction):
    """f = sum_i x_i. Local gradients 1."""

    equation = "{f} = sum_i {x}_i"
    derivatives = ("d{f}/d{x}_i = 1",)

    def forward(self, x: FloatArray) -> FloatArray:
        return np.sum(x, axis=self.axis, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return (self._repeated(upstream),)


@register("mean", examples=lambda rng: _axes(Mean, rng))
class Mean(_Reduction):
    """f = (1 / n) sum_i x_i. Local gradients 1 / n. The mean of nothing is 0."""

    equation = "{f} = (1/n) sum_i {x}_i"
    derivatives = ("d{f}/d{x}_i = 1/n",)

    def forward(self, x: FloatArray) -> FloatArray:
        total = np.sum(x, axis=self.axis, out=self.out)
        return np.divide(total, max(self.n, 1), out=total)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = self.array_like("dx", self.inputs[0])
        return (np.divide(self._repeated(upstream), max(self.n, 1), out=dx),)


@register("max", examples=lambda rng: _axes(Max, rng))
class Max(_Reduction):
    """f = max_i x_i. Local gradient 1 for the largest element, of a tie the first; 0 elsewhere."""

    equation = "{f} = max_i {x}_i"
    derivatives = ("d{f}/d{x}_i = [i is the first largest]",)

    def prepare(self, x: FloatArray) -> None:
        super().prepare(x)
        if self.n == 0:
            raise ShapeError(self.name, [x.shape], "at least one element to take the maximum of")

    def forward(self, x: FloatArray) -> FloatArray:
        return np.max(x, axis=self.axis, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x = self.inputs[0]
        dx = self.array_like("dx", x)
        dx[...] = 0
        if self.axis is None:
            dx.reshape(-1)[x.argmax()] = upstream
        else:
            winner = np.expand_dims(x.argmax(axis=self.axis), self.axis)
            np.put_along_axis(dx, winner, np.expand_dims(upstream, self.axis), self.axis)
        return (dx,)


@register("logsumexp", examples=lambda rng: _axes(LogSumExp, rng))
class LogSumExp(_Reduction):
    """f = log sum_i e^x_i. Local gradients e^(x_i - f) = softmax(x)_i.

    The largest x is taken off first, so that nothing overflows.
    """

    equation = "{f} = log sum_i e^{x}_i"
    derivatives = ("d{f}/d{x}_i = softmax({x})_i",)

    def forward(self, x: FloatArray) -> FloatArray:
        f = self.out
        largest = np.max(x, axis=self.axis, keepdims=True, initial=-math.inf)
        largest = np.where(np.isfinite(largest), largest, 0)
        p = np.subtract(x, largest, out=self.array_like("p", x))
        np.exp(p, out=p)
        np.log(np.sum(p, axis=self.axis, out=f), out=f)
        f += np.squeeze(largest, axis=self.axis)
        self.f = f
        return f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x = self.inputs[0]
        dx = np.subtract(x, self._repeated(self.f), out=self.array_like("dx", x))
        np.exp(dx, out=dx)
        dx *= self._repeated(upstream)
        return (dx,)


@register(
    "squared_norm",
    examples=lambda rng: [
        Example(SquaredNorm(), rng.normal(size=(3, 4))),
        Example(SquaredNorm(), rng.normal(size=())),
    ],
)
class SquaredNorm(Operation):
    """f = ||x||^2 = sum_i x_i^2, the L2 penalty. Local gradients 2 x_i."""

    equation = "{f} = ||{x}||^2"
    derivatives = ("d{f}/d{x} = 2 {x}",)

    def prepare(self, x: FloatArray) -> None:
        self.out = self.workspace.array("output", (), x.dtype)

    def forward(self, x: FloatArray) -> FloatArray:
        flat = x.reshape(-1)
        self.out[...] = np.vdot(flat, flat)
        return self.out

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.multiply(self.inputs[0], upstream, out=self.array_like("dx", self.inputs[0]))
        dx *= 2
        return (dx,)


@register("softmax", examples=lambda rng: [Example(Softmax(), rng.normal(size=(3, 4)))])
class Softmax(Elementwise):
    """p_i = e^s_i / sum_j e^s_j along the last axis.

    The Jacobian is diag(p) - p p^T, so that downstream ds = p (dp - <dp, p>).
    """

    equation = "{f} = softmax({s})"
    derivatives = ("d{f}/d{s} = diag({f}) - {f} {f}^T",)

    def forward(self, s: FloatArray) -> FloatArray:
        p = self.out
        np.subtract(s, s.max(axis=-1, keepdims=True), out=p)
        np.exp(p, out=p)
        p /= p.sum(axis=-1, keepdims=True)
        self.p = p
        return p

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        ds = np.multiply(upstream, self.p, out=self.array_like("ds", self.p))
        inner = ds.sum(axis=-1, keepdims=True)
        np.subtract(upstream, inner, out=ds)
        ds *= self.p
        return (ds,)


@register("log_softmax", examples=lambda rng: [Example(LogSoftmax(), rng.normal(size=(3, 4)))])
class LogSoftmax(Elementwise):
    """l_i = s_i - log sum_j e^s_j along the last axis.

    Downstream ds = dl - softmax(s) sum_j dl_j.
    """

    equation = "{f} = log softmax({s})"
    derivatives = ("d{f}/d{s} = I - 1 softmax({s})^T",)

    def forward(self, s: FloatArray) -> FloatArray:
        log_p = self.out
        np.subtract(s, s.max(axis=-1, keepdims=True), out=log_p)
        log_p -= np.log(np.exp(log_p).sum(axis=-1, keepdims=True))
        self.log_p = log_p
        return log_p

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        ds = np.exp(self.log_p, out=self.array_like("ds", self.log_p))
        ds *= upstream.sum(axis=-1, keepdims=True)
        return (np.subtract(upstream, ds, out=ds),)
