"""Nonlinearities f of a hidden layer, element by element.

The local gradient of most is a function of the output alone, which is then all they keep. That also
lets :class:`autodiff.operations.Layer` compute them in the memory of z = W x + b.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from autodiff.arrays import Array, FloatArray
from autodiff.operation import Elementwise, Example, Operation, register
from autodiff.row_sparse import Gradient


def _off_kinks(operation: Operation, rng: np.random.Generator) -> list[Example]:
    """Inputs on both sides of the kinks at -1, 0 and 1, none within 0.1 of one."""
    x = rng.uniform(0.1, 0.9, size=(4, 3)) + np.array([[-2.0], [-1.0], [0.0], [1.0]])
    return [Example(operation, x)]


class Nonlinearity(Elementwise):
    """A nonlinearity whose local gradient is a function of its output.

    A subclass defines ``value``, f(z), and ``slope``, f'(z) as a function of f; both write into
    ``out``, which ``value`` may be given z itself for.
    """

    equation = "{f} = {self.name}({x})"

    @staticmethod
    def value(z: FloatArray, out: FloatArray) -> FloatArray:
        raise TypeError("a nonlinearity defines `value`")

    @staticmethod
    def slope(f: FloatArray, out: FloatArray) -> FloatArray:
        raise TypeError("a nonlinearity defines `slope`")

    def forward(self, x: FloatArray) -> FloatArray:
        self.f = self.value(x, self.out)
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = self.slope(self.f, self.array_like("dx", self.f))
        dx *= upstream
        return (dx,)


@register("sigmoid", examples=lambda rng: [Example(Sigmoid(), rng.normal(size=(2, 3)))])
class Sigmoid(Nonlinearity):
    """f = 1 / (1 + e^-z). Local gradient f (1 - f)."""

    derivatives = ("f'({x}) = {f} (1 - {f})",)

    @staticmethod
    def value(z: FloatArray, out: FloatArray) -> FloatArray:
        from scipy.special import expit  # imported with the first sigmoid: it takes a while

        result: Array = expit(z, out=out)
        return result

    @staticmethod
    def slope(f: FloatArray, out: FloatArray) -> FloatArray:
        np.subtract(1, f, out=out)
        return np.multiply(out, f, out=out)


@register("tanh", examples=lambda rng: [Example(Tanh(), rng.normal(size=(2, 3)))])
class Tanh(Nonlinearity):
    """f = tanh(z). Local gradient 1 - f^2."""

    derivatives = ("f'({x}) = 1 - {f}^2",)

    @staticmethod
    def value(z: FloatArray, out: FloatArray) -> FloatArray:
        return np.tanh(z, out=out)

    @staticmethod
    def slope(f: FloatArray, out: FloatArray) -> FloatArray:
        np.multiply(f, f, out=out)
        return np.subtract(1, out, out=out)


@register("hard_tanh", examples=lambda rng: _off_kinks(HardTanh(), rng))
class HardTanh(Nonlinearity):
    """f = min(1, max(-1, z)). Local gradient [-1 < z < 1]. Source: Collobert et al. 2011."""

    derivatives = ("f'({x}) = [-1 < {x} < 1]",)

    @staticmethod
    def value(z: FloatArray, out: FloatArray) -> FloatArray:
        np.maximum(z, -1, out=out)
        return np.minimum(out, 1, out=out)

    @staticmethod
    def slope(f: FloatArray, out: FloatArray) -> FloatArray:
        np.abs(f, out=out)
        return np.less(out, 1, out=out, casting="unsafe")


@register("relu", examples=lambda rng: _off_kinks(Relu(), rng))
class Relu(Nonlinearity):
    """f = max(0, z). Local gradient [z > 0]."""

    derivatives = ("f'({x}) = [{x} > 0]",)

    @staticmethod
    def value(z: FloatArray, out: FloatArray) -> FloatArray:
        return np.maximum(z, 0, out=out)

    @staticmethod
    def slope(f: FloatArray, out: FloatArray) -> FloatArray:
        return np.greater(f, 0, out=out, casting="unsafe")


@register("leaky_relu", examples=lambda rng: _off_kinks(LeakyRelu(), rng))
class LeakyRelu(Nonlinearity):
    """f = z where z > 0, a z elsewhere, with a = 0.01. Local gradient 1 or a.

    The sign of f is that of z. Source: Maas, Hannun and Ng 2013, equation 3.
    """

    derivatives = ("f'({x}) = 1 or {self.A:g} ({x} <= 0)",)
    A: ClassVar[float] = 0.01

    @staticmethod
    def value(z: FloatArray, out: FloatArray) -> FloatArray:
        if out is not z:
            np.copyto(out, z)
        return np.multiply(out, LeakyRelu.A, out=out, where=out < 0)

    @staticmethod
    def slope(f: FloatArray, out: FloatArray) -> FloatArray:
        np.greater(f, 0, out=out, casting="unsafe")
        return np.maximum(out, LeakyRelu.A, out=out)


NONLINEARITIES: dict[str, type[Nonlinearity]] = {
    operation.name: operation for operation in (Sigmoid, Tanh, HardTanh, Relu, LeakyRelu)
}


@register(
    "prelu",
    examples=lambda rng: [
        Example(PRelu(), _off_kinks(Relu(), rng)[0].inputs[0], rng.uniform(0.1, 0.5, size=3))
    ],
)
class PRelu(Elementwise):
    """f = z where z > 0, a z elsewhere, with a learned slope a that broadcasts against z.

    Local gradients: [z > 0] + a [z <= 0] for z, min(0, z) for a. Source: He et al. 2015, section 2.
    """

    equation = "{f} = prelu({z})"
    derivatives = ("f'({z}) = 1 or {a} ({z} <= 0)", "d{f}/d{a} = min(0, {z})")

    def forward(self, z: FloatArray, a: FloatArray) -> FloatArray:
        out = np.minimum(z, 0, out=self.out)
        out *= a
        return np.add(out, np.maximum(z, 0, out=self.array_like("positive", z)), out=out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        z, a = self.inputs
        needs_z, needs_a = self.needs_gradient
        dz = da = None
        if needs_z:
            is_positive = np.greater(z, 0, out=self.workspace.array("sign", z.shape, bool))
            dz = np.multiply(upstream, a, out=self.array_like("dz", upstream))
            np.copyto(dz, upstream, where=is_positive)
        if needs_a:
            da = np.minimum(z, 0, out=self.array_like("da", upstream))
            da *= upstream
        return dz, da
