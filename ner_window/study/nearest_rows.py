"""The nearest of many vectors, for many queries at once, in bounded memory.

Candidates come in blocks of numbers (n,) and vectors (n, d). A block is multiplied with some
hundreds of queries at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ner_window.arrays import FloatArray, IntArray

RowBlock = tuple[IntArray, FloatArray]

QUERIES_AT_ONCE = 250  # 20 MB of cosines with a block of 20,000 vectors
ROUNDING = 1e-6  # of a cosine in float32


def unit(vectors: FloatArray) -> FloatArray:
    """Return vectors (n, d) at length 1, float32; one without length stays zero."""
    lengths = np.linalg.norm(vectors.astype(float), axis=1, keepdims=True)
    scaled: FloatArray = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def nearest(
    queries: FloatArray, candidates: Iterable[RowBlock], at_once: int = QUERIES_AT_ONCE
) -> IntArray:
    """Return the number of the candidate with the greatest cosine to each query (m, d), (m,).

    ``at_once`` queries are multiplied with a block at a time.
    """
    best = np.full(len(queries), -np.inf, np.float32)
    numbers = np.full(len(queries), -1, np.int64)
    for block_numbers, part, cosines in _cosines(queries, candidates, at_once):
        place = cosines.argmax(axis=1)
        value = cosines[np.arange(len(place)), place]
        is_better = value > best[part]
        best[part][is_better] = value[is_better]
        numbers[part][is_better] = block_numbers[place[is_better]]
    return numbers


def ranks(
    queries: FloatArray,
    cosines: FloatArray,
    candidates: Iterable[RowBlock],
    at_once: int = QUERIES_AT_ONCE,
) -> IntArray:
    """Return the rank (m,) that a word at a cosine to each query has, 1 the nearest.

    The queries themselves are among the candidates, and do not count.

    Parameters
    ----------
    queries
        Vectors, (m, d).
    cosines
        That of the word to each of them, (m,).
    candidates
        All words, block by block: numbers (n,) and vectors (n, d).
    at_once
        How many queries are compared with a block at a time.
    """
    threshold = (cosines + ROUNDING).astype(np.float32)
    nearer = np.zeros(len(queries), np.int64)
    for _, part, found in _cosines(queries, candidates, at_once):
        nearer[part] += np.count_nonzero(found > threshold[part, None], axis=1)
    return np.maximum(nearer, 1)  # the query is one of them, unless the two are one


def _cosines(
    queries: FloatArray, candidates: Iterable[RowBlock], at_once: int
) -> Iterator[tuple[IntArray, slice, FloatArray]]:
    """Yield the numbers of a block, some of the queries, and their cosines (queries, n)."""
    if not len(queries):
        return  # making the blocks may be work
    directions = unit(queries)
    for numbers, block in candidates:
        vectors = unit(block).T
        if not len(numbers):
            continue
        for first in range(0, len(directions), at_once):
            part = slice(first, first + at_once)
            yield numbers, part, directions[part] @ vectors
