"""The gradient of an embedding matrix: a handful of rows, never a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from autodiff.errors import ShapeError

Array = NDArray[Any]


class RowSparse:
    """A matrix of which only some rows can differ from zero.

    ``indices`` (k,) names the rows, ``values`` (k, ...) holds them, ``shape`` (V, ...) is the
    shape of the whole matrix. An index may occur several times: the rows add up. The arrays are
    treated as immutable; every method returns a new object or ``self``.

    Raises ShapeError where the three do not fit together.
    """

    __slots__ = ("indices", "is_coalesced", "shape", "values")
    __array_ufunc__ = None  # array + RowSparse is left to __radd__ below

    def __init__(
        self,
        indices: Array,
        values: Array,
        shape: tuple[int, ...],
        is_coalesced: bool = False,
    ) -> None:
        if values.shape != (indices.size, *shape[1:]):
            raise ShapeError(
                "RowSparse",
                [indices.shape, values.shape],
                f"k indices and values (k, {', '.join(map(str, shape[1:]))})",
            )
        self.indices = indices
        self.values = values
        self.shape = shape
        self.is_coalesced = is_coalesced

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.values.dtype

    def coalesce(self) -> RowSparse:
        """Return the same matrix with each row named once, in ascending order.

        Duplicates are summed in the order in which they occur, so that the result is the same to
        the bit in every run. The sum is a product with a sparse matrix of ones: the row of that
        matrix which belongs to a word has a one in the column of each occurrence of the word.
        """
        if self.is_coalesced:
            return self
        if self.indices.size == 0:
            return RowSparse(self.indices, self.values, self.shape, is_coalesced=True)
        order = np.argsort(self.indices, kind="stable")
        ascending = self.indices[order]
        starts = np.flatnonzero(np.concatenate(([True], ascending[1:] != ascending[:-1])))
        bounds = np.append(starts, order.size)
        ones = np.ones(order.size, self.dtype)
        occurrences = csr_array((ones, order, bounds), shape=(starts.size, order.size))
        summed = occurrences @ self.values.reshape(order.size, -1)
        values = summed.reshape(starts.size, *self.shape[1:])
        return RowSparse(ascending[starts], values, self.shape, is_coalesced=True)

    def __add__(self, other: RowSparse | Array) -> RowSparse | Array:
        """Add another gradient of the same matrix; sparse + sparse stays sparse."""
        if self.shape != other.shape:
            raise ShapeError("RowSparse +", [self.shape, other.shape], "equal shapes")
        if isinstance(other, RowSparse):
            indices = np.concatenate((self.indices, other.indices))
            return RowSparse(indices, np.concatenate((self.values, other.values)), self.shape)
        total = other.copy()
        rows = self.coalesce()
        total[rows.indices] += rows.values
        return total

    __radd__ = __add__

    def astype(self, dtype: np.dtype[Any]) -> RowSparse:
        return RowSparse(self.indices, self.values.astype(dtype), self.shape, self.is_coalesced)

    def scale(self, factor: float) -> RowSparse:
        """Return ``factor`` times this matrix."""
        scaled = self.values * self.dtype.type(factor)
        return RowSparse(self.indices, scaled, self.shape, self.is_coalesced)

    def norm(self) -> float:
        """Return the Euclidean norm of the matrix (duplicates summed first)."""
        return float(np.linalg.norm(self.coalesce().values))

    def to_dense(self) -> Array:
        """Return the whole matrix: for tests and small graphs, it has the size of V."""
        dense = np.zeros(self.shape, self.dtype)
        rows = self.coalesce()
        dense[rows.indices] = rows.values
        return dense

    def __repr__(self) -> str:
        return f"RowSparse({self.indices.size} rows of {self.shape}, {self.dtype})"
