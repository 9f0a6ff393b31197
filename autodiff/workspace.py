"""Memory that is allocated once and reused by every later run of a graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]


class Workspace:
    """Named arrays whose memory is kept from one run to the next.

    The memory behind a name is one flat block that grows to the largest size asked for. A batch
    that is no longer than an earlier one is a view of that block, so it allocates nothing. The
    contents are whatever the last run left there: the caller overwrites them.
    """

    __slots__ = ("_memory", "_views")

    def __init__(self) -> None:
        self._memory: dict[str, Array] = {}
        self._views: dict[str, Array] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Return a C-contiguous array of this shape and dtype, contents undefined."""
        view = self._views.get(name)
        if view is not None and view.shape == shape and view.dtype == dtype:
            return view
        size = math.prod(shape)
        memory = self._memory.get(name)
        if memory is None or memory.size < size or memory.dtype != dtype:
            memory = self._memory[name] = np.empty(size, dtype)
        view = self._views[name] = memory[:size].reshape(shape)
        return view
