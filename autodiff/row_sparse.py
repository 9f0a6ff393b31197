"""The gradient of an embedding matrix: a handful of rows, never a matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autodiff.arrays import Array, IntArray
from autodiff.errors import ShapeError

if TYPE_CHECKING:
    from scipy.sparse import csc_array


class RowSparse:
    """A matrix of which only some rows can differ from zero.

    The arrays are treated as immutable; every method returns a new object or ``self``.

    Parameters
    ----------
    indices : (k,), which rows. An index may occur several times: the rows add up
    values : (k, ...), the rows
    shape : (V, ...), that of the whole matrix
    is_coalesced : whether no index occurs twice

    Raises
    ------
    ShapeError
        Where indices, values and shape do not fit together.
    """

    __slots__ = ("indices", "is_coalesced", "shape", "values")
    __array_ufunc__ = None  # array + RowSparse is left to __radd__ below

    def __init__(
        self,
        indices: IntArray,
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
        """Return the same matrix with each row named once; ``self`` where that is so already.

        Duplicates are summed in the order in which they occur, so that the result is the same to
        the bit in every run. Costs no memory of the size of V; :class:`Coalescer` is faster where
        the same table gets a gradient again and again.
        """
        if self.is_coalesced:
            return self
        distinct, slots = np.unique(self.indices, return_inverse=True)
        values = _sum_into_slots(self.values, slots.astype(np.int32), distinct.size)
        return RowSparse(distinct, values, self.shape, is_coalesced=True)

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


Gradient = Array | RowSparse
"""The gradient of a node: an array, or the rows of one."""


class Coalescer:
    """Sums the rows of one table's gradients again and again, in memory that it keeps.

    Finds the distinct rows with a mark for each row of the table, which is written before it is
    read and therefore never cleared: a step touches the marks of its own rows only.
    """

    def __init__(self) -> None:
        self._marks = np.empty(0, np.int32)
        self._positions = np.arange(0, dtype=np.int32)
        self._matrix = occurrences(self._positions, 0, np.dtype(np.float32))

    def coalesce(self, indices: IntArray, values: Array, shape: tuple[int, ...]) -> RowSparse:
        """Return ``RowSparse(indices, values, shape)`` with each row named once."""
        number, marks = indices.size, self._marks_for(shape[0])
        if self._positions.size != number or self._matrix.dtype != values.dtype:
            self._positions = np.arange(number, dtype=np.int32)
            self._matrix = occurrences(self._positions.copy(), number, values.dtype)
        marks[indices] = self._positions  # of an index that occurs twice, the last position stays
        distinct = indices[marks.take(indices, mode="clip") == self._positions]
        marks[distinct] = self._positions[: distinct.size]
        marks.take(indices, out=self._matrix.indices, mode="clip")  # the slot of each index
        flat = values if values.ndim == 2 else values.reshape(number, math.prod(shape[1:]))
        rows = (self._matrix @ flat)[: distinct.size]
        if values.ndim != 2:
            rows = rows.reshape(distinct.size, *shape[1:])
        return RowSparse(distinct, rows, shape, is_coalesced=True)

    def _marks_for(self, size: int) -> Array:
        if self._marks.size < size:
            self._marks = np.empty(size, np.int32)
        return self._marks


class TableRows:
    """Takes rows out of one table (V, ...), C-contiguous, and puts them back when they changed.

    The rows taken lie in memory that is kept. To be put back, a row is copied as one item of many
    bytes and not number by number, which halves the time.
    """

    def __init__(self, table: Array) -> None:
        self.table = table
        self._item = np.dtype((np.void, table.itemsize * math.prod(table.shape[1:])))
        self._items = table.reshape(-1).view(self._item)
        self._make_room(0)

    def _make_room(self, count: int) -> None:
        self._rows = np.empty((count, *self.table.shape[1:]), self.table.dtype)
        self._row_items = self._rows.reshape(-1).view(self._item)

    def take(self, at: IntArray) -> Array:
        """Return a copy of the rows ``at`` (k,), (k, ...): to be worked on until the next take."""
        if at.size > len(self._rows):
            self._make_room(at.size)
        rows = self._rows[: at.size]
        return self.table.take(at, axis=0, out=rows, mode="clip")

    def put_back(self, at: IntArray) -> None:
        """Write the rows last taken, which lay ``at`` (k,) and are distinct, back to the table."""
        self._items.put(at, self._row_items[: at.size], mode="clip")


def take_rows(tables: Mapping[str, TableRows], at: IntArray) -> dict[str, Array]:
    """Return the rows ``at`` (k,) of several tables, by name."""
    return {name: table.take(at) for name, table in tables.items()}


def put_rows_back(tables: Mapping[str, TableRows], at: IntArray) -> None:
    """Write the rows last taken, which lay ``at`` (k,), back to each of the tables."""
    for table in tables.values():
        table.put_back(at)


def _sum_into_slots(values: Array, slots: IntArray, slot_count: int) -> Array:
    """Return the sums of the rows that share a slot, (slot_count, ...)."""
    matrix = occurrences(slots, slot_count, values.dtype)
    summed = matrix @ values.reshape(slots.size, math.prod(values.shape[1:]))
    return summed.reshape(slot_count, *values.shape[1:])


def occurrences(slots: IntArray, slot_count: int, dtype: np.dtype[Any]) -> csc_array:
    """Return the sparse matrix with a one in each column, in the row of that position's slot.

    Its product with the rows of a gradient is their sum by slot, formed column by column: in the
    order in which the rows occur.
    """
    from scipy.sparse import csc_array  # most of what importing autodiff would take

    ones = np.ones(slots.size, dtype)
    bounds = np.arange(slots.size + 1, dtype=np.int32)
    return csc_array((ones, slots, bounds), shape=(slot_count, slots.size))


_UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def check_range(operation: str, ids: IntArray, size: int) -> None:
    """Raise IndexError unless all of these integers lie in 0 to ``size`` - 1.

    One pass: read as unsigned, a negative number is larger than any size.
    """
    if ids.size == 0:
        return
    is_signed = ids.dtype.kind == "i" and ids.dtype.isnative
    unsigned = ids.view(_UNSIGNED[ids.itemsize]) if is_signed else ids
    largest = unsigned.item(unsigned.argmax())
    if largest >= size or (unsigned is ids and ids.min() < 0):
        wrong = ids[(ids < 0) | (ids >= size)].flat[0]
        raise IndexError(f"{operation}: index {wrong} is outside 0 to {size - 1}")
