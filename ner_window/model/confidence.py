"""How sure a model is of an entity: the probability of the tags that make it.

With the sentence head it is the share of all tag sequences, weighed by e^score, that have these
tags at these tokens; with a softmax over each token it is the product of p(tag). Source of the
first: Culotta and McCallum 2004, section 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_window.corpora.spans import Spans

Array = NDArray[Any]


def span_confidences(
    scores: Array, tags: Array, spans: Spans, lengths: Array, transitions: Array | None
) -> Array:
    """Return the probability of each span, (spans,).

    ``scores`` (tokens, k) are those of all tags, ``tags`` (tokens,) the predicted ones, from which
    ``spans`` were read; ``lengths`` (sentences,). ``transitions`` (k + 1, k + 1) are those of the
    sentence head, None where the tags of a sentence are independent.
    """
    scores = scores.astype(np.float64)
    tokens = np.arange(len(scores))
    first, last = spans.starts, spans.ends - 1
    if transitions is None:
        log_p = scores - _log_sum(scores.copy())[:, np.newaxis]
        sums = np.concatenate(([0.0], np.cumsum(log_p[tokens, tags])))
        independent: Array = np.exp(sums[spans.ends] - sums[first])
        return independent
    transitions = transitions.astype(np.float64)
    alpha, beta, log_z = forward_backward(scores, lengths, transitions)
    ends = np.cumsum(lengths)
    steps = scores[tokens, tags]
    steps[1:] += np.where(np.isin(tokens[1:], ends), 0.0, transitions[tags[:-1], tags[1:]])
    sums = np.cumsum(steps)
    sentence = np.searchsorted(ends, first, side="right")
    before, after = alpha[first, tags[first]], beta[last, tags[last]]
    log_p = before + (sums[last] - sums[first]) + after - log_z[sentence]
    confidences: Array = np.exp(np.minimum(log_p, 0.0))
    return confidences


def forward_backward(
    scores: Array, lengths: Array, transitions: Array
) -> tuple[Array, Array, Array]:
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
    inner = transitions[:k, :k]
    alpha, beta = np.empty_like(scores), np.empty_like(scores)
    for t, count in enumerate(active):
        rows = starts[:count] + t
        reached = (
            transitions[k, :k] if t == 0 else _log_sum(alpha[rows - 1][:, np.newaxis, :] + inner.T)
        )
        alpha[rows] = reached + scores[rows]
    ends = starts + sizes - 1
    beta[ends] = transitions[:k, k]
    for t in range(longest - 1, 0, -1):
        rows = starts[: active[t]] + t
        beta[rows - 1] = _log_sum((scores[rows] + beta[rows])[:, np.newaxis, :] + inner)
    log_z = np.empty(len(lengths))
    log_z[order] = _log_sum(alpha[ends] + beta[ends])
    return alpha, beta, log_z


def _log_sum(terms: Array) -> Array:
    """Return the log of the sum of e^terms over the last axis, which is overwritten.

    Three times as fast as ``np.logaddexp.reduce``. Where all terms are minus infinity, so is this.
    """
    largest = terms.max(axis=-1, keepdims=True)
    largest[np.isneginf(largest)] = 0
    terms -= largest
    np.exp(terms, out=terms)
    with np.errstate(divide="ignore"):
        total: Array = np.log(terms.sum(axis=-1)) + largest[..., 0]
    return total
