"""The training step of the window model as one would write it by hand in numpy, for speed alone.

It is the yardstick of the engine: the same arithmetic without graph, classes or checks. Every array
is allocated once, every operation writes into one of them, and only public functions of numpy and
scipy are used.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array


class HandFusedStep:
    """lookup -> W x + b -> tanh -> U h + c -> softmax cross-entropy, Adam and lazy Adam.

    ``table`` (V, d), ``ids`` (n, w), ``tags`` (n,). The scores are kept transposed, (classes, n),
    so that the softmax runs along the long axis.
    """

    def __init__(self, table, window, hidden, classes, batch, fine_tuned, rng):
        self.table, self.fine_tuned, self.n = table, fine_tuned, batch
        vocabulary, d = table.shape
        inputs = window * d
        shapes = [(hidden, inputs), (hidden,), (classes, hidden), (classes,)]
        sizes = [int(np.prod(shape)) for shape in shapes]
        self.flat = (rng.normal(size=sum(sizes)) * 0.1).astype(np.float32)
        self.flat_gradient = np.zeros_like(self.flat)
        self.m, self.v, self.work = (np.zeros_like(self.flat) for _ in range(3))
        bounds = np.cumsum([0, *sizes])
        self.w, self.b, self.u, self.c = self._views(self.flat, bounds, shapes)
        self.dw, self.db, self.du, self.dc = self._views(self.flat_gradient, bounds, shapes)
        f = np.float32
        self.x3 = np.empty((batch, window, d), f)
        self.x = self.x3.reshape(batch, inputs)
        self.h, self.slope, self.dh = (np.empty((batch, hidden), f) for _ in range(3))
        self.s = np.empty((classes, batch), f)
        self.row, self.dx = np.empty(batch, f), np.empty((batch, inputs), f)
        self.arange = np.arange(batch)
        self.mark = np.empty(vocabulary, np.int32)
        k = batch * window
        self.positions = np.arange(k, dtype=np.int32)
        columns = (np.ones(k, f), np.zeros(k, np.int32), np.arange(k + 1, dtype=np.int32))
        self.scatter = csc_array(columns, shape=(k, k))
        self.table_m, self.table_v = np.zeros_like(table), np.zeros_like(table)
        rows = (batch * window, d)
        self.rm, self.rv, self.rw, self.re = (np.empty(rows, f) for _ in range(4))
        self.t = 0

    @staticmethod
    def _views(flat, bounds, shapes):
        pairs = zip(bounds, bounds[1:], shapes, strict=False)
        return [flat[start:end].reshape(shape) for start, end, shape in pairs]

    def step(self, ids, tags):
        x, h, s, slope = self.x, self.h, self.s, self.slope
        np.take(self.table, ids, axis=0, out=self.x3, mode="clip")
        np.matmul(x, self.w.T, out=h)
        h += self.b
        np.tanh(h, out=h)
        np.matmul(self.u, h.T, out=s)
        s += self.c[:, None]
        s -= s.max(axis=0, out=self.row)
        right = s[tags, self.arange]
        np.exp(s, out=s)
        total = s.sum(axis=0, out=self.row)
        loss = (np.log(total) - right).sum() / self.n
        s /= total
        s[tags, self.arange] -= 1
        s *= np.float32(1 / self.n)

        np.matmul(s, h, out=self.du)
        s.sum(axis=1, out=self.dc)
        np.matmul(s.T, self.u, out=self.dh)
        np.multiply(h, h, out=slope)
        np.subtract(1, slope, out=slope)
        np.multiply(self.dh, slope, out=self.dh)
        np.matmul(self.dh.T, x, out=self.dw)
        np.add.reduce(self.dh, axis=0, out=self.db)
        self.t += 1
        if self.fine_tuned:
            np.matmul(self.dh, self.w, out=self.dx)
            self._update_rows(ids.reshape(-1))
        self._adam(self.flat, self.flat_gradient, self.m, self.v, self.work)
        return loss

    def _update_rows(self, ids):
        """Sum the rows of each distinct word with a sparse product, then lazy Adam on them."""
        k, positions, mark = ids.size, self.positions, self.mark
        mark[ids] = positions
        distinct = ids[mark[ids] == positions]  # the last position of each word
        number = distinct.size
        mark[distinct] = positions[:number]
        np.take(mark, ids, out=self.scatter.indices, mode="clip")
        g = (self.scatter @ self.dx.reshape(k, -1))[:number]
        m, v = self.rm[:number], self.rv[:number]
        np.take(self.table_m, distinct, axis=0, out=m, mode="clip")
        np.take(self.table_v, distinct, axis=0, out=v, mode="clip")
        e = self.re[:number]
        np.take(self.table, distinct, axis=0, out=e, mode="clip")
        self._adam(e, g, m, v, self.rw[:number])
        self.table[distinct] = e
        self.table_m[distinct] = m
        self.table_v[distinct] = v

    def _adam(self, theta, g, m, v, work):
        t = self.t
        m *= 0.9
        m += np.multiply(g, 0.1, out=work)
        v *= 0.999
        np.multiply(g, g, out=work)
        work *= 0.001
        v += work
        np.sqrt(v, out=work)
        work += 1e-8
        np.divide(m, work, out=work)
        work *= 0.001 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
        theta -= work
