"""Names for kinds of arrays. Their shapes stand in the docstrings of those who take them.

They are those of :mod:`autodiff.arrays`, without the engine behind it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array of any kind."""
FloatArray = NDArray[np.floating[Any]]
"""Scores, vectors, probabilities: float32 or float64, or float16 in a file."""
IntArray = NDArray[np.integer[Any]]
"""Ids, tags, lengths, positions: integers of any size."""
BoolArray = NDArray[np.bool_]
"""Masks and conditions."""
