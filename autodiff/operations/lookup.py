"""Lookup: rows of an embedding matrix, whose gradient is those rows and nothing else."""

from __future__ import annotations

import math

import numpy as np

from autodiff.arrays import Array, FloatArray, IntArray
from autodiff.errors import ShapeError
from autodiff.operation import Example, Operation, register
from autodiff.row_sparse import Coalescer, Gradient, RowSparse, check_range, occurrences


class _RowGather(Operation):
    """Rows of ``table`` (V, d) named by integer ``ids``, one row of d numbers for each id.

    Row ``padding``, where there is one, is read like any other but gets no gradient.
    """

    derivatives = ("I: equal rows summed", "")
    owns_gradients = True
    gives_rows = True

    def __init__(self, padding: int | None = None) -> None:
        super().__init__()
        self.padding = padding
        self.coalescer = Coalescer()

    def prepare(self, table: FloatArray, ids: IntArray) -> None:
        if table.ndim != 2:
            raise ShapeError(self.name, [table.shape], "a table (V, d)")
        if ids.dtype.kind not in "iu":
            raise TypeError(f"{self.name}: expected integer ids, got {ids.dtype}")
        self.rows = self.workspace.array("rows", (*ids.shape, table.shape[1]), table.dtype)

    def _rows(self, table: FloatArray, ids: IntArray) -> FloatArray:
        """Return the rows, shape (*ids.shape, d)."""
        check_range(self.name, ids, len(table))
        # mode="clip" lets numpy write straight into `out`; the range has been checked above.
        return table.take(ids, axis=0, out=self.rows, mode="clip")

    def _row_gradient(self, rows: FloatArray) -> RowSparse:
        """Return the gradient of the table from that of each row, (*ids.shape, d)."""
        table, ids = self.inputs[:2]
        indices, rows = ids.reshape(-1), rows.reshape(ids.size, table.shape[1])
        if self.padding is not None:
            is_word = indices != self.padding
            indices, rows = indices[is_word], rows[is_word]
        return self.coalescer.coalesce(indices, rows, table.shape)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return self._row_gradient(upstream), None


@register(
    "lookup",
    examples=lambda rng: [Example(Lookup(), rng.normal(size=(5, 3)), np.array([4, 0, 4, 2]))],
)
class Lookup(_RowGather):
    """The rows E[ids]: (*ids.shape, d). Downstream: the upstream rows, as RowSparse."""

    equation = "{f} = {table}[{ids}]"

    def forward(self, table: FloatArray, ids: IntArray) -> FloatArray:
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

    equation = "{f} = the rows {table}[{ids}] side by side"

    def prepare(self, table: FloatArray, ids: IntArray) -> None:
        super().prepare(table, ids)
        width = math.prod(self.rows.shape[1:])
        self.windows = self.rows.reshape(len(ids), width)

    def forward(self, table: FloatArray, ids: IntArray) -> FloatArray:
        self._rows(table, ids)
        return self.windows


@register(
    "lookup_bag",
    examples=lambda rng: [
        Example(LookupBag(), rng.normal(size=(5, 3)), np.array([[0, 1, 4], [1, 4, 4]]))
    ],
)
class LookupBag(_RowGather):
    """The mean of several rows: x_i = (1 / k_i) sum_j E[ids_ij].

    ``ids`` (n, k); the output is (n, d). Padding ids are not counted, so that bags of different
    sizes fit one array: k_i is the number of the others, and a bag of padding alone has mean 0.
    Local gradients 1 / k_i.
    """

    equation = "{f} = mean of the rows {table}[{ids}]"
    derivatives = ("1 / number of ids: equal rows summed", "")

    def prepare(self, table: FloatArray, ids: IntArray) -> None:
        if ids.ndim != 2:
            raise ShapeError(self.name, [ids.shape], "ids (n, k)")
        super().prepare(table, ids)
        self.out = self.workspace.array("output", (len(ids), table.shape[1]), table.dtype)

    def forward(self, table: FloatArray, ids: IntArray) -> FloatArray:
        rows = self._rows(table, ids)
        counted = np.ones(ids.shape, bool) if self.padding is None else ids != self.padding
        sizes = np.maximum(counted.sum(axis=1, keepdims=True), 1)
        self.shares = (counted / sizes).astype(table.dtype)[..., np.newaxis]  # (n, k, 1)
        rows *= self.shares
        return np.sum(rows, axis=1, out=self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        n, k = self.inputs[1].shape
        rows = self.workspace.array("drows", (n, k, upstream.shape[1]), upstream.dtype)
        np.multiply(upstream[:, np.newaxis], self.shares, out=rows)
        return self._row_gradient(rows), None


@register(
    "group_mean",
    examples=lambda rng: [
        Example(GroupMean(others_only), rng.normal(size=(6, 2)), np.array([0, 2, 0, -1, 2, 0]))
        for others_only in (False, True)
    ],
)
class GroupMean(Operation):
    """For each row the mean of the rows of its group, or of the other ones of its group.

    X (n, d), groups (n,) of integers; a negative number means no group. Row i of the output is
    (1 / |G|) sum of x_j over j in G, G being the group of i, with ``others_only`` without i itself;
    it is 0 where G is empty. The map is linear and symmetric, so that backward is forward again.
    """

    equation = "{f} = mean of {x} over the {self.counted}"
    derivatives = ("1 / number of {self.counted}", "")

    def __init__(self, others_only: bool = False) -> None:
        super().__init__()
        self.others_only = others_only
        self.counted = "others" if others_only else "tokens"

    def prepare(self, x: FloatArray, groups: IntArray) -> None:
        if x.ndim != 2 or groups.shape != x.shape[:1]:
            raise ShapeError(self.name, [x.shape, groups.shape], "X (n, d) and groups (n,)")
        if groups.dtype.kind not in "iu":
            raise TypeError(f"{self.name}: expected integer groups, got {groups.dtype}")
        self.out = self.array_like("output", x)

    def forward(self, x: FloatArray, groups: IntArray) -> FloatArray:
        self.members = np.flatnonzero(groups >= 0)
        distinct, self.slots = np.unique(groups[self.members], return_inverse=True)
        counts = np.bincount(self.slots, minlength=len(distinct))[self.slots]
        sizes = counts - 1 if self.others_only else counts
        self.shares = (1 / np.maximum(sizes, 1)).astype(x.dtype)[:, np.newaxis]
        self.occurrences = occurrences(self.slots.astype(np.int32), len(distinct), x.dtype)
        return self._mean(x, self.out)

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        return self._mean(upstream, self.array_like("dx", upstream)), None

    def _mean(self, x: FloatArray, out: FloatArray) -> FloatArray:
        """Return the means of the rows of ``x``: all members of a group have the same share."""
        rows = x[self.members]
        total = (self.occurrences @ rows).take(self.slots, axis=0)
        if self.others_only:
            total -= rows
        total *= self.shares
        out[...] = 0
        out[self.members] = total
        return out
