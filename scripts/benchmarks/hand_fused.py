"""The training step of the window model as one would write it by hand in numpy, for speed alone.

It is the yardstick of the engine: the same arithmetic without graph, classes or checks. Every array
is allocated once, every operation writes into one of them, and only public functions of numpy and
scipy are used.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array

from benchmarks.window_model import Batches, Block, Weights


def block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """Return what runs the step on some of the batches."""
    step = HandFusedStep(weights, len(batches[0][1]), fine_tuned).step
    return lambda start, end: [step(*batch) for batch in batches[start:end]]


def products_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """Return what runs the matrix products of the step alone: a floor, without losses."""
    own = HandFusedStep(weights, len(batches[0][1]), fine_tuned)
    own.x3[:], own.s[:] = 0.1, 0.1

    def products():
        np.dot(own.x, own.w.T, out=own.h)
        np.dot(own.h, own.u.T, out=own.product)
        np.dot(own.s, own.h, out=own.du)
        np.dot(own.s.T, own.u, out=own.dh)
        np.dot(own.dh.T, own.x, out=own.dw)
        if fine_tuned:
            np.dot(own.dh, own.w, out=own.dx)

    def block(start, end):
        for _ in range(start, end):
            products()
        return []

    return block


class HandFusedStep:
    """lookup -> W x + b -> tanh -> U h + c -> softmax cross-entropy, Adam and lazy Adam.

    One hidden layer. ``ids`` (n, w), ``tags`` (n,). The scores are kept transposed, (classes, n),
    so that the softmax runs along the long axis.
    """

    def __init__(self, weights: Weights, batch: int, fine_tuned: bool):
        ((w, b),) = weights.layers
        self.table, self.fine_tuned, self.n = weights.table.copy(), fine_tuned, batch
        vocabulary, d = self.table.shape
        hidden, inputs = w.shape
        window, classes = inputs // d, len(weights.c)
        dense = (w, b, weights.u, weights.c)
        self.flat = np.concatenate([array.ravel() for array in dense])
        self.flat_gradient, self.m, self.v, self.work = (np.zeros_like(self.flat) for _ in range(4))
        self.w, self.b, self.u, self.c = self._views(self.flat, dense)
        self.dw, self.db, self.du, self.dc = self._views(self.flat_gradient, dense)
        f = np.float32
        self.x3 = np.empty((batch, window, d), f)
        self.x = self.x3.reshape(batch, inputs)
        self.h, self.slope, self.dh = (np.empty((batch, hidden), f) for _ in range(3))
        self.product, self.s = np.empty((batch, classes), f), np.empty((classes, batch), f)
        self.row, self.row_2, self.dx = (
            np.empty(batch, f),
            np.empty(batch, f),
            np.empty((batch, inputs), f),
        )
        self.rows_of_dx = self.dx.reshape(-1, d)
        self.ones, self.share = np.ones(batch, f), f(1 / batch)
        self.ones_c, self.shares = np.ones(classes, f), np.full(batch, self.share)
        self.column_c, self.flat_s = self.c[:, np.newaxis], self.s.reshape(-1)
        self.arange, self.right = np.arange(batch), np.empty(batch, np.int64)
        self.mark = np.empty(vocabulary, np.int32)
        k = batch * window
        self.positions = np.arange(k, dtype=np.int32)
        columns = (np.ones(k, f), np.zeros(k, np.int32), np.arange(k + 1, dtype=np.int32))
        self.scatter = csc_array(columns, shape=(k, k))
        tables = (self.table, np.zeros_like(self.table), np.zeros_like(self.table))
        self.tables = [(table, as_items(table)) for table in tables]
        self.rows = [np.empty((k, d), f) for _ in range(3)]
        self.row_work = np.empty((k, d), f)
        self.t = 0

    @staticmethod
    def _views(flat, dense):
        parts = np.split(flat, np.cumsum([array.size for array in dense])[:-1])
        return [part.reshape(array.shape) for part, array in zip(parts, dense, strict=True)]

    def step(self, ids, tags):
        x, h, s, slope, dh, row = self.x, self.h, self.s, self.slope, self.dh, self.row
        self.table.take(ids, axis=0, out=self.x3, mode="clip")
        np.dot(x, self.w.T, out=h)
        h += self.b
        np.tanh(h, out=h)
        np.dot(h, self.u.T, out=self.product)
        np.copyto(s.T, self.product)
        s += self.column_c
        s -= np.maximum.reduce(s, axis=0, out=row)
        right = np.multiply(tags, self.n, out=self.right)
        right += self.arange
        right_scores = s.take(right)
        np.exp(s, out=s)
        s *= np.divide(self.share, np.dot(self.ones_c, s, out=row), out=self.row_2)
        loss = np.dot(np.log(row, out=row), self.shares) - np.dot(right_scores, self.shares)
        self.flat_s[right] -= self.share

        np.dot(s, h, out=self.du)
        np.dot(s, self.ones, out=self.dc)
        np.dot(s.T, self.u, out=dh)
        np.multiply(h, h, out=slope)
        np.subtract(1, slope, out=slope)
        dh *= slope
        np.dot(dh.T, x, out=self.dw)
        np.dot(self.ones, dh, out=self.db)
        self.t += 1
        if self.fine_tuned:
            np.dot(dh, self.w, out=self.dx)
            self._update_rows(ids.reshape(-1))
        self._adam(self.flat, self.flat_gradient, self.m, self.v, self.work)
        return loss

    def _update_rows(self, ids):
        """Sum the rows of each distinct word with a sparse product, then lazy Adam on them."""
        positions, mark = self.positions, self.mark
        mark[ids] = positions
        distinct = ids[mark.take(ids, mode="clip") == positions]  # the last position of each word
        number = distinct.size
        mark[distinct] = positions[:number]
        mark.take(ids, out=self.scatter.indices, mode="clip")
        g = (self.scatter @ self.rows_of_dx)[:number]
        theta, m, v = rows = [kept[:number] for kept in self.rows]
        for (table, _), own in zip(self.tables, rows, strict=True):
            table.take(distinct, axis=0, out=own, mode="clip")
        self._adam(theta, g, m, v, self.row_work[:number])
        for (_, items), own in zip(self.tables, rows, strict=True):
            items.put(distinct, as_items(own), mode="clip")

    def _adam(self, theta, g, m, v, work):
        """Adam; m and v are kept without the factors 1 - beta, which stand in ``rate``."""
        t = self.t
        correction = ((1 - 0.999**t) / (1 - 0.999)) ** 0.5
        rate = 0.001 * correction * (1 - 0.9) / (1 - 0.9**t)
        m *= 0.9
        m += g
        v *= 0.999
        v += np.multiply(g, g, out=work)
        np.sqrt(v, out=work)
        work += 1e-8 * correction
        np.divide(m, work, out=work)
        work *= rate
        theta -= work


def as_items(table):
    """Return a view (rows,) of which each element is a whole row: copied as one, not as numbers."""
    return table.view(np.dtype((np.void, table.itemsize * table.shape[1]))).reshape(-1)
