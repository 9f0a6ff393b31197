"""From scores to tags: the best tag of each token, or the best legal sequence of a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def argmax(scores: Array) -> Array:
    """Return the best tag of each token, (tokens,), for scores (tokens, tags)."""
    best: Array = scores.argmax(axis=1)
    return best


def viterbi(scores: Array, lengths: Array, transitions: Array) -> Array:
    """Return the best sequence of tags of each sentence, (tokens,).

    ``scores`` (tokens, k) are those of the sentences end to end, ``lengths`` (sentences,) their
    lengths. ``transitions`` (k + 1, k + 1) is added for each pair of neighbors, minus infinity
    where the pair is illegal; row k is the start of a sentence, column k its end. A sequence's
    score is the sum; ties go to the lower tag.

    The sentences are treated together, longest first: at position t those that are longer than t
    form a prefix. Source: Viterbi 1967; the recursion of Rabiner 1989, equations 32 to 35.
    """
    lengths = lengths[lengths > 0]
    order = np.argsort(-lengths, kind="stable")
    sorted_lengths = lengths[order]
    starts = (np.cumsum(lengths) - lengths)[order]
    longest = int(sorted_lengths[0]) if len(lengths) else 0
    active = [int(np.searchsorted(-sorted_lengths, -t)) for t in range(longest)]
    inner, first, last = transitions[:-1, :-1], transitions[-1, :-1], transitions[:-1, -1]

    best = scores[starts] + first  # (sentences, k): score of the best sequence that ends in a tag
    back = []
    for t in range(1, longest):
        n = active[t]
        through = best[:n, :, np.newaxis] + inner  # (n, from, to)
        came_from = through.argmax(axis=1)
        back.append(came_from)
        reached = np.take_along_axis(through, came_from[:, np.newaxis], axis=1)[:, 0]
        best[:n] = reached + scores[starts[:n] + t]
    return _trace_back(best + last, back, sorted_lengths, starts, len(scores))


def _trace_back(
    best: Array, back: list[Array], lengths: Array, starts: Array, token_count: int
) -> Array:
    """Follow the back pointers of all sentences from their last tokens to their first."""
    tags = np.zeros(token_count, np.int64)
    current = best.argmax(axis=1)
    tags[starts + lengths - 1] = current
    for t in range(len(back), 0, -1):
        n = len(back[t - 1])
        current[:n] = back[t - 1][np.arange(n), current[:n]]
        tags[starts[:n] + t - 1] = current[:n]
    return tags
