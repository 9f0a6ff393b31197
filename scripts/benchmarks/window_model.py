"""The model, the data and the engine's step that the benchmarks of training share.

lookup -> W x + b -> tanh -> U h + c -> softmax cross-entropy, with Adam for the dense parameters
and lazy Adam for the rows of fine-tuned vectors. Words are drawn by Zipf's law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import autodiff as ad
from autodiff.initializers import xavier_uniform

Array = np.ndarray
Batches = list[tuple[Array, Array]]
"""Pairs of word ids (n, window) and tags (n,)."""
Block = Callable[[int, int], list[float]]
"""Runs the training steps on batches ``start`` to ``end``, one after the other; returns losses."""


@dataclass(frozen=True)
class Sizes:
    """The sizes of the model; ``hidden`` has a number for each hidden layer."""

    vocabulary: int = 100_000
    d: int = 50
    window: int = 5
    hidden: tuple[int, ...] = (100,)
    classes: int = 9


@dataclass(frozen=True)
class Weights:
    """Where training starts: table (V, d), layers of (W, b), output U (classes, hidden) and c."""

    table: Array
    layers: list[tuple[Array, Array]]
    u: Array
    c: Array


def initial_weights(sizes: Sizes) -> Weights:
    """Return the same weights for everyone who is to be compared."""
    rng = np.random.default_rng(1)
    table = rng.normal(size=(sizes.vocabulary, sizes.d)).astype(np.float32)
    table *= np.float32(0.1)
    widths = [sizes.window * sizes.d, *sizes.hidden]
    layers = [
        (xavier_uniform(rng, (out, width)), np.zeros(out, np.float32))
        for width, out in zip(widths, sizes.hidden, strict=False)
    ]
    u = xavier_uniform(rng, (sizes.classes, widths[-1]))
    return Weights(table, layers, u, np.zeros(sizes.classes, np.float32))


def zipf_batches(sizes: Sizes, n: int, count: int) -> Batches:
    """Return batches of n windows: word k is drawn with probability proportional to 1 / k."""
    rng = np.random.default_rng(0)
    bounds = np.cumsum(1 / np.arange(1, sizes.vocabulary + 1))
    bounds /= bounds[-1]
    return [
        (
            np.searchsorted(bounds, rng.random((n, sizes.window))),
            rng.integers(0, sizes.classes, n),
        )
        for _ in range(count)
    ]


def engine_block(weights: Weights, batches: Batches, fine_tuned: bool) -> Block:
    """The step in the engine: the graph is built once and fed."""
    words = (ad.Parameter if fine_tuned else ad.Tensor)(weights.table, "words")
    ids, tags = ad.Tensor(batches[0][0]), ad.Tensor(batches[0][1])
    dense: list[ad.Parameter] = []
    h = ad.lookup_window(words, ids)
    for w, b in weights.layers:
        dense += [ad.Parameter(w, "W"), ad.Parameter(b, "b")]
        h = ad.layer(h, dense[-2], dense[-1], "tanh")
    dense += [ad.Parameter(weights.u, "U"), ad.Parameter(weights.c, "c")]
    graph = ad.Graph(ad.softmax_cross_entropy(ad.affine(h, dense[-2], dense[-1]), tags))
    optimizers: list[ad.Optimizer] = [ad.Adam(dense)]
    if isinstance(words, ad.Parameter):
        optimizers.append(ad.SparseAdam([words]))

    def step(batch: Array, gold: Array) -> float:
        loss: float = graph.forward({ids: batch, tags: gold})
        graph.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss

    return lambda start, end: [step(*batch) for batch in batches[start:end]]
