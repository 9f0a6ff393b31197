"""What parameters are before training.

Biases start at zero. Weights must not: units that start equal get equal gradients and stay equal
for ever, so the symmetry is broken by chance.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]


def zeros(shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> Array:
    """All zeros: for biases."""
    return np.zeros(shape, dtype)


def uniform(
    rng: np.random.Generator, shape: tuple[int, ...], bound: float, dtype: DTypeLike = np.float32
) -> Array:
    """Uniform in [-bound, bound): variance bound^2 / 3."""
    return rng.uniform(-bound, bound, shape).astype(dtype)


def xavier_uniform(
    rng: np.random.Generator, shape: tuple[int, int], dtype: DTypeLike = np.float32
) -> Array:
    """Uniform with Var(W) = 2 / (n_in + n_out), for a matrix W of shape (n_out, n_in).

    Keeps the variance of activations and of gradients about the same from layer to layer. The bound
    is sqrt(6 / (n_in + n_out)). Source: Glorot and Bengio 2010, equation 16.
    """
    n_out, n_in = shape
    return uniform(rng, shape, math.sqrt(6 / (n_in + n_out)), dtype)
