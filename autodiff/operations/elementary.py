"""Elementary functions of one input, element by element."""

from __future__ import annotations

import numpy as np

from autodiff.arrays import Array, FloatArray
from autodiff.operation import Elementwise, Example, Operation, register
from autodiff.row_sparse import Gradient


def _positive(operation: Operation, rng: np.random.Generator) -> list[Example]:
    return [Example(operation, rng.uniform(0.5, 2.0, size=(2, 3)))]


@register(
    "power",
    examples=lambda rng: [
        *(_positive(Power(p), rng)[0] for p in (2, 3, 0.5, -1)),
        Example(Power(3), rng.normal(size=(2, 3)) + 0.1),
    ],
)
class Power(Elementwise):
    """f = x^p for a number p. Local gradient p x^(p - 1)."""

    equation = "{f} = {x}^{self.exponent:g}"
    derivatives = ("f'({x}) = {self.exponent:g} {x}^({self.exponent:g} - 1)",)

    def __init__(self, exponent: float) -> None:
        super().__init__()
        if not isinstance(exponent, (int, float)):
            raise TypeError(f"power: the exponent is a number, got {type(exponent).__name__}")
        self.exponent = exponent

    def forward(self, x: FloatArray) -> FloatArray:
        return np.power(x, self.exponent, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        p = self.exponent
        dx = self.array_like("dx", upstream)
        if p == 0:  # 0 x^-1 would be 0 times infinity at 0
            dx[...] = 0
            return (dx,)
        np.power(self.inputs[0], p - 1, out=dx)
        dx *= p
        dx *= upstream
        return (dx,)


@register("exp", examples=lambda rng: [Example(Exp(), rng.normal(size=(2, 3)))])
class Exp(Elementwise):
    """f = e^x. Local gradient f."""

    equation = "{f} = e^{x}"
    derivatives = ("f'({x}) = {f}",)

    def forward(self, x: FloatArray) -> FloatArray:
        self.f = np.exp(x, out=self.out)
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return (np.multiply(upstream, self.f, out=self.array_like("dx", upstream)),)


@register("log", examples=lambda rng: _positive(Log(), rng))
class Log(Elementwise):
    """f = log x, the natural logarithm. Local gradient 1 / x."""

    equation = "{f} = log({x})"
    derivatives = ("f'({x}) = 1 / {x}",)

    def forward(self, x: FloatArray) -> FloatArray:
        return np.log(x, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return (np.divide(upstream, self.inputs[0], out=self.array_like("dx", upstream)),)


@register("sqrt", examples=lambda rng: _positive(Sqrt(), rng))
class Sqrt(Elementwise):
    """f = sqrt(x). Local gradient 1 / (2 f)."""

    equation = "{f} = sqrt({x})"
    derivatives = ("f'({x}) = 1 / (2 {f})",)

    def forward(self, x: FloatArray) -> FloatArray:
        self.f = np.sqrt(x, out=self.out)
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.divide(upstream, self.f, out=self.array_like("dx", upstream))
        dx *= 0.5
        return (dx,)


@register("abs", examples=lambda rng: [Example(Abs(), np.array([[-2.0, 0.5], [1.5, -0.3]]))])
class Abs(Elementwise):
    """f = |x|. Local gradient sign(x), which is 0 at the kink."""

    equation = "{f} = |{x}|"
    derivatives = ("f'({x}) = sign({x})",)

    def forward(self, x: FloatArray) -> FloatArray:
        return np.abs(x, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = np.sign(self.inputs[0], out=self.array_like("dx", upstream))
        dx *= upstream
        return (dx,)
