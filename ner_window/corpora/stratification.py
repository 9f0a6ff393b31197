"""Putting things that hold labels into parts, so that each part has its share of every label.

This is the stratification of multi-label data (Sechidis, Tsoumakas and Vlahavas 2011, ECML PKDD),
where a thing may hold a label several times. Theirs follows the rarest label at each step; the rule
here weighs all labels at once, so that large things do not upset the frequent ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ner_window.arrays import IntArray


def stratified(counts: IntArray, shares: Sequence[float], rng: np.random.Generator) -> IntArray:
    """Return the part of each thing, (things,).

    One by one, things that hold much of a label first, each goes where it lowers most the sum over
    parts p and labels l of (missing[p, l] / total[l])^2 / share[p]: Pearson's statistic of the
    parts against their shares, in which every label counts alike, however rare it is.

    Parameters
    ----------
    counts
        How often each thing holds each label, (things, labels); one label may be its size.
    shares
        That of each part; their sum is 1.
    rng
        Draws the order of equal things, and one of equal parts.
    """
    totals = np.maximum(counts.sum(axis=0), 1)
    held = counts / totals
    missing = np.outer(shares, (counts.sum(axis=0) > 0).astype(np.float64))
    ties = rng.random((len(counts), len(shares)))
    order = rng.permutation(len(counts))
    order = order[np.argsort(-held[order].sum(axis=1), kind="stable")]
    parts: IntArray = np.empty(len(counts), np.int64)
    for thing in order.tolist():
        change = (held[thing] * (held[thing] - 2 * missing)).sum(axis=1) / shares
        nearly_best = np.flatnonzero(change <= change.min() + 1e-12)
        part = nearly_best[ties[thing, nearly_best].argmin()]
        missing[part] -= held[thing]
        parts[thing] = part
    return parts
