"""Lookup: rows of an embedding matrix, whose gradient is those rows and nothing else."""

from __future__ import annotations

import math

import numpy as np

from autodiff.errors import ShapeError
from autodiff.operation import Array, Example, Gradient, Operation, register
from autodiff.row_sparse import RowSparse


class _RowGather(Operation):
    """Rows of ``table`` (V, d) named by integer ``ids``, one row of d numbers for each id."""

    def _rows(self, table: Array, ids: Array) -> Array:
        """Return the rows, shape (*ids.shape, d)."""
        if table.ndim != 2:
            raise ShapeError(self.name, [table.shape], "a table (V, d)")
        if ids.dtype.kind not in "iu":
            raise TypeError(f"{self.name}: expected integer ids, got {ids.dtype}")
        self._check_range(ids, len(table))
        out = self.workspace.array("rows", (*ids.shape, table.shape[1]), table.dtype)
        # mode="clip" lets numpy write straight into `out`; the range has been checked above.
        return np.take(table, ids, axis=0, out=out, mode="clip")

    def _check_range(self, ids: Array, size: int) -> None:
        if ids.size == 0:
            return
        lowest, highest = ids.min(), ids.max()
        if lowest < 0 or highest >= size:
            wrong = lowest if lowest < 0 else highest
            raise IndexError(f"{self.name}: row {wrong} of a table that has {size} rows")

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        table, ids = self.inputs
        rows = upstream.reshape(ids.size, table.shape[1])
        return RowSparse(ids.reshape(-1), rows, table.shape), None


@register(
    "lookup",
    examples=lambda rng: [Example(Lookup(), rng.normal(size=(5, 3)), np.array([4, 0, 4, 2]))],
)
class Lookup(_RowGather):
    """The rows E[ids]: (*ids.shape, d). Downstream: the upstream rows, as RowSparse."""

    def forward(self, table: Array, ids: Array) -> Array:
        return self._rows(table, ids)


@register(
    "lookup_window",
    examples=lambda rng: [
        Example(LookupWindow(), rng.normal(size=(5, 3)), np.array([[0, 1, 4], [1, 4, 4]]))
    ],
)
class LookupWindow(_RowGather):
    """The window vector x = [E[i_1]; ...; E[i_w]] of each of n windows.

    ``ids`` (n, ...) holds the word ids of each window; the output (n, w d) lays their vectors side
    by side. Downstream: the upstream gradient cut into w rows of d, as RowSparse.
    """

    def forward(self, table: Array, ids: Array) -> Array:
        rows = self._rows(table, ids)
        return rows.reshape(len(ids), math.prod(ids.shape[1:]) * table.shape[1])
