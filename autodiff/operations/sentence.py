"""The log-likelihood of whole sentences: a linear chain over the tags."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autodiff.errors import ShapeError
from autodiff.operation import Array, Example, Gradient, Operation, check_range, register


def _example(rng: np.random.Generator) -> list[Example]:
    lengths, k = np.array([2, 1, 4]), 3
    scores, transitions = rng.normal(size=(7, k)), rng.normal(size=(k + 1, k + 1))
    return [Example(SentenceLogLikelihood(), scores, transitions, rng.integers(0, k, 7), lengths)]


class _Batch(NamedTuple):
    """Sentences sorted longest first, so that those longer than t are a prefix of the batch.

    ``starts`` (sentences,) is the position of each sentence's first token, ``ends`` that of its
    last; ``active[t]`` counts the sentences that are longer than t; ``order`` sorts them.
    """

    starts: Array
    ends: Array
    active: list[int]


def _sorted_batch(lengths: Array) -> _Batch:
    order = np.argsort(-lengths, kind="stable")
    sorted_lengths = lengths[order]
    starts = (np.cumsum(lengths) - lengths)[order]
    longest = int(sorted_lengths[0]) if len(lengths) else 0
    active = np.searchsorted(-sorted_lengths, -np.arange(longest)).tolist()
    return _Batch(starts, starts + sorted_lengths - 1, active)


@register("sentence_log_likelihood", examples=_example)
class SentenceLogLikelihood(Operation):
    """J = -(1 / tokens) sum over sentences of log p(tags | sentence).

    log p = s(tags) - log sum over all tag sequences of e^s(.), where s sums the score of each token
    for its tag and the transition of each pair of neighbors. Scores (tokens, k) are those of the
    sentences end to end, ``lengths`` (sentences,) how long these are, none of them 0; tags
    (tokens,). Transitions (k + 1, k + 1): [i, j] from tag i to tag j, row k from the start of a
    sentence, column k to its end. A transition of minus infinity is one that never happens.

    The sum over all sequences is the forward recursion, with each step scaled to sum 1, so that it
    needs no logarithm inside; backward is the backward recursion. Downstream:
    ds = (p(tag at token) - onehot(tag)) / tokens, dT = (expected - observed transitions) / tokens.
    Sources: Collobert et al. 2011, equations 11 to 14; Rabiner 1989, equations 91 and 92.
    """

    def forward(self, scores: Array, transitions: Array, tags: Array, lengths: Array) -> Array:
        self._check(scores, transitions, tags, lengths)
        k, n = scores.shape[1], len(scores)
        self.batch = _sorted_batch(lengths)
        self.shift = float(np.max(transitions, initial=0, where=np.isfinite(transitions)))
        self.factors = np.exp(transitions - self.shift)  # e^T, scaled
        largest = scores.max(axis=1, keepdims=True) if n else scores[:, :1]
        self.emissions = np.exp(scores - largest)
        self.alpha = self.array_like("alpha", scores)
        self.scales = self.workspace.array("scales", (n,), scores.dtype)
        log_all = self._forward_recursion(k) + float(largest.sum(dtype=np.float64))
        log_all += self.shift * (n + len(lengths))
        loss = self.workspace.array("output", (), scores.dtype)
        loss[...] = (log_all - self._score_of(scores, transitions, tags)) / max(n, 1)
        return loss

    def _check(self, scores: Array, transitions: Array, tags: Array, lengths: Array) -> None:
        n, k = scores.shape if scores.ndim == 2 else (-1, -1)
        if transitions.shape != (k + 1, k + 1) or tags.shape != (n,) or lengths.ndim != 1:
            shapes = [scores.shape, transitions.shape, tags.shape, lengths.shape]
            expected = "scores (n, k), transitions (k + 1, k + 1), tags (n,), lengths (m,)"
            raise ShapeError(self.name, shapes, expected)
        if int(lengths.sum()) != n or (lengths < 1).any():
            raise ValueError(f"{self.name}: lengths are at least 1 and add up to {n} tokens")
        check_range(self.name, tags, k)

    def _forward_recursion(self, k: int) -> float:
        """Fill ``alpha`` and ``scales``; return the sum of the log scales.

        Row i of alpha is p(tag at token i | sentence up to i), times what the end still adds.
        """
        starts, ends, active = self.batch
        inner, alpha, scales = self.factors[:k, :k], self.alpha, self.scales
        for t, count in enumerate(active):
            rows = starts[:count] + t
            reached = self.factors[k, :k] if t == 0 else alpha[rows - 1] @ inner
            unscaled = reached * self.emissions[rows]
            scale = unscaled.sum(axis=1)
            alpha[rows] = unscaled / scale[:, np.newaxis]
            scales[rows] = scale
        self.end_scales = alpha[ends] @ self.factors[:k, k]
        logs = (
            np.log(scales, dtype=np.float64).sum() + np.log(self.end_scales, dtype=np.float64).sum()
        )
        return float(logs)

    def _score_of(self, scores: Array, transitions: Array, tags: Array) -> float:
        """Return the sum of s(tags) over the sentences."""
        starts, ends, _ = self.batch
        k = scores.shape[1]
        left, right = self._neighbors(tags, starts)
        total = scores[np.arange(len(tags)), tags].sum(dtype=np.float64)
        total += transitions[left, right].sum(dtype=np.float64)
        total += transitions[k, tags[starts]].sum() + transitions[tags[ends], k].sum()
        return float(total)

    @staticmethod
    def _neighbors(tags: Array, starts: Array) -> tuple[Array, Array]:
        """Return the tags of all pairs of neighbors within a sentence."""
        follows = np.ones(len(tags), bool)
        follows[starts] = False
        right = np.flatnonzero(follows)
        return tags[right - 1], tags[right]

    def backward(self, upstream: Array) -> tuple[Gradient | None, ...]:
        scores, transitions, tags, _ = self.inputs
        factor = upstream / max(len(tags), 1)
        d_transitions = self.array_like("dT", transitions)
        d_transitions[...] = 0
        ds = self._backward_recursion(self.array_like("ds", scores), d_transitions)
        ds[np.arange(len(tags)), tags] -= 1
        self._take_off_observed(d_transitions, tags)
        ds *= factor
        d_transitions *= factor
        needs_scores, needs_transitions, _, _ = self.needs_gradient
        return (
            ds if needs_scores else None,
            d_transitions if needs_transitions else None,
            None,
            None,
        )

    def _backward_recursion(self, p: Array, expected: Array) -> Array:
        """Fill ``p`` with p(tag at token) and ``expected`` with the expected transitions."""
        starts, ends, active = self.batch
        k = p.shape[1]
        inner, to_end = self.factors[:k, :k], self.factors[:k, k]
        beta = np.empty((len(starts), k), p.dtype)
        beta[...] = to_end / self.end_scales[:, np.newaxis]
        expected[:k, k] = self._ended(ends, beta)
        pairs = np.zeros((k, k), p.dtype)
        for t in range(len(active) - 1, -1, -1):
            rows = starts[: active[t]] + t
            here = beta[: active[t]]
            p[rows] = self.alpha[rows] * here
            onward = self.emissions[rows] * here / self.scales[rows, np.newaxis]
            if t == 0:
                expected[k, :k] = self.factors[k, :k] * onward.sum(axis=0)
            else:
                pairs += self.alpha[rows - 1].T @ onward
                beta[: active[t]] = onward @ inner.T
        expected[:k, :k] = inner * pairs
        return p

    def _ended(self, ends: Array, beta: Array) -> Array:
        total: Array = (self.alpha[ends] * beta).sum(axis=0)
        return total

    def _take_off_observed(self, d_transitions: Array, tags: Array) -> None:
        starts, ends, _ = self.batch
        k = len(d_transitions) - 1
        np.subtract.at(d_transitions, self._neighbors(tags, starts), 1)
        d_transitions[k, :k] -= np.bincount(tags[starts], minlength=k)
        d_transitions[:k, k] -= np.bincount(tags[ends], minlength=k)
