"""Losses: the scalar at the end of the graph, from which backward starts."""

from __future__ import annotations

import numpy as np

from autodiff.errors import ShapeError
from autodiff.operation import Array, Example, Gradient, Operation, register


@register(
    "softmax_cross_entropy",
    examples=lambda rng: [
        Example(SoftmaxCrossEntropy(), rng.normal(size=(4, 3)), np.array([2, 0, 1, 1]))
    ],
)
class SoftmaxCrossEntropy(Operation):
    """J = -(1 / n) sum_i log p_i[y_i], with p_i = softmax(s_i).

    Scores s (n, classes), targets y (n,) integer class numbers. Downstream:
    ds = (p - onehot(y)) / n: every class is pushed down by its probability, the right one is
    pulled up by one. An empty batch has loss 0.
    """

    def forward(self, scores: Array, targets: Array) -> Array:
        if scores.ndim != 2 or targets.shape != scores.shape[:1]:
            expected = "scores (n, classes) and targets (n,)"
            raise ShapeError(self.name, [scores.shape, targets.shape], expected)
        self._check_targets(targets, scores.shape[1])
        n = len(scores)
        self.rows = np.arange(n)
        loss = self.workspace.array("output", (), scores.dtype)
        # The largest score is taken off first, so that exp cannot overflow.
        p = self.array_like("p", scores)
        shifted = np.subtract(scores, scores.max(axis=1, keepdims=True), out=p)
        right = shifted[self.rows, targets]
        np.exp(shifted, out=p)
        total = p.sum(axis=1, keepdims=True)
        loss[...] = (np.log(total[:, 0]) - right).sum() / max(n, 1)
        p /= total
        self.p = p
        return loss

    def _check_targets(self, targets: Array, classes: int) -> None:
        if targets.dtype.kind not in "iu":
            raise TypeError(f"{self.name}: expected integer targets, got {targets.dtype}")
        if targets.size and not (targets.min() >= 0 and targets.max() < classes):
            raise IndexError(f"{self.name}: a target outside 0 to {classes - 1}")

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        targets = self.inputs[1]
        ds = self.array_like("ds", self.p)
        np.copyto(ds, self.p)
        ds[self.rows, targets] -= 1
        ds *= upstream / max(len(targets), 1)
        return ds, None
