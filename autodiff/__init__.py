"""A reverse-mode automatic differentiation engine on numpy, made to be read.

Read it in this order: ``operation`` (what a node knows), ``operations/`` (each with its local
gradient), ``graph`` (the two walks), ``tensor`` (building graphs by running), ``row_sparse`` (the
gradient of an embedding matrix), ``optimizers``, ``gradient_check``.

    >>> import numpy as np, autodiff as ad
    >>> x, y, z = (ad.Parameter(np.array(v)) for v in (1.0, 2.0, 0.0))
    >>> f = (x + y) * ad.maximum(y, z)
    >>> f.backward()
    >>> [float(v.grad) for v in (x, y, z)]
    [2.0, 5.0, 0.0]
"""

from autodiff.errors import AutodiffError, GraphError, ShapeError, SparseGradientError
from autodiff.functions import (
    affine,
    concatenate,
    dropout,
    hard_tanh,
    lookup,
    lookup_window,
    matmul,
    maximum,
    mean,
    relu,
    reshape,
    sigmoid,
    softmax_cross_entropy,
    squared_norm,
    sum,
    tanh,
)
from autodiff.gradient_check import GradientReport, check_operation, gradient_check
from autodiff.graph import Graph
from autodiff.operation import REGISTRY, Example, Operation, register
from autodiff.operations import dropout_mask
from autodiff.optimizers import SGD, Adagrad, Adam, Optimizer, SparseAdam
from autodiff.row_sparse import RowSparse
from autodiff.tensor import Parameter, Tensor, apply

__all__ = [
    "REGISTRY",
    "SGD",
    "Adagrad",
    "Adam",
    "AutodiffError",
    "Example",
    "GradientReport",
    "Graph",
    "GraphError",
    "Operation",
    "Optimizer",
    "Parameter",
    "RowSparse",
    "ShapeError",
    "SparseAdam",
    "SparseGradientError",
    "Tensor",
    "affine",
    "apply",
    "check_operation",
    "concatenate",
    "dropout",
    "dropout_mask",
    "gradient_check",
    "hard_tanh",
    "lookup",
    "lookup_window",
    "matmul",
    "maximum",
    "mean",
    "register",
    "relu",
    "reshape",
    "sigmoid",
    "softmax_cross_entropy",
    "squared_norm",
    "sum",
    "tanh",
]
