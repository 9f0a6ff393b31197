"""Putting things that hold labels into parts, so that each part has its share of every label.

This is the stratification of multi-label data (Sechidis, Tsoumakas and Vlahavas 2011, ECML PKDD),
where a thing may hold a label several times. Theirs follows the rarest label at each step; the rule
here weighs all labels at once, so that large things do not upset the frequent ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ner_window.arrays import FloatArray, IntArray

DRAWS = 10
LUCK = 0.3  # standard deviation of the logarithm of what a draw makes of the size of a thing


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
    held, wanted = _held_and_wanted(counts, shares)
    ties = rng.random((len(counts), len(shares)))
    order = rng.permutation(len(counts))
    order = order[np.argsort(-held[order].sum(axis=1), kind="stable")]
    parts, _ = _placed(held, wanted, shares, order[np.newaxis], ties)
    only: IntArray = parts[0]
    return only


def stratified_draw(
    counts: IntArray, shares: Sequence[float], rng: np.random.Generator
) -> IntArray:
    """Return the part of each thing, (things,), which chance decides while the shares are met.

    Things go where :func:`stratified` puts them, but in an order by their sizes times a number from
    a log-normal distribution: it moves even large things to other parts, and leaves the small ones,
    with which shares are met, about last. Of several such draws, the one is taken that fills the
    most parts and misses their shares least. Parameters are those of :func:`stratified`.
    """
    held, wanted = _held_and_wanted(counts, shares)
    ties = rng.random((len(counts), len(shares)))
    luck = rng.lognormal(sigma=LUCK, size=(DRAWS, len(counts)))
    order = np.argsort(-held.sum(axis=1) * luck, axis=1)
    parts, missing = _placed(held, wanted, shares, order, ties)
    filled = [len(np.unique(draw)) for draw in parts]
    statistics = ((missing**2).sum(axis=2) / shares).sum(axis=1)
    best: IntArray = parts[np.lexsort((statistics, np.negative(filled)))[0]]
    return best


def _held_and_wanted(counts: IntArray, shares: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """Return the share of each label that each thing holds, and that each part is to have."""
    totals = counts.sum(axis=0)
    return counts / np.maximum(totals, 1), np.outer(shares, (totals > 0).astype(np.float64))


def _placed(
    held: FloatArray,
    wanted: FloatArray,
    shares: Sequence[float],
    order: IntArray,
    ties: FloatArray,
) -> tuple[IntArray, FloatArray]:
    """Put things into parts one by one, in several orders side by side.

    Parameters
    ----------
    held
        The share of each label that each thing holds, (things, labels).
    wanted
        The share of each label that each part is to have, (parts, labels).
    shares
        That of each part, (parts,).
    order
        The things in the order of each draw, (draws, things).
    ties
        Of parts that serve a thing alike, the one with the least number is taken, (things, parts).

    Returns
    -------
    The part of each thing, (draws, things), and what parts miss at last, (draws, parts, labels).
    """
    draws = np.arange(len(order))
    missing = np.repeat(wanted[np.newaxis], len(order), axis=0)
    parts: IntArray = np.empty(order.shape, np.int64)
    for things in order.T:
        added = held[things][:, np.newaxis]
        change = (added * (added - 2 * missing)).sum(axis=2) / shares
        is_nearly_best = change <= change.min(axis=1, keepdims=True) + 1e-12
        part = np.where(is_nearly_best, ties[things], np.inf).argmin(axis=1)
        missing[draws, part] -= held[things]
        parts[draws, things] = part
    return parts, missing
