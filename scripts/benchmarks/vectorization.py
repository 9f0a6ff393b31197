"""Loops over windows against the matrix form: the same scores, one window or all at a time."""

from __future__ import annotations

import numpy as np

import autodiff as ad
from benchmarks.timing import interleaved, medians

D, WINDOW, HIDDEN, N = 50, 5, 100, 1_000


def run() -> None:
    """Print the time of both forms, forward and backward, and their ratio."""
    rng = np.random.default_rng(0)
    x = ad.Tensor(rng.normal(size=(N, WINDOW * D)).astype(np.float32))
    w = ad.Parameter(rng.normal(size=(HIDDEN, WINDOW * D)).astype(np.float32), "W")
    b = ad.Parameter(np.zeros(HIDDEN, np.float32), "b")
    u = ad.Parameter(rng.normal(size=(1, HIDDEN)).astype(np.float32), "u")
    zero = ad.Tensor(np.zeros(1, np.float32))

    def scores(rows: ad.Tensor) -> ad.Tensor:
        return ad.affine(ad.layer(rows, w, b, "tanh"), u, zero)

    one = ad.Tensor(x.data[:1])
    single, batch = ad.Graph(ad.sum(scores(one))), ad.Graph(ad.sum(scores(x)))

    def loop() -> None:
        for row in range(N):
            single.forward({one: x.data[row : row + 1]})
            single.backward()

    def matrix() -> None:
        batch.forward()
        batch.backward()

    def plain_loop() -> list[np.ndarray]:
        return [np.tanh(w.data @ row + b.data) for row in x.data]

    def plain_matrix() -> np.ndarray:
        return np.tanh(x.data @ w.data.T + b.data)

    functions = {"loop": loop, "matrix": matrix, "np loop": plain_loop, "np matrix": plain_matrix}
    times = medians(interleaved(functions, rounds=20))
    print(f"{N:,} windows of {WINDOW} words, d {D}, hidden {HIDDEN}; milliseconds")
    print("                                    window by window   as a matrix   ratio")
    for label, slow, fast in (
        ("engine, forward and backward", "loop", "matrix"),
        ("numpy, h = tanh(W x + b) alone", "np loop", "np matrix"),
    ):
        ratio = times[slow] / times[fast]
        print(f"{label:<34} {1e3 * times[slow]:>17.2f} {1e3 * times[fast]:>13.3f} {ratio:>7.1f}")
