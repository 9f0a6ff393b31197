"""Names for kinds of arrays. Their shapes stand in the docstrings of those who take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array of any kind."""
FloatArray = NDArray[np.floating[Any]]
"""Values, gradients, weights: float32 or float64."""
IntArray = NDArray[np.integer[Any]]
"""Ids, indices, class numbers, lengths: integers of any size."""
BoolArray = NDArray[np.bool_]
"""Masks and conditions."""
