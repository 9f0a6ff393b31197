"""Losses: the scalar at the end of the graph, from which backward starts.

All of them are means over the batch; an empty batch has loss 0.
"""

from __future__ import annotations

import numpy as np

from autodiff.arrays import Array, FloatArray, IntArray
from autodiff.errors import ShapeError
from autodiff.operation import Example, Operation, register
from autodiff.row_sparse import Gradient, check_range


@register(
    "softmax_cross_entropy",
    examples=lambda rng: [
        Example(SoftmaxCrossEntropy(), rng.normal(size=(4, 3)), np.array([2, 0, 1, 1])),
        Example(SoftmaxCrossEntropy(), rng.normal(size=(3, 4)).T, np.array([2, 0, 1, 1])),
    ],
)
class SoftmaxCrossEntropy(Operation):
    """J = -(1 / n) sum_i log p_i[y_i], with p_i = softmax(s_i).

    Scores s (n, classes), targets y (n,) integer class numbers. Downstream:
    ds = (p - onehot(y)) / n: every class is pushed down by its probability, the right one is
    pulled up by one. Inside, the arrays are (classes, n): there are few classes, so that sums over
    them run along the long axis.
    """

    equation = "{f} = -log softmax({scores})[{targets}]"
    derivatives = ("d{f}/d{scores} = p - onehot({targets})", "")
    owns_gradients = True

    def prepare(self, scores: FloatArray, targets: IntArray) -> None:
        if scores.ndim != 2 or targets.shape != scores.shape[:1]:
            expected = "scores (n, classes) and targets (n,)"
            raise ShapeError(self.name, [scores.shape, targets.shape], expected)
        if targets.dtype.kind not in "iu":
            raise TypeError(f"{self.name}: expected integer targets, got {targets.dtype}")
        array, dtype, shape = self.workspace.array, scores.dtype, scores.shape[::-1]
        self.exp, self.ds = array("exp", shape, dtype), array("ds", shape, dtype)
        self.total, self.row = (array(name, targets.shape, dtype) for name in ("total", "row"))
        self.loss = array("output", (), dtype)
        self.ones = np.ones(scores.shape[1], dtype)
        self.shares = np.full(len(targets), 1 / max(len(targets), 1), dtype)
        self.columns = np.arange(len(targets))
        self.right = array("right", targets.shape, self.columns.dtype)
        self.right_scores = array("right scores", targets.shape, dtype)

    def forward(self, scores: FloatArray, targets: IntArray) -> FloatArray:
        check_range(self.name, targets, scores.shape[1])
        s, exp, row, right, loss = scores.T, self.exp, self.row, self.right, self.loss
        right[...] = targets
        right *= len(targets)
        right += self.columns  # where the score of the right class of each row lies in s
        # The largest score is taken off first, so that exp cannot overflow.
        np.subtract(s, np.maximum.reduce(s, axis=0, out=row), out=exp)
        exp.take(right, out=self.right_scores, mode="clip")
        np.exp(exp, out=exp)
        np.dot(self.ones, exp, out=self.total)  # the sums over the classes: p = exp / total
        np.log(self.total, out=row)
        row -= self.right_scores
        loss[...] = np.dot(row, self.shares)
        return loss

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        share = upstream.item() / max(len(self.right), 1)
        np.multiply(self.exp, np.divide(share, self.total, out=self.row), out=self.ds)
        self.ds.reshape(-1)[self.right] -= share
        return self.ds.T, None


@register(
    "binary_cross_entropy",
    examples=lambda rng: [
        Example(BinaryCrossEntropy(), rng.normal(size=5), np.array([1, 0, 0, 1, 1]))
    ],
)
class BinaryCrossEntropy(Operation):
    """J = -(1 / n) sum_i (y_i log p_i + (1 - y_i) log(1 - p_i)), with p_i = sigma(s_i).

    Scores s (n,), also called logits; targets y (n,), integers 0 or 1. Computed as
    max(s, 0) - s y + log(1 + e^-|s|), which cannot overflow. Downstream: ds = (p - y) / n.
    """

    equation = "{f} = -log p({targets}), p = sigma({scores})"
    derivatives = ("d{f}/d{scores} = p - y", "")

    def prepare(self, scores: FloatArray, targets: IntArray) -> None:
        if scores.ndim != 1 or targets.shape != scores.shape:
            raise ShapeError(self.name, [scores.shape, targets.shape], "scores (n,), targets (n,)")
        if targets.dtype.kind not in "iub":
            raise TypeError(f"{self.name}: expected integer targets, got {targets.dtype}")
        self.losses = self.array_like("losses", scores)
        self.loss = self.workspace.array("output", (), scores.dtype)

    def forward(self, scores: FloatArray, targets: IntArray) -> FloatArray:
        check_range(self.name, targets.astype(np.int64, copy=False), 2)
        losses = np.maximum(scores, 0, out=self.losses)
        losses -= scores * targets
        losses += np.log1p(np.exp(-np.abs(scores)))
        loss = np.sum(losses, out=self.loss)
        loss /= max(len(scores), 1)
        return loss

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        scores, targets = self.inputs
        # sigma(s) = (1 + tanh(s / 2)) / 2
        ds = np.tanh(scores / 2, out=self.array_like("ds", scores))
        ds += 1
        ds *= 0.5
        ds -= targets
        ds *= upstream / max(len(scores), 1)
        return ds, None


@register(
    "margin_loss",
    examples=lambda rng: [
        Example(MarginLoss(), np.array([0.5, -1.0, 2.0]), np.array([0.1, 0.7, -0.5]))
    ],
)
class MarginLoss(Operation):
    """J = (1 / n) sum_i max(0, 1 - s_i + s_ci): the max-margin hinge.

    s (n,) are the scores of true windows, s_c (n,) those of corrupted ones. Where a pair violates
    the margin the local gradients are -1 and 1, elsewhere (also at the kink) 0. Source: Collobert
    et al. 2011, section 4.2, after the ranking criterion of Cohen et al. 1998.
    """

    equation = "{f} = max(0, 1 - {true} + {corrupted})"
    derivatives = ("d{f}/d{true} = -[{f} > 0]", "d{f}/d{corrupted} = [{f} > 0]")

    def prepare(self, true: FloatArray, corrupted: FloatArray) -> None:
        if true.ndim != 1 or true.shape != corrupted.shape:
            raise ShapeError(self.name, [true.shape, corrupted.shape], "scores (n,) and (n,)")
        dtype = np.result_type(true, corrupted)
        self.violation = self.workspace.array("violation", true.shape, dtype)
        self.loss = self.workspace.array("output", (), dtype)

    def forward(self, true: FloatArray, corrupted: FloatArray) -> FloatArray:
        violation = np.subtract(corrupted, true, out=self.violation)
        violation += 1
        np.maximum(violation, 0, out=violation)
        loss = np.sum(violation, out=self.loss)
        loss /= max(len(true), 1)
        return loss

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        needs_true, needs_corrupted = self.needs_gradient
        d_corrupted = self.array_like("dcorrupted", self.violation)
        np.greater(self.violation, 0, out=d_corrupted, casting="unsafe")
        d_corrupted *= upstream / max(len(d_corrupted), 1)
        d_true = None
        if needs_true:
            d_true = np.negative(d_corrupted, out=self.array_like("dtrue", d_corrupted))
        return d_true, d_corrupted if needs_corrupted else None
