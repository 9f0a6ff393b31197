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


def _is_extreme(scores: Array, transitions: Array) -> bool:
    """Tell whether e^s and e^T span more than their dtype holds, so that paths would be lost."""
    finite = transitions[np.isfinite(transitions)]
    if scores.size == 0 or finite.size == 0:
        return True  # rare, and log space copes with it
    spread = float(np.ptp(finite)) + float(np.ptp(scores, axis=1).max())
    return spread > (30.0 if scores.dtype == np.float32 else 300.0)


@register("sentence_log_likelihood", examples=_example)
class SentenceLogLikelihood(Operation):
    """J = -(1 / tokens) sum over sentences of log p(tags | sentence).

    log p = s(tags) - log sum over all tag sequences of e^s(.), where s sums the score of each token
    for its tag and the transition of each pair of neighbors. Scores (tokens, k) are those of the
    sentences end to end, ``lengths`` (sentences,) how long these are, none of them 0; tags
    (tokens,). Transitions (k + 1, k + 1): [i, j] from tag i to tag j, row k from the start of a
    sentence, column k to its end. A transition of minus infinity is one that never happens.

    The sum over all sequences is the forward recursion, with each step scaled to sum 1, so that it
    needs no logarithm inside; backward is the backward recursion. Scores too far apart for that
    are treated in log space. Downstream:
    ds = (p(tag at token) - onehot(tag)) / tokens, dT = (expected - observed transitions) / tokens.
    Sources: Collobert et al. 2011, equations 11 to 14; Rabiner 1989, equations 91 and 92.
    """

    def forward(self, scores: Array, transitions: Array, tags: Array, lengths: Array) -> Array:
        self._check(scores, transitions, tags, lengths)
        n = len(scores)
        self.batch = _sorted_batch(lengths.astype(np.int64, copy=False))
        log_all = None if _is_extreme(scores, transitions) else self._scaled(scores, transitions)
        self.in_log_space = log_all is None
        if log_all is None:
            log_all = self._log_space_recursions(scores, transitions)
        loss = self.workspace.array("output", (), scores.dtype)
        loss[...] = (log_all - self._score_of(scores, transitions, tags)) / max(n, 1)
        return loss

    def _check(self, scores: Array, transitions: Array, tags: Array, lengths: Array) -> None:
        n, k = scores.shape if scores.ndim == 2 else (-1, -1)
        if transitions.shape != (k + 1, k + 1) or tags.shape != (n,) or lengths.ndim != 1:
            shapes = [scores.shape, transitions.shape, tags.shape, lengths.shape]
            expected = "scores (n, k), transitions (k + 1, k + 1), tags (n,), lengths (m,)"
            raise ShapeError(self.name, shapes, expected)
        for name, array in (("tags", tags), ("lengths", lengths)):
            if array.dtype.kind not in "iu":
                raise TypeError(f"{self.name}: expected integer {name}, got {array.dtype}")
        if int(lengths.sum()) != n or (lengths < 1).any():
            raise ValueError(f"{self.name}: lengths are at least 1 and add up to {n} tokens")
        check_range(self.name, tags, k)

    def _scaled(self, scores: Array, transitions: Array) -> float | None:
        """Run the forward recursion; return the sum of log Z, None where numbers underflow.

        Keeps alpha, in which row i is p(tag at token i | sentence up to i), and its scales.
        """
        starts, ends, active = self.batch
        n, k = scores.shape
        shift = float(np.max(transitions, initial=-np.inf, where=np.isfinite(transitions)))
        self.factors = np.exp(transitions - shift)  # e^T, scaled so that the largest is 1
        largest = scores.max(axis=1, keepdims=True)
        self.emissions = np.exp(scores - largest)
        self.alpha = alpha = self.array_like("alpha", scores)
        self.scales = scales = self.workspace.array("scales", (n,), scores.dtype)
        inner = self.factors[:k, :k]
        for t, count in enumerate(active):
            rows = starts[:count] + t
            reached = self.factors[k, :k] if t == 0 else alpha[rows - 1] @ inner
            unscaled = reached * self.emissions[rows]
            scale = unscaled.sum(axis=1)
            if not scale.min() > 0:
                return None
            alpha[rows] = unscaled / scale[:, np.newaxis]
            scales[rows] = scale
        self.end_scales = alpha[ends] @ self.factors[:k, k]
        if not self.end_scales.min(initial=1) > np.sqrt(np.finfo(scores.dtype).tiny):
            return None
        logs = (np.log(part, dtype=np.float64).sum() for part in (scales, self.end_scales))
        taken_off = largest.sum(dtype=np.float64) + shift * (n + len(starts))
        return float(sum(logs) + taken_off)

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
        ds = self.array_like("ds", scores)
        if self.in_log_space:
            ds[...], d_transitions[...] = self.marginals, self.expected
        else:
            self._backward_recursion(ds, d_transitions)
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

    def _log_space_recursions(self, scores: Array, transitions: Array) -> float:
        """Run both recursions on logarithms in float64, for scores that e^s cannot hold.

        Keeps p(tag at token) and the expected transitions for backward; returns the sum of log Z
        over the sentences. Slower by a factor of k, and exact for any scores.
        """
        starts, ends, active = self.batch
        k = scores.shape[1]
        s, t = scores.astype(np.float64), transitions.astype(np.float64)
        inner, alpha, beta = t[:k, :k], np.zeros_like(s), np.zeros_like(s)
        for step, count in enumerate(active):
            rows = starts[:count] + step
            alpha[rows] = t[k, :k] + s[rows]
            if step > 0:
                arrivals = alpha[rows - 1][:, :, np.newaxis] + inner
                alpha[rows] = np.logaddexp.reduce(arrivals, axis=1) + s[rows]
        log_z = np.logaddexp.reduce(alpha[ends] + t[:k, k], axis=1)
        if not np.isfinite(log_z).all():
            raise ValueError(f"{self.name}: no tag sequence is possible under these transitions")
        self.expected = np.zeros_like(t)
        beta[ends] = t[:k, k]
        for step in range(len(active) - 1, 0, -1):
            rows = starts[: active[step]] + step
            onward = inner + (s[rows] + beta[rows])[:, np.newaxis]
            beta[rows - 1] = np.logaddexp.reduce(onward, axis=2)
            arcs = alpha[rows - 1][:, :, np.newaxis] + onward
            arcs -= log_z[: active[step], np.newaxis, np.newaxis]
            self.expected[:k, :k] += np.exp(arcs).sum(axis=0)
        log_z_of_token = np.empty(len(s))
        for step, count in enumerate(active):
            log_z_of_token[starts[:count] + step] = log_z[:count]
        self.marginals = np.exp(alpha + beta - log_z_of_token[:, np.newaxis])
        self.expected[k, :k] = self.marginals[starts].sum(axis=0)
        self.expected[:k, k] = self.marginals[ends].sum(axis=0)
        return float(log_z.sum())

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
