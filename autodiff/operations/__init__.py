"""The operations of the engine, one small class each, grouped by what they do."""

from autodiff.operations.arithmetic import (
    Add,
    Divide,
    Maximum,
    Minimum,
    Multiply,
    Negate,
    Subtract,
    Where,
)
from autodiff.operations.dropout import Dropout, dropout_mask
from autodiff.operations.elementary import Abs, Exp, Log, Power, Sqrt
from autodiff.operations.linear import Affine, Layer, MatMul
from autodiff.operations.lookup import GroupMean, Lookup, LookupBag, LookupWindow
from autodiff.operations.loss import BinaryCrossEntropy, MarginLoss, SoftmaxCrossEntropy
from autodiff.operations.nonlinearity import HardTanh, LeakyRelu, PRelu, Relu, Sigmoid, Tanh
from autodiff.operations.reduction import (
    LogSoftmax,
    LogSumExp,
    Max,
    Mean,
    Softmax,
    SquaredNorm,
    Sum,
)
from autodiff.operations.sentence import SentenceLogLikelihood
from autodiff.operations.structure import Concatenate, Index, Reshape, Stack, Transpose

__all__ = [
    "Abs",
    "Add",
    "Affine",
    "BinaryCrossEntropy",
    "Concatenate",
    "Divide",
    "Dropout",
    "Exp",
    "GroupMean",
    "HardTanh",
    "Index",
    "Layer",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "LogSumExp",
    "Lookup",
    "LookupBag",
    "LookupWindow",
    "MarginLoss",
    "MatMul",
    "Max",
    "Maximum",
    "Mean",
    "Minimum",
    "Multiply",
    "Negate",
    "PRelu",
    "Power",
    "Relu",
    "Reshape",
    "SentenceLogLikelihood",
    "Sigmoid",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Sqrt",
    "SquaredNorm",
    "Stack",
    "Subtract",
    "Sum",
    "Tanh",
    "Transpose",
    "Where",
    "dropout_mask",
]
