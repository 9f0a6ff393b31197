"""Operations that only move numbers: their gradients move back the way they came."""

from __future__ import annotations

import numpy as np

from autodiff.errors import ShapeError
from autodiff.operation import Array, Example, Gradient, Operation, register


@register("reshape", examples=lambda rng: [Example(Reshape((3, -1)), rng.normal(size=(2, 6)))])
class Reshape(Operation):
    """The same elements in another shape; one length may be -1."""

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
    "concatenate",
    examples=lambda rng: [
        Example(Concatenate(1), rng.normal(size=(2, 3)), rng.normal(size=(2, 1))),
        Example(Concatenate(0), *(rng.normal(size=(n, 2)) for n in (1, 3, 2))),
    ],
)
class Concatenate(Operation):
    """Arrays joined along one axis; each gets back its own stretch of the upstream gradient."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, *arrays: Array) -> Array:
        lengths = [array.shape[self.axis] for array in arrays]
        shape = list(arrays[0].shape)
        shape[self.axis] = sum(lengths)
        out = self.workspace.array("output", tuple(shape), np.result_type(*arrays))
        try:
            np.concatenate(arrays, axis=self.axis, out=out)
        except ValueError:
            shapes = [array.shape for array in arrays]
            expected = f"shapes that differ along axis {self.axis} only"
            raise ShapeError(self.name, shapes, expected) from None
        self.bounds = np.cumsum(lengths)[:-1]
        return out

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        stretches = np.split(upstream, self.bounds, axis=self.axis)
        return tuple(
            stretch if needed else None
            for stretch, needed in zip(stretches, self.needs_gradient, strict=True)
        )
