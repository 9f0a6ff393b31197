"""Nonlinearities f: the local gradient is a function of the output, which is all they keep."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from autodiff.operation import Array, Example, Gradient, Operation, register


def _off_kinks(operation: type[Operation], rng: np.random.Generator) -> list[Example]:
    """Inputs on both sides of the kinks at -1, 0 and 1, none within 0.1 of one."""
    x = rng.uniform(0.1, 0.9, size=(4, 3)) + np.array([[-2.0], [-1.0], [0.0], [1.0]])
    return [Example(operation(), x)]


@register("sigmoid", examples=lambda rng: [Example(Sigmoid(), rng.normal(size=(2, 3)))])
class Sigmoid(Operation):
    """f = 1 / (1 + e^-x). Local gradient f (1 - f)."""

    def forward(self, x: Array) -> Array:
        self.f: Array = expit(x, out=self.elementwise_output(x))
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.subtract(1, self.f, out=self.array_like("dx", upstream))
        dx *= self.f
        dx *= upstream
        return (dx,)


@register("tanh", examples=lambda rng: [Example(Tanh(), rng.normal(size=(2, 3)))])
class Tanh(Operation):
    """f = tanh(x). Local gradient 1 - f^2."""

    def forward(self, x: Array) -> Array:
        self.f = np.tanh(x, out=self.elementwise_output(x))
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.multiply(self.f, self.f, out=self.array_like("dx", upstream))
        np.subtract(1, dx, out=dx)
        dx *= upstream
        return (dx,)


@register("hard_tanh", examples=lambda rng: _off_kinks(HardTanh, rng))
class HardTanh(Operation):
    """f = min(1, max(-1, x)). Local gradient [-1 < x < 1]."""

    def forward(self, x: Array) -> Array:
        self.f = np.clip(x, -1, 1, out=self.elementwise_output(x))
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.abs(self.f, out=self.array_like("dx", upstream))
        np.less(dx, 1, out=dx, casting="unsafe")
        dx *= upstream
        return (dx,)


@register("relu", examples=lambda rng: _off_kinks(Relu, rng))
class Relu(Operation):
    """f = max(0, x). Local gradient [x > 0]."""

    def forward(self, x: Array) -> Array:
        self.f = np.maximum(x, 0, out=self.elementwise_output(x))
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.greater(self.f, 0, out=self.array_like("dx", upstream), casting="unsafe")
        dx *= upstream
        return (dx,)
