"""The operations of the engine, one small class each, grouped by what they do."""

from autodiff.operations.arithmetic import Add, Divide, Maximum, Multiply, Negate, Subtract
from autodiff.operations.dropout import Dropout, dropout_mask
from autodiff.operations.linear import Affine, MatMul
from autodiff.operations.lookup import Lookup, LookupWindow
from autodiff.operations.loss import SoftmaxCrossEntropy
from autodiff.operations.nonlinearity import HardTanh, Relu, Sigmoid, Tanh
from autodiff.operations.reduction import Mean, SquaredNorm, Sum
from autodiff.operations.structure import Concatenate, Reshape

__all__ = [
    "Add",
    "Affine",
    "Concatenate",
    "Divide",
    "Dropout",
    "HardTanh",
    "Lookup",
    "LookupWindow",
    "MatMul",
    "Maximum",
    "Mean",
    "Multiply",
    "Negate",
    "Relu",
    "Reshape",
    "Sigmoid",
    "SoftmaxCrossEntropy",
    "SquaredNorm",
    "Subtract",
    "Sum",
    "Tanh",
    "dropout_mask",
]
