"""From scores to tags: the best tag of each token, or the best legal sequence of a sentence."""

from __future__ import annotations

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray

SENTENCES_AT_ONCE = 256  # so that the scores of a step stay in the cache


def argmax(scores: FloatArray) -> IntArray:
    """Return the best tag of each token, (tokens,), for scores (tokens, tags)."""
    best: IntArray = scores.argmax(axis=1)
    return best


def best_legal(scores: FloatArray, lengths: IntArray, transitions: FloatArray) -> IntArray:
    """Return the best legal sequence of tags of each sentence, (tokens,).

    The arguments are those of :func:`viterbi`, with transitions that are 0 or minus infinity. Then
    the best tags of a sentence, where they make a legal sequence, are the best legal sequence: only
    the other sentences are searched.
    """
    best = argmax(scores)
    is_broken = _broken_sentences(best, lengths, np.isneginf(transitions))
    tokens = np.repeat(is_broken, lengths)
    best[tokens] = viterbi(scores[tokens], lengths[is_broken], transitions)
    return best


def _broken_sentences(tags: IntArray, lengths: IntArray, is_illegal: BoolArray) -> BoolArray:
    """Tell of each sentence whether it has an illegal pair of tags, (sentences,)."""
    border, ends = len(is_illegal) - 1, np.cumsum(lengths)
    is_filled = lengths > 0
    left = np.empty_like(tags)
    left[1:] = tags[:-1]
    left[(ends - lengths)[is_filled]] = border
    pairs = left * len(is_illegal) + tags
    broken = np.flatnonzero(is_illegal.ravel().take(pairs))
    is_broken = np.zeros(len(lengths), bool)
    is_broken[np.searchsorted(ends, broken, side="right")] = True
    is_broken[is_filled] |= is_illegal[tags[ends[is_filled] - 1], border]
    return is_broken


def viterbi(scores: FloatArray, lengths: IntArray, transitions: FloatArray) -> IntArray:
    """Return the best sequence of tags of each sentence, (tokens,).

    ``scores`` (tokens, k) are those of the sentences end to end, ``lengths`` (sentences,) their
    lengths. ``transitions`` (k + 1, k + 1) is added for each pair of neighbors, minus infinity
    where the pair is illegal; row k is the start of a sentence, column k its end. A sequence's
    score is the sum; ties go to the lower tag.

    Sentences of like length are treated together. Source: Viterbi 1967; the recursion of Rabiner
    1989, equations 32 to 35.
    """
    order = np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths)]
    starts = np.cumsum(lengths) - lengths
    tags = np.zeros(len(scores), np.int64)
    for first in range(0, len(order), SENTENCES_AT_ONCE):
        sentences = order[first : first + SENTENCES_AT_ONCE]
        _decode(scores, starts[sentences], lengths[sentences], transitions, tags)
    return tags


def _decode(
    scores: FloatArray, starts: IntArray, lengths: IntArray, transitions: FloatArray, tags: IntArray
) -> None:
    """Write the best sequences of some sentences, longest first, into ``tags``.

    At position t, the n sentences that are longer than t form a prefix. No back pointers are kept:
    the tag before a known one is that from which it is best reached.
    """
    steps = np.arange(lengths[0])
    active = np.searchsorted(-lengths, -steps).tolist()
    inner, first, last = transitions[:-1, :-1], transitions[-1, :-1], transitions[:-1, -1]
    step_costs = np.ascontiguousarray(inner)[:, :, np.newaxis]
    best = [(scores[starts] + first).T]  # (k, n): of the best sequence that ends in a tag
    for t, n in enumerate(active[1:], start=1):
        through = best[-1][:, np.newaxis, :n] + step_costs  # (from, to, n)
        best.append(through.max(axis=0) + scores[starts[:n] + t].T)

    came_from = np.ascontiguousarray(inner.T)
    current = np.zeros(len(lengths), np.int64)
    later = 0  # how many of the sentences go on after t
    for t, n in zip(reversed(steps.tolist()), reversed(active), strict=True):
        current[later:n] = (best[t][:, later:n].T + last).argmax(axis=1)
        current[:later] = (best[t][:, :later].T + came_from[current[:later]]).argmax(axis=1)
        tags[starts[:n] + t] = current[:n]
        later = n
