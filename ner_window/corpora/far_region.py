"""Which documents lie furthest from the rest, as a region.

A document is the vector of its words, whatever their case, each with (1 + log n) log(N / N_w) for n
occurrences, where N_w of N documents have the word (tf-idf, Salton and Buckley 1988), at length 1.
The region is one side of a 2-means clustering whose sides have a given size (Bradley, Bennett and
Demiriz 2000): documents that are alike, not those that are like nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray
from ner_window.corpora.corpus import Corpus

if TYPE_CHECKING:
    from scipy.sparse import csr_array

STARTS = 20
MOST_ROUNDS = 50


def far_units(
    corpus: Corpus, unit: IntArray, counts: IntArray, share: float, rng: np.random.Generator
) -> BoolArray:
    """Tell of each unit whether it is in the region, (units,).

    The clustering starts from some of the documents. Of those that end with every entity type on
    both sides, or with the fewest missing, the one is taken that explains most of the variance.

    Parameters
    ----------
    corpus
        What is parted.
    unit
        The unit of each sentence, (sentences,).
    counts
        How often each unit holds each label, (units, labels): its sentences, and entities by type.
    share
        That of the sentences in the region.
    rng
        Draws the documents to start from.
    """
    vectors = _vectors(corpus, unit, len(counts))
    mean = np.asarray(vectors.mean(axis=0)).ravel()
    best: tuple[tuple[int, float], BoolArray] | None = None
    for start in rng.permutation(len(counts))[:STARTS].tolist():
        direction = vectors[[start]].toarray().ravel() - mean
        is_in_region, explained = _clustered(vectors, counts[:, 0], share, direction)
        sides = counts[is_in_region].sum(axis=0), counts[~is_in_region].sum(axis=0)
        merit = -int(sum((side == 0).sum() for side in sides)), explained
        if best is None or merit > best[0]:
            best = merit, is_in_region
    assert best is not None
    return best[1]


def after_share(sizes: IntArray, share: float) -> int:
    """Return how many things, in their order, have about a share of all; one is left over."""
    sums = np.cumsum(sizes)
    nearest = int(np.abs(sums - share * sums[-1]).argmin()) + 1
    return min(nearest, max(len(sizes) - 1, 1))


def _clustered(
    vectors: csr_array, sizes: IntArray, share: float, direction: FloatArray
) -> tuple[BoolArray, float]:
    """Tell which units are in the region, and the variance between it and the rest.

    In each round the units furthest along the direction are the region, and the direction becomes
    that from the mean of the rest to the mean of the region, until nothing changes.
    """
    is_in_region = np.zeros(len(sizes), bool)
    for _ in range(MOST_ROUNDS):
        order = np.argsort(vectors @ direction, kind="stable")
        further = order[after_share(sizes[order], 1 - share) :]
        before, is_in_region = is_in_region, np.isin(np.arange(len(sizes)), further)
        if np.array_equal(before, is_in_region):
            break
        weights = is_in_region / len(further) - ~is_in_region / (len(sizes) - len(further))
        direction = vectors.T @ weights
    scale = len(further) * (len(sizes) - len(further)) / len(sizes)
    return is_in_region, scale * float(direction @ direction)


def _vectors(corpus: Corpus, unit: IntArray, units: int) -> csr_array:
    """Return the vector of each unit, (units, words)."""
    from scipy.sparse import csr_array  # slow to import, and tagging asks for nothing far

    words, tokens = corpus.tokens.words, corpus.tokens
    folded = [word.casefold() for word in words.categories]
    distinct, number = np.unique(folded, return_inverse=True)
    cells = unit[tokens.sentence_of] * len(distinct) + number[words.codes]
    cell, times = np.unique(cells, return_counts=True)
    row, column = np.divmod(cell, len(distinct))
    rarity = np.log(units / np.bincount(column, minlength=len(distinct)))
    values = (1 + np.log(times)) * rarity[column]
    lengths = np.sqrt(np.bincount(row, values**2, units))
    values /= np.maximum(lengths, 1e-12)[row]
    return csr_array((values, (row, column)), (units, len(distinct)))
