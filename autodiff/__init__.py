"""A reverse-mode automatic differentiation engine on numpy, made to be read.

Read it in this order: ``operation`` (what a node knows), ``operations/`` (each with its local
gradient), ``graph`` (the two walks), ``tensor`` (building graphs by running), ``row_sparse`` (the
gradient of an embedding matrix), ``optimizer`` and ``optimizers``, ``gradient_check``.

    >>> import numpy as np, autodiff as ad
    >>> x, y, z = (ad.Parameter(np.array(v)) for v in (1.0, 2.0, 0.0))
    >>> f = (x + y) * ad.maximum(y, z)
    >>> f.backward()
    >>> [float(v.grad) for v in (x, y, z)]
    [2.0, 5.0, 0.0]
"""

from autodiff import initializers, schedules
from autodiff.anomaly import anomaly_mode
from autodiff.derivatives import hessian_vector_product, jacobian
from autodiff.errors import (
    AnomalyError,
    AutodiffError,
    GraphError,
    ShapeError,
    SparseGradientError,
)
from autodiff.functions import (
    abs,
    add,
    affine,
    binary_cross_entropy,
    concatenate,
    divide,
    dropout,
    exp,
    group_mean,
    hard_tanh,
    index,
    layer,
    leaky_relu,
    log,
    log_softmax,
    logsumexp,
    lookup,
    lookup_bag,
    lookup_window,
    margin_loss,
    matmul,
    max,
    maximum,
    mean,
    minimum,
    multiply,
    negate,
    power,
    prelu,
    relu,
    reshape,
    sentence_log_likelihood,
    sigmoid,
    softmax,
    softmax_cross_entropy,
    sqrt,
    squared_norm,
    stack,
    subtract,
    sum,
    tanh,
    transpose,
    where,
)
from autodiff.gradient_check import GradientReport, check_all, check_operation, gradient_check
from autodiff.graph import Graph
from autodiff.operation import REGISTRY, Example, Operation, register
from autodiff.operations import dropout_mask
from autodiff.optimizer import Optimizer, clip_global_norm
from autodiff.optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSprop,
    SparseAdam,
)
from autodiff.paths import (
    count_paths,
    derivative_by_paths,
    enumerate_paths,
    forward_accumulation,
)
from autodiff.row_sparse import RowSparse
from autodiff.tensor import Parameter, Tensor, apply, no_grad

__all__ = [
    "REGISTRY",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "AnomalyError",
    "AutodiffError",
    "Example",
    "GradientReport",
    "Graph",
    "GraphError",
    "Momentum",
    "Nesterov",
    "Operation",
    "Optimizer",
    "Parameter",
    "RMSprop",
    "RowSparse",
    "ShapeError",
    "SparseAdam",
    "SparseGradientError",
    "Tensor",
    "abs",
    "add",
    "affine",
    "anomaly_mode",
    "apply",
    "binary_cross_entropy",
    "check_all",
    "check_operation",
    "clip_global_norm",
    "concatenate",
    "count_paths",
    "derivative_by_paths",
    "divide",
    "dropout",
    "dropout_mask",
    "enumerate_paths",
    "exp",
    "forward_accumulation",
    "gradient_check",
    "group_mean",
    "hard_tanh",
    "hessian_vector_product",
    "index",
    "initializers",
    "jacobian",
    "layer",
    "leaky_relu",
    "log",
    "log_softmax",
    "logsumexp",
    "lookup",
    "lookup_bag",
    "lookup_window",
    "margin_loss",
    "matmul",
    "max",
    "maximum",
    "mean",
    "minimum",
    "multiply",
    "negate",
    "no_grad",
    "power",
    "prelu",
    "register",
    "relu",
    "reshape",
    "schedules",
    "sentence_log_likelihood",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "sqrt",
    "squared_norm",
    "stack",
    "subtract",
    "sum",
    "tanh",
    "transpose",
    "where",
]
