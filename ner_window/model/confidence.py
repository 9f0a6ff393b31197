"""How sure a model is of an entity: the probability of the tags that make it.

With the sentence head it is the share of all tag sequences, weighed by e^score, that have these
tags at these tokens; with a softmax over each token it is the product of p(tag). Source of the
first: Culotta and McCallum 2004, section 3.
"""

from __future__ import annotations

import numpy as np

from ner_window.arrays import Array, FloatArray, IntArray
from ner_window.corpora.spans import Spans

LEAST_SUM = 1e-250  # of e^term, the largest term being 0; less has lost what it was made of


def span_confidences(
    scores: FloatArray,
    tags: IntArray,
    spans: Spans,
    lengths: IntArray,
    transitions: FloatArray | None,
) -> FloatArray:
    """Return the probability of each span, (spans,).

    Parameters
    ----------
    scores
        Those of all k tags, (tokens, k).
    tags
        The predicted ones, (tokens,).
    spans
        What was read from them.
    lengths
        How many tokens each sentence has, (sentences,).
    transitions
        Those of the sentence head, (k + 1, k + 1), None where the tags of a sentence are
        independent.
    """
    if len(spans) == 0:
        return np.empty(0)
    if transitions is None:
        return _independent(scores, tags, spans)
    return _of_sequences(scores, tags, spans, lengths, transitions.astype(np.float64))


def _independent(scores: FloatArray, tags: IntArray, spans: Spans) -> FloatArray:
    """Return the products of p(tag)."""
    tokens, firsts = _tokens_of(spans.starts, spans.lengths)
    own = scores[tokens].astype(np.float64)
    log_p = own[np.arange(len(own)), tags[tokens]] - _log_sum(own)
    confidences: FloatArray = np.exp(np.add.reduceat(log_p, firsts))
    return confidences


def _tokens_of(starts: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray]:
    """Return the tokens of all spans, one span after the other, and where each span starts."""
    firsts = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths), firsts


def _of_sequences(
    scores: FloatArray, tags: IntArray, spans: Spans, lengths: IntArray, transitions: FloatArray
) -> FloatArray:
    """Return the shares of sequences. Sentences without a span are left out."""
    has_span = np.zeros(len(lengths), bool)
    has_span[spans.sentences] = True
    is_kept = np.repeat(has_span, lengths)
    scores, tags = scores[is_kept].astype(np.float64), tags[is_kept]
    lengths = lengths[has_span]
    first = (np.cumsum(is_kept) - 1)[spans.starts]
    last = first + spans.lengths - 1

    alpha, beta, log_z = forward_backward(scores, lengths, transitions)
    tokens, firsts = _tokens_of(first, spans.lengths)
    steps = transitions[tags[tokens - 1], tags[tokens]] + scores[tokens, tags[tokens]]
    steps[firsts] = alpha[first, tags[first]]
    sentence = np.searchsorted(np.cumsum(lengths), first, side="right")
    log_p = np.add.reduceat(steps, firsts) + beta[last, tags[last]] - log_z[sentence]
    confidences: FloatArray = np.exp(np.minimum(log_p, 0.0))
    return confidences


def forward_backward(
    scores: FloatArray, lengths: IntArray, transitions: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log alpha (tokens, k), log beta (tokens, k) and log Z (sentences,).

    alpha sums over the sequences up to a token, its own score included; beta over those after it.
    The sentences are treated together, longest first. Source: Rabiner 1989, equations 18 to 25.
    """
    k = scores.shape[1]
    order = np.argsort(-lengths, kind="stable")
    sizes = lengths[order]
    starts = (np.cumsum(lengths) - lengths)[order]
    longest = int(sizes[0]) if len(sizes) else 0
    active = [int(np.searchsorted(-sizes, -t)) for t in range(longest)]
    forth = transitions[:k, :k]
    back = forth.T
    alpha, beta = np.empty_like(scores), np.empty_like(scores)
    for t, count in enumerate(active):
        rows = starts[:count] + t
        reached = transitions[k, :k] if t == 0 else _log_product(alpha[rows - 1], forth)
        alpha[rows] = reached + scores[rows]
    ends = starts + sizes - 1
    beta[ends] = transitions[:k, k]
    for t in range(longest - 1, 0, -1):
        rows = starts[: active[t]] + t
        beta[rows - 1] = _log_product(scores[rows] + beta[rows], back)
    log_z = np.empty(len(lengths))
    log_z[order] = _log_sum(alpha[ends] + beta[ends])
    return alpha, beta, log_z


def _log_product(terms: FloatArray, steps: FloatArray) -> FloatArray:
    """Return log(e^terms e^steps), (n, k), for terms (n, k) and steps (k, k).

    As a product of matrices it takes k exponentials a row, not k^2. Rows in which sums underflow
    are computed term by term.
    """
    largest = terms.max(axis=1, keepdims=True)
    largest[np.isneginf(largest)] = 0
    sums = np.exp(terms - largest) @ np.exp(steps)
    is_lost = (sums < LEAST_SUM).any(axis=1)
    with np.errstate(divide="ignore"):
        result: Array = np.log(sums) + largest
    result[is_lost] = _log_sum(terms[is_lost][:, np.newaxis, :] + steps.T)
    return result


def _log_sum(terms: FloatArray) -> FloatArray:
    """Return the log of the sum of e^terms over the last axis, which is overwritten.

    Three times as fast as ``np.logaddexp.reduce``. Where all terms are minus infinity, so is this.
    """
    largest = terms.max(axis=-1, keepdims=True)
    largest[np.isneginf(largest)] = 0
    terms -= largest
    np.exp(terms, out=terms)
    with np.errstate(divide="ignore"):
        total: FloatArray = np.log(terms.sum(axis=-1)) + largest[..., 0]
    return total
