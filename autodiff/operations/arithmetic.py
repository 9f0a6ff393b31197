"""Arithmetic, element by element, with broadcasting.

The node intuitions of the lecture: + distributes its upstream gradient, x switches its inputs, max
routes to the larger one.
"""

from __future__ import annotations

import numpy as np

from autodiff.arrays import Array, BoolArray
from autodiff.operation import Elementwise, Example, Operation, register
from autodiff.row_sparse import Gradient


def _pairs(operation: type[Operation], rng: np.random.Generator) -> list[Example]:
    """Equal shapes, a repeated row, a repeated column, a scalar; away from zero and from ties."""
    shapes = [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3))]
    signs = np.array([1.0, -1.0])
    return [
        Example(
            operation(),
            rng.choice(signs, size=left) * rng.uniform(0.5, 1.0, size=left),
            rng.choice(signs, size=right) * rng.uniform(1.5, 2.0, size=right),
        )
        for left, right in shapes
    ]


@register("add", examples=lambda rng: _pairs(Add, rng))
class Add(Elementwise):
    """f = x + y. Local gradients 1 and 1: the upstream gradient is *distributed*."""

    equation = "{f} = {x} + {y}"
    derivatives = ("d{f}/d{x} = 1", "d{f}/d{y} = 1")

    def forward(self, x: Array, y: Array) -> Array:
        return np.add(x, y, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        needs_x, needs_y = self.needs_gradient
        return upstream if needs_x else None, upstream if needs_y else None


@register("subtract", examples=lambda rng: _pairs(Subtract, rng))
class Subtract(Elementwise):
    """f = x - y. Local gradients 1 and -1."""

    equation = "{f} = {x} - {y}"
    derivatives = ("d{f}/d{x} = 1", "d{f}/d{y} = -1")

    def forward(self, x: Array, y: Array) -> Array:
        return np.subtract(x, y, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        needs_x, needs_y = self.needs_gradient
        return (
            upstream if needs_x else None,
            np.negative(upstream, out=self.array_like("dy", upstream)) if needs_y else None,
        )


@register("multiply", examples=lambda rng: _pairs(Multiply, rng))
class Multiply(Elementwise):
    """f = x y. Local gradients y and x: the inputs are *switched*."""

    equation = "{f} = {x} {y}"
    derivatives = ("d{f}/d{x} = {y}", "d{f}/d{y} = {x}")

    def forward(self, x: Array, y: Array) -> Array:
        return np.multiply(x, y, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x, y = self.inputs
        needs_x, needs_y = self.needs_gradient
        return (
            np.multiply(upstream, y, out=self.array_like("dx", upstream)) if needs_x else None,
            np.multiply(upstream, x, out=self.array_like("dy", upstream)) if needs_y else None,
        )


@register("divide", examples=lambda rng: _pairs(Divide, rng))
class Divide(Elementwise):
    """f = x / y. Local gradients 1 / y and -x / y^2 = -f / y."""

    equation = "{f} = {x} / {y}"
    derivatives = ("d{f}/d{x} = 1 / {y}", "d{f}/d{y} = -{f} / {y}")

    def forward(self, x: Array, y: Array) -> Array:
        self.f = np.divide(x, y, out=self.out)
        return self.f

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        _, y = self.inputs
        needs_x, needs_y = self.needs_gradient
        dx = np.divide(upstream, y, out=self.array_like("dx", upstream))
        if not needs_y:
            return dx, None
        dy = np.multiply(dx, self.f, out=self.array_like("dy", upstream))
        return dx if needs_x else None, np.negative(dy, out=dy)


@register("negate", examples=lambda rng: [Example(Negate(), rng.normal(size=(2, 3)))])
class Negate(Elementwise):
    """f = -x. Local gradient -1."""

    equation = "{f} = -{x}"
    derivatives = ("d{f}/d{x} = -1",)

    def forward(self, x: Array) -> Array:
        return np.negative(x, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return (np.negative(upstream, out=self.array_like("dx", upstream)),)


class _Routing(Elementwise):
    """Max or min of two inputs: the upstream gradient goes to the winner, of a tie to x."""

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        x, y = self.inputs
        needs_x, needs_y = self.needs_gradient
        x_wins = self._x_wins(x, y, self.workspace.array("x wins", upstream.shape, bool))
        dx = dy = None
        if needs_x:
            dx = np.multiply(upstream, x_wins, out=self.array_like("dx", upstream))
        if needs_y:
            y_wins = np.logical_not(x_wins, out=x_wins)
            dy = np.multiply(upstream, y_wins, out=self.array_like("dy", upstream))
        return dx, dy

    def _x_wins(self, x: Array, y: Array, out: BoolArray) -> BoolArray:
        raise TypeError(f"{type(self).__name__} does not say which input wins")


@register("maximum", examples=lambda rng: _pairs(Maximum, rng))
class Maximum(_Routing):
    """f = max(x, y). Local gradients [x >= y] and [x < y]: *routes* to one input, a tie to x."""

    equation = "{f} = max({x}, {y})"
    derivatives = ("d{f}/d{x} = [{x} >= {y}]", "d{f}/d{y} = [{x} < {y}]")

    def forward(self, x: Array, y: Array) -> Array:
        return np.maximum(x, y, out=self.out)

    def _x_wins(self, x: Array, y: Array, out: BoolArray) -> BoolArray:
        return np.greater_equal(x, y, out=out)


@register("minimum", examples=lambda rng: _pairs(Minimum, rng))
class Minimum(_Routing):
    """f = min(x, y). Local gradients [x <= y] and [x > y]: *routes* to one input, a tie to x."""

    equation = "{f} = min({x}, {y})"
    derivatives = ("d{f}/d{x} = [{x} <= {y}]", "d{f}/d{y} = [{x} > {y}]")

    def forward(self, x: Array, y: Array) -> Array:
        return np.minimum(x, y, out=self.out)

    def _x_wins(self, x: Array, y: Array, out: BoolArray) -> BoolArray:
        return np.less_equal(x, y, out=out)


@register(
    "where",
    examples=lambda rng: [
        Example(Where(), np.array([True, False, True]), rng.normal(size=(2, 3)), rng.normal(size=3))
    ],
)
class Where(Operation):
    """f = x where the condition holds, y elsewhere; the upstream gradient goes the same way.

    The condition is an array of truth values: it is a source and gets no gradient.
    """

    equation = "{f} = {x} where {condition}, else {y}"
    derivatives = ("", "d{f}/d{x} = [{condition}]", "d{f}/d{y} = [not {condition}]")

    def prepare(self, condition: BoolArray, x: Array, y: Array) -> None:
        if condition.dtype != bool:
            raise TypeError(f"{self.name}: expected a condition of truth values")
        shape = self.broadcast_shape((condition, x, y))
        self.out = self.workspace.array("output", shape, np.result_type(x, y))

    def forward(self, condition: BoolArray, x: Array, y: Array) -> Array:
        np.copyto(self.out, y)
        np.copyto(self.out, x, where=condition)
        return self.out

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        condition = self.inputs[0]
        _, needs_x, needs_y = self.needs_gradient
        dx = dy = None
        if needs_x:
            dx = np.multiply(upstream, condition, out=self.array_like("dx", upstream))
        if needs_y:
            dy = np.multiply(upstream, ~condition, out=self.array_like("dy", upstream))
        return None, dx, dy
