"""The functions of the public face: each applies one operation to tensors.

The formula, the local gradients and the shapes stand at the operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff import operations as op
from autodiff.tensor import Tensor, apply, as_tensor


def maximum(x: Any, y: Any) -> Tensor:
    """max(x, y), element by element. See :class:`autodiff.operations.Maximum`."""
    x, y = _pair(x, y)
    return apply(op.Maximum(), x, y)


def matmul(x: Any, y: Any) -> Tensor:
    """The matrix product X Y. See :class:`autodiff.operations.MatMul`."""
    x, y = _pair(x, y)
    return apply(op.MatMul(), x, y)


def affine(x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """X W^T + b: W x + b for each row x. See :class:`autodiff.operations.Affine`."""
    return apply(op.Affine(), as_tensor(x), weights, bias)


def sum(x: Tensor, axis: int | None = None) -> Tensor:
    """The sum over one axis or all. See :class:`autodiff.operations.Sum`."""
    return apply(op.Sum(axis), as_tensor(x))


def mean(x: Tensor, axis: int | None = None) -> Tensor:
    """The mean over one axis or all. See :class:`autodiff.operations.Mean`."""
    return apply(op.Mean(axis), as_tensor(x))


def squared_norm(x: Tensor) -> Tensor:
    """||x||^2 over all elements. See :class:`autodiff.operations.SquaredNorm`."""
    return apply(op.SquaredNorm(), as_tensor(x))


def reshape(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The same elements in another shape. See :class:`autodiff.operations.Reshape`."""
    return apply(op.Reshape(shape), as_tensor(x))


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors joined along one axis. See :class:`autodiff.operations.Concatenate`."""
    return apply(op.Concatenate(axis), *map(as_tensor, tensors))


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e^-x). See :class:`autodiff.operations.Sigmoid`."""
    return apply(op.Sigmoid(), as_tensor(x))


def tanh(x: Tensor) -> Tensor:
    """tanh(x). See :class:`autodiff.operations.Tanh`."""
    return apply(op.Tanh(), as_tensor(x))


def hard_tanh(x: Tensor) -> Tensor:
    """min(1, max(-1, x)). See :class:`autodiff.operations.HardTanh`."""
    return apply(op.HardTanh(), as_tensor(x))


def relu(x: Tensor) -> Tensor:
    """max(0, x). See :class:`autodiff.operations.Relu`."""
    return apply(op.Relu(), as_tensor(x))


def dropout(x: Tensor, mask: Tensor) -> Tensor:
    """mask x, for a mask drawn by ``dropout_mask``. See :class:`autodiff.operations.Dropout`."""
    return apply(op.Dropout(), as_tensor(x), as_tensor(mask))


def lookup(table: Tensor, ids: Any) -> Tensor:
    """The rows ``table[ids]``. See :class:`autodiff.operations.Lookup`."""
    return apply(op.Lookup(), table, as_tensor(ids))


def lookup_window(table: Tensor, ids: Any) -> Tensor:
    """The vectors of each window, side by side. See :class:`autodiff.operations.LookupWindow`."""
    return apply(op.LookupWindow(), table, as_tensor(ids))


def softmax_cross_entropy(scores: Tensor, targets: Any) -> Tensor:
    """The mean negative log-probability of the right classes.

    See :class:`autodiff.operations.SoftmaxCrossEntropy`.
    """
    return apply(op.SoftmaxCrossEntropy(), scores, as_tensor(targets))


def _pair(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Return both as tensors; a Python number takes the dtype of the other."""
    like = x if isinstance(x, Tensor) else y if isinstance(y, Tensor) else None
    return as_tensor(x, like), as_tensor(y, like)
