"""What parameters are before training.

Biases start at zero. Weights must not: units that start equal get equal gradients and stay equal
for ever, so the symmetry is broken by chance. Matrices have the shape (n_out, n_in).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from autodiff.arrays import FloatArray


def zeros(shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> FloatArray:
    """All zeros: for biases."""
    return np.zeros(shape, dtype)


def uniform(
    rng: np.random.Generator, shape: tuple[int, ...], bound: float, dtype: DTypeLike = np.float32
) -> FloatArray:
    """Uniform in [-bound, bound): variance bound^2 / 3.

    Parameters
    ----------
    rng : what the numbers are drawn from, in float64
    shape : of the array
    bound : the largest absolute value
    dtype : of the array
    """
    return rng.uniform(-bound, bound, shape).astype(dtype)


def normal(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    deviation: float,
    dtype: DTypeLike = np.float32,
) -> FloatArray:
    """Normal with mean 0 and this standard deviation.

    Parameters
    ----------
    rng : what the numbers are drawn from, in float64
    shape : of the array
    deviation : the standard deviation
    dtype : of the array
    """
    return rng.normal(0, deviation, shape).astype(dtype)


def xavier_uniform(
    rng: np.random.Generator, shape: tuple[int, int], dtype: DTypeLike = np.float32
) -> FloatArray:
    """Uniform with Var(W) = 2 / (n_in + n_out): the bound is sqrt(6 / (n_in + n_out)).

    Keeps the variance of activations and of gradients about the same from layer to layer. Source:
    Glorot and Bengio 2010, equation 16.
    """
    return uniform(rng, shape, math.sqrt(6 / sum(shape)), dtype)


def xavier_normal(
    rng: np.random.Generator, shape: tuple[int, int], dtype: DTypeLike = np.float32
) -> FloatArray:
    """Normal with Var(W) = 2 / (n_in + n_out). Source: Glorot and Bengio 2010, equation 12."""
    return normal(rng, shape, math.sqrt(2 / sum(shape)), dtype)


def he_normal(
    rng: np.random.Generator, shape: tuple[int, int], dtype: DTypeLike = np.float32
) -> FloatArray:
    """Normal with Var(W) = 2 / n_in: for relu, which silences half of its inputs.

    Source: He et al. 2015, equation 10.
    """
    return normal(rng, shape, math.sqrt(2 / shape[1]), dtype)


def he_uniform(
    rng: np.random.Generator, shape: tuple[int, int], dtype: DTypeLike = np.float32
) -> FloatArray:
    """Uniform with Var(W) = 2 / n_in: the bound is sqrt(6 / n_in). Source: He et al. 2015."""
    return uniform(rng, shape, math.sqrt(6 / shape[1]), dtype)
