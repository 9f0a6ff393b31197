"""Dropout with its mask as a source, so that the graph stays a pure function of its sources."""

from __future__ import annotations

import numpy as np

from autodiff.arrays import Array
from autodiff.operation import Example, register
from autodiff.operations.arithmetic import Multiply


@register(
    "dropout",
    examples=lambda rng: [
        Example(Dropout(), rng.normal(size=(4, 3)), rng.integers(0, 2, size=(4, 3)) / 0.5)
    ],
)
class Dropout(Multiply):
    """f = mask x, where the mask holds 0 or 1 / (1 - p): inverted dropout.

    Draw the mask with :func:`autodiff.dropout_mask`. Source: Srivastava et al. 2014, section 4.
    """


def dropout_mask(
    rng: np.random.Generator, shape: tuple[int, ...], rate: float, dtype: np.dtype | type
) -> Array:
    """Return a mask that drops each element with probability ``rate`` and keeps the mean.

    Elements are 0 with probability ``rate`` and 1 / (1 - rate) otherwise, so that the expected
    value of ``mask * x`` is x and nothing needs rescaling when dropout is off.

    Parameters
    ----------
    rng : what the mask is drawn from
    shape : of the mask, that of x
    rate : the probability of a zero
    dtype : of the mask, that of x

    Raises
    ------
    ValueError
        Unless 0 <= rate < 1.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"a dropout rate lies in [0, 1), got {rate}")
    kept = rng.random(shape, dtype=np.float32) >= rate
    mask: Array = kept.astype(dtype)
    mask *= 1 / (1 - rate)
    return mask
