"""Operations that only move numbers: their gradients move back the way they came."""

from __future__ import annotations

from typing import Any

import numpy as np

from autodiff.arrays import Array
from autodiff.errors import ShapeError
from autodiff.operation import Example, Operation, register
from autodiff.row_sparse import Gradient


@register("reshape", examples=lambda rng: [Example(Reshape((3, -1)), rng.normal(size=(2, 6)))])
class Reshape(Operation):
    """The same elements in another shape; one length may be -1."""

    equation = "{f} = {x} as {self.shape}"
    derivatives = ("I: in the shape of {x}",)

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Array) -> Array:
        try:
            return x.reshape(self.shape)
        except ValueError:
            expected = f"as many elements as {self.shape} has"
            raise ShapeError(self.name, [x.shape], expected) from None

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return (upstream.reshape(self.inputs[0].shape),)


@register(
    "transpose",
    examples=lambda rng: [
        Example(Transpose(), rng.normal(size=(2, 3))),
        Example(Transpose((1, 2, 0)), rng.normal(size=(2, 3, 4))),
    ],
)
class Transpose(Operation):
    """The axes in another order, by default reversed."""

    equation = "{f} = {x}^T"
    derivatives = ("I: its axes turned back",)

    def __init__(self, axes: tuple[int, ...] | None = None) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Array) -> Array:
        if self.axes is not None and sorted(self.axes) != list(range(x.ndim)):
            raise ShapeError(self.name, [x.shape], f"an input with the axes {self.axes}")
        return x.transpose(self.axes)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        back = None if self.axes is None else np.argsort(self.axes)
        return (upstream.transpose(back),)


@register(
    "index",
    examples=lambda rng: [
        Example(Index(key), rng.normal(size=(3, 4)))
        for key in (1, (slice(0, 2), -1), (slice(None, None, 2),), np.array([2, 0, 2]))
    ],
)
class Index(Operation):
    """x[key] for integers, slices and integer arrays; an element named twice gets both parts."""

    equation = "{f} = {x}[key]"
    derivatives = ("I: the elements taken",)

    def __init__(self, key: Any) -> None:
        super().__init__()
        self.key = key

    def forward(self, x: Array) -> Array:
        try:
            return np.asarray(x[self.key])
        except IndexError as error:
            raise ShapeError(self.name, [x.shape], f"a fitting key ({error})") from None

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        dx = self.array_like("dx", self.inputs[0])
        dx[...] = 0
        np.add.at(dx, self.key, upstream)
        return (dx,)


class _Joining(Operation):
    """Arrays put together along an axis; each gets back its own part of the upstream gradient."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def formula(self, output: str, *inputs: str) -> str:
        return f"{output} = [{'; '.join(inputs)}]"

    def local_gradients(self, output: str, *inputs: str) -> tuple[str, ...]:
        return ("I: its own part",) * len(inputs)


@register(
    "concatenate",
    examples=lambda rng: [
        Example(Concatenate(1), rng.normal(size=(2, 3)), rng.normal(size=(2, 1))),
        Example(Concatenate(0), *(rng.normal(size=(n, 2)) for n in (1, 3, 2))),
    ],
)
class Concatenate(_Joining):
    """Arrays joined along one axis; each gets back its own stretch of the upstream gradient."""

    def prepare(self, *arrays: Array) -> None:
        shapes = [array.shape for array in arrays]
        if not arrays or not -arrays[0].ndim <= self.axis < arrays[0].ndim:
            raise ShapeError(self.name, shapes, f"inputs that have axis {self.axis}")
        axis = self.axis % arrays[0].ndim
        if len({shape[:axis] + shape[axis + 1 :] for shape in shapes}) > 1:
            raise ShapeError(self.name, shapes, f"shapes that differ along axis {axis} only")
        lengths = [array.shape[axis] for array in arrays]
        shape = list(arrays[0].shape)
        shape[axis] = sum(lengths)
        self.out = self.workspace.array("output", tuple(shape), np.result_type(*arrays))
        self.bounds = [sum(lengths[:i]) for i in range(1, len(lengths))]

    def forward(self, *arrays: Array) -> Array:
        return np.concatenate(arrays, axis=self.axis, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        stretches = np.split(upstream, self.bounds, axis=self.axis)
        return tuple(
            stretch if needed else None
            for stretch, needed in zip(stretches, self.needs_gradient, strict=True)
        )


@register(
    "stack",
    examples=lambda rng: [Example(Stack(1), *(rng.normal(size=(2, 3)) for _ in range(3)))],
)
class Stack(_Joining):
    """Arrays of one shape side by side along a new axis; each gets back its own layer."""

    def prepare(self, *arrays: Array) -> None:
        shapes = [array.shape for array in arrays]
        if len(set(shapes)) != 1:
            raise ShapeError(self.name, shapes, "equal shapes")
        if not -len(shapes[0]) - 1 <= self.axis <= len(shapes[0]):
            raise ShapeError(self.name, shapes, f"inputs that can have an axis {self.axis}")
        axis = self.axis % (len(shapes[0]) + 1)
        shape = (*shapes[0][:axis], len(arrays), *shapes[0][axis:])
        self.out = self.workspace.array("output", shape, np.result_type(*arrays))

    def forward(self, *arrays: Array) -> Array:
        return np.stack(arrays, axis=self.axis, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        layers = np.moveaxis(upstream, self.axis, 0)
        return tuple(
            layer if needed else None
            for layer, needed in zip(layers, self.needs_gradient, strict=True)
        )
