"""The functions of the public face: each applies one operation to tensors.

The formula, the local gradients and the shapes stand at the operation that each of them names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autodiff import operations as op
from autodiff.tensor import Tensor, apply, as_tensor

# Arithmetic


def add(x: Any, y: Any) -> Tensor:
    """x + y, the function of the operator. See :class:`~autodiff.operations.Add`."""
    x, y = _pair(x, y)
    return apply(op.Add(), x, y)


def subtract(x: Any, y: Any) -> Tensor:
    """x - y, the function of the operator. See :class:`~autodiff.operations.Subtract`."""
    x, y = _pair(x, y)
    return apply(op.Subtract(), x, y)


def multiply(x: Any, y: Any) -> Tensor:
    """x y, the function of the operator. See :class:`~autodiff.operations.Multiply`."""
    x, y = _pair(x, y)
    return apply(op.Multiply(), x, y)


def divide(x: Any, y: Any) -> Tensor:
    """x / y, the function of the operator. See :class:`~autodiff.operations.Divide`."""
    x, y = _pair(x, y)
    return apply(op.Divide(), x, y)


def negate(x: Tensor) -> Tensor:
    """-x, the function of the operator. See :class:`~autodiff.operations.Negate`."""
    return apply(op.Negate(), x)


def power(x: Tensor, exponent: float) -> Tensor:
    """x ** exponent, the function of the operator. See :class:`~autodiff.operations.Power`."""
    return apply(op.Power(exponent), x)


def maximum(x: Any, y: Any) -> Tensor:
    """max(x, y), element by element; a tie goes to x. See :class:`~autodiff.operations.Maximum`."""
    x, y = _pair(x, y)
    return apply(op.Maximum(), x, y)


def minimum(x: Any, y: Any) -> Tensor:
    """min(x, y), element by element; a tie goes to x. See :class:`~autodiff.operations.Minimum`."""
    x, y = _pair(x, y)
    return apply(op.Minimum(), x, y)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """x where the condition holds, y elsewhere. See :class:`~autodiff.operations.Where`."""
    x, y = _pair(x, y)
    return apply(op.Where(), condition, x, y)


# Elementary functions


def exp(x: Tensor) -> Tensor:
    """e^x. See :class:`~autodiff.operations.Exp`."""
    return apply(op.Exp(), x)


def log(x: Tensor) -> Tensor:
    """The natural logarithm. See :class:`~autodiff.operations.Log`."""
    return apply(op.Log(), x)


def sqrt(x: Tensor) -> Tensor:
    """The square root. See :class:`~autodiff.operations.Sqrt`."""
    return apply(op.Sqrt(), x)


def abs(x: Tensor) -> Tensor:
    """|x|. See :class:`~autodiff.operations.Abs`."""
    return apply(op.Abs(), x)


# Matrix products


def matmul(x: Any, y: Any) -> Tensor:
    """The matrix product X Y, the function of the operator ``@``.

    See :class:`~autodiff.operations.MatMul`.
    """
    x, y = _pair(x, y)
    return apply(op.MatMul(), x, y)


def affine(x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """X W^T + b: W x + b for each row x. See :class:`~autodiff.operations.Affine`."""
    return apply(op.Affine(), x, weights, bias)


def layer(x: Tensor, weights: Tensor, bias: Tensor, nonlinearity: str) -> Tensor:
    """f(X W^T + b) in one operation, f by name: tanh, sigmoid, hard_tanh, relu, leaky_relu.

    See :class:`~autodiff.operations.Layer`.

    Parameters
    ----------
    x : X (n, in)
    weights : W (out, in)
    bias : b (out,)
    nonlinearity : the name of f
    """
    return apply(op.Layer(nonlinearity), x, weights, bias)


# Reductions


def sum(x: Tensor, axis: int | None = None) -> Tensor:
    """The sum over one axis, or over all. See :class:`~autodiff.operations.Sum`."""
    return apply(op.Sum(axis), x)


def mean(x: Tensor, axis: int | None = None) -> Tensor:
    """The mean over one axis, or over all. See :class:`~autodiff.operations.Mean`."""
    return apply(op.Mean(axis), x)


def max(x: Tensor, axis: int | None = None) -> Tensor:
    """The largest element along one axis, or of all; a tie goes to the first.

    See :class:`~autodiff.operations.Max`.
    """
    return apply(op.Max(axis), x)


def logsumexp(x: Tensor, axis: int | None = None) -> Tensor:
    """log sum e^x over one axis, or over all. See :class:`~autodiff.operations.LogSumExp`."""
    return apply(op.LogSumExp(axis), x)


def squared_norm(x: Tensor) -> Tensor:
    """||x||^2 over all elements. See :class:`~autodiff.operations.SquaredNorm`."""
    return apply(op.SquaredNorm(), x)


def softmax(scores: Tensor) -> Tensor:
    """e^s / sum e^s along the last axis. See :class:`~autodiff.operations.Softmax`."""
    return apply(op.Softmax(), scores)


def log_softmax(scores: Tensor) -> Tensor:
    """The logarithm of softmax along the last axis.

    See :class:`~autodiff.operations.LogSoftmax`.
    """
    return apply(op.LogSoftmax(), scores)


# Structure


def reshape(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The same elements in another shape. See :class:`~autodiff.operations.Reshape`."""
    return apply(op.Reshape(shape), x)


def transpose(x: Tensor, axes: tuple[int, ...] | None = None) -> Tensor:
    """The axes in another order, by default reversed.

    See :class:`~autodiff.operations.Transpose`.
    """
    return apply(op.Transpose(axes), x)


def index(x: Tensor, key: Any) -> Tensor:
    """x[key], the function of the operator. See :class:`~autodiff.operations.Index`."""
    return apply(op.Index(key), x)


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors joined along one axis. See :class:`~autodiff.operations.Concatenate`."""
    return apply(op.Concatenate(axis), *tensors)


def stack(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis.

    See :class:`~autodiff.operations.Stack`.
    """
    return apply(op.Stack(axis), *tensors)


# Nonlinearities


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e^-x). See :class:`~autodiff.operations.Sigmoid`."""
    return apply(op.Sigmoid(), x)


def tanh(x: Tensor) -> Tensor:
    """tanh(x). See :class:`~autodiff.operations.Tanh`."""
    return apply(op.Tanh(), x)


def hard_tanh(x: Tensor) -> Tensor:
    """min(1, max(-1, x)). See :class:`~autodiff.operations.HardTanh`."""
    return apply(op.HardTanh(), x)


def relu(x: Tensor) -> Tensor:
    """max(0, x). See :class:`~autodiff.operations.Relu`."""
    return apply(op.Relu(), x)


def leaky_relu(x: Tensor) -> Tensor:
    """x where it is positive, 0.01 x elsewhere. See :class:`~autodiff.operations.LeakyRelu`."""
    return apply(op.LeakyRelu(), x)


def prelu(x: Tensor, slope: Tensor) -> Tensor:
    """x where it is positive, slope x elsewhere; the slope is learned.

    See :class:`~autodiff.operations.PRelu`.
    """
    return apply(op.PRelu(), x, slope)


def dropout(x: Tensor, mask: Tensor) -> Tensor:
    """mask x, for a mask drawn by ``dropout_mask``. See :class:`~autodiff.operations.Dropout`."""
    return apply(op.Dropout(), x, mask)


# Lookup


def lookup(table: Tensor, ids: Any, padding: int | None = None) -> Tensor:
    """The rows ``table[ids]``; the row ``padding`` gets no gradient.

    See :class:`~autodiff.operations.Lookup`.
    """
    return apply(op.Lookup(padding), table, _ids(ids))


def lookup_window(table: Tensor, ids: Any, padding: int | None = None) -> Tensor:
    """The vectors of the words of each window, side by side.

    See :class:`~autodiff.operations.LookupWindow`.
    """
    return apply(op.LookupWindow(padding), table, _ids(ids))


def lookup_bag(table: Tensor, ids: Any, padding: int | None = None) -> Tensor:
    """The mean of the rows of each bag, padding not counted.

    See :class:`~autodiff.operations.LookupBag`.
    """
    return apply(op.LookupBag(padding), table, _ids(ids))


def group_mean(x: Tensor, groups: Any, others_only: bool = False) -> Tensor:
    """For each row the mean of its group, or of the others in it.

    See :class:`~autodiff.operations.GroupMean`.
    """
    return apply(op.GroupMean(others_only), x, _ids(groups))


# Losses


def softmax_cross_entropy(scores: Tensor, targets: Any) -> Tensor:
    """The mean negative log-probability of the right classes.

    See :class:`~autodiff.operations.SoftmaxCrossEntropy`.
    """
    return apply(op.SoftmaxCrossEntropy(), scores, _ids(targets))


def binary_cross_entropy(scores: Tensor, targets: Any) -> Tensor:
    """The mean logistic loss of scores before the sigmoid.

    See :class:`~autodiff.operations.BinaryCrossEntropy`.
    """
    return apply(op.BinaryCrossEntropy(), scores, _ids(targets))


def margin_loss(true: Tensor, corrupted: Tensor) -> Tensor:
    """The mean of max(0, 1 - s + s_c). See :class:`~autodiff.operations.MarginLoss`."""
    return apply(op.MarginLoss(), true, corrupted)


def sentence_log_likelihood(scores: Tensor, transitions: Tensor, tags: Any, lengths: Any) -> Tensor:
    """The negative log-likelihood of tag sequences, for each token.

    See :class:`~autodiff.operations.SentenceLogLikelihood`.

    Parameters
    ----------
    scores : (tokens, k), those of the sentences end to end
    transitions : (k + 1, k + 1); row k is the start of a sentence, column k its end
    tags : (tokens,), integers 0 to k - 1
    lengths : (sentences,), integers from 1 on
    """
    return apply(op.SentenceLogLikelihood(), scores, transitions, _ids(tags), _ids(lengths))


def _ids(ids: Any) -> Tensor:
    """Return indices as a tensor; an empty list is one of integers, which numpy cannot know."""
    tensor = as_tensor(ids)
    return tensor if tensor.array.size else Tensor(tensor.array.astype(np.int64))


def _pair(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Return both as tensors; a Python number takes the dtype of the other."""
    like = x if isinstance(x, Tensor) else y if isinstance(y, Tensor) else None
    return as_tensor(x, like), as_tensor(y, like)
