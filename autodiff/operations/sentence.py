"""The log-likelihood of whole sentences: a linear chain over the tags."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from autodiff.arrays import Array, FloatArray, IntArray
from autodiff.errors import ShapeError
from autodiff.operation import Example, Operation, register
from autodiff.row_sparse import Gradient, check_range

MOST_SPREAD = 300.0  # of scores, as exponents of e, that the recursions hold


def _example(rng: np.random.Generator) -> list[Example]:
    lengths, k = np.array([2, 1, 4]), 3
    scores, transitions = rng.normal(size=(7, k)), rng.normal(size=(k + 1, k + 1))
    return [Example(SentenceLogLikelihood(), scores, transitions, rng.integers(0, k, 7), lengths)]


class _TimeOrder(NamedTuple):
    """The tokens of sentences in the order in which the recursions visit them: *time order*.

    First come the first tokens of all sentences, longest sentence first, then their second tokens,
    and so on, so that each step is one of the ``blocks``; the sentences that go on after it are a
    prefix of it. In time order, ``predecessors`` is where the neighbors to the left of the tokens
    of the second block and later are, ``last`` (sentences,) where sentences end. ``places``
    (tokens,) is where each visited token stands in the batch, ``sentences`` (tokens,) the number of
    its sentence, the longest being 0; ``starts`` and ``ends`` (sentences,) are where sentences
    start and end in the batch.
    """

    blocks: list[slice]
    predecessors: IntArray
    last: IntArray
    places: IntArray
    sentences: IntArray
    starts: IntArray
    ends: IntArray


def _in_time_order(lengths: IntArray) -> _TimeOrder:
    order = np.argsort(-lengths, kind="stable")
    lengths, starts = lengths[order], (np.cumsum(lengths) - lengths)[order]
    longest = int(lengths[0]) if len(lengths) else 0
    active = np.searchsorted(-lengths, -np.arange(longest))  # how many are longer than t
    bounds = np.append(0, np.cumsum(active))
    step = np.repeat(np.arange(longest), active)
    sentence = np.arange(bounds[-1]) - bounds[step]
    return _TimeOrder(
        blocks=[slice(*block) for block in pairwise(bounds.tolist())],
        predecessors=(bounds[step - 1] + sentence)[len(lengths) :],
        last=bounds[lengths - 1] + np.arange(len(lengths)),
        places=starts[sentence] + step,
        sentences=sentence,
        starts=starts,
        ends=starts + lengths - 1,
    )


def _is_extreme(scores: FloatArray, transitions: FloatArray) -> bool:
    """Tell whether e^s and e^T span more than a float64 holds, so that paths would be lost."""
    finite = transitions[np.isfinite(transitions)]
    if scores.size == 0 or finite.size == 0:
        return True  # rare, and log space copes with it
    spread = float(np.ptp(finite)) + float((scores.max(axis=1) - scores.min(axis=1)).max())
    return spread > MOST_SPREAD


@register("sentence_log_likelihood", examples=_example)
class SentenceLogLikelihood(Operation):
    """J = -(1 / tokens) sum over sentences of log p(tags | sentence).

    log p = s(tags) - log sum over all tag sequences of e^s(.), where s sums the score of each token
    for its tag and the transition of each pair of neighbors. Scores (tokens, k) are those of the
    sentences end to end, ``lengths`` (sentences,) how long these are, none of them 0; tags
    (tokens,). Transitions (k + 1, k + 1): [i, j] from tag i to tag j, row k from the start of a
    sentence, column k to its end. A transition of minus infinity is one that never happens.

    The sum over all sequences is the forward recursion, with each step scaled to sum 1, so that it
    needs no logarithm inside; backward is the backward recursion. Both run in float64, whatever the
    scores are: training makes these differ by more than e^s holds in float32. Scores too far apart
    even for that are treated in log space. Downstream:
    ds = (p(tag at token) - onehot(tag)) / tokens, dT = (expected - observed transitions) / tokens.
    Sources: Collobert et al. 2011, equations 11 to 14; Rabiner 1989, equations 91 and 92.
    """

    equation = "{f} = -log p({tags} of the sentence) / tokens"
    derivatives = ("d{f}/d{scores} = (p - onehot)/tokens", "(expected - seen) / tokens", "", "")

    def forward(
        self, scores: FloatArray, transitions: FloatArray, tags: IntArray, lengths: IntArray
    ) -> FloatArray:
        self._check(scores, transitions, tags, lengths)
        n = len(scores)
        self.batch = _in_time_order(lengths.astype(np.int64, copy=False))
        log_all = None if _is_extreme(scores, transitions) else self._scaled(scores, transitions)
        self.in_log_space = log_all is None
        if log_all is None:
            log_all = self._log_space_recursions(scores, transitions)
        loss = self.workspace.array("output", (), scores.dtype)
        loss[...] = (log_all - self._score_of(scores, transitions, tags)) / max(n, 1)
        return loss

    def _check(
        self, scores: FloatArray, transitions: FloatArray, tags: IntArray, lengths: IntArray
    ) -> None:
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

    def _scaled(self, scores: FloatArray, transitions: FloatArray) -> float | None:
        """Run the forward recursion; return the sum of log Z, None where numbers underflow.

        Keeps alpha, in which each row is p(tag at token | sentence up to it), and its scales, in
        time order.
        """
        batch, (n, k) = self.batch, scores.shape
        # The largest e^T is made 1, and the largest e^s of each token.
        finite = np.isfinite(transitions)
        shift = float(np.max(transitions, initial=-np.inf, where=finite))
        largest = scores.max(axis=1, keepdims=True)
        self.factors = np.exp(transitions - shift, dtype=np.float64)
        self.emissions = np.exp((scores - largest)[batch.places], dtype=np.float64)
        self._forward_recursion()
        self.end_scales = self.alpha[batch.last] @ self.factors[:k, k]
        smallest = np.sqrt(np.finfo(np.float64).tiny)
        if not (self.scales.min(initial=1) > 0 and self.end_scales.min(initial=1) > smallest):
            return None
        taken_off = largest.sum(dtype=np.float64) + shift * (n + len(batch.starts))
        return float(np.log(self.scales).sum() + np.log(self.end_scales).sum() + taken_off)

    def _forward_recursion(self) -> None:
        n, k = self.emissions.shape
        self.alpha, self.scales = self._float64("alpha", (n, k)), self._float64("scales", (n, 1))
        inner, before = self.factors[:k, :k], slice(0, 0)
        with np.errstate(divide="ignore", invalid="ignore"):  # a scale of 0 is looked for later
            for block in self.batch.blocks:
                reached, scale = self.alpha[block], self.scales[block]
                if block.start == 0:
                    reached[...] = self.factors[k, :k]
                else:
                    np.matmul(self.alpha[before][: len(reached)], inner, out=reached)
                reached *= self.emissions[block]
                np.sum(reached, axis=1, keepdims=True, out=scale)
                reached /= scale
                before = block

    def _float64(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        return self.workspace.array(name, shape, np.dtype(np.float64))

    def _score_of(self, scores: FloatArray, transitions: FloatArray, tags: IntArray) -> float:
        """Return the sum of s(tags) over the sentences."""
        starts, ends = self.batch.starts, self.batch.ends
        k = scores.shape[1]
        left, right = self._neighbors(tags, starts)
        total = scores[np.arange(len(tags)), tags].sum(dtype=np.float64)
        total += transitions[left, right].sum(dtype=np.float64)
        total += transitions[k, tags[starts]].sum() + transitions[tags[ends], k].sum()
        return float(total)

    @staticmethod
    def _neighbors(tags: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
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

    def _log_space_recursions(self, scores: FloatArray, transitions: FloatArray) -> float:
        """Run both recursions on logarithms, for scores that e^s cannot hold.

        Keeps p(tag at token) and the expected transitions for backward; returns the sum of log Z
        over the sentences. Slower by a factor of k, and exact for any scores.
        """
        batch, k = self.batch, scores.shape[1]
        s, t = scores[batch.places].astype(np.float64), transitions.astype(np.float64)
        inner, alpha, beta = t[:k, :k], np.zeros_like(s), np.zeros_like(s)
        blocks = list(pairwise([slice(0, 0), *batch.blocks]))
        for before, block in blocks:
            alpha[block] = t[k, :k]
            if block.start > 0:
                arrivals = alpha[before][: block.stop - block.start, :, np.newaxis] + inner
                alpha[block] = np.logaddexp.reduce(arrivals, axis=1)
            alpha[block] += s[block]
        log_z = np.logaddexp.reduce(alpha[batch.last] + t[:k, k], axis=1)
        if not np.isfinite(log_z).all():
            raise ValueError(f"{self.name}: no tag sequence is possible under these transitions")
        self.expected = np.zeros_like(t)
        beta[batch.last] = t[:k, k]
        for before, block in reversed(blocks[1:]):
            count = block.stop - block.start
            onward = inner + (s[block] + beta[block])[:, np.newaxis]
            beta[before][:count] = np.logaddexp.reduce(onward, axis=2)
            arcs = alpha[before][:count, :, np.newaxis] + onward
            arcs -= log_z[:count, np.newaxis, np.newaxis]
            self.expected[:k, :k] += np.exp(arcs).sum(axis=0)
        p = np.exp(alpha + beta - log_z[batch.sentences, np.newaxis])
        self.expected[k, :k] = p[: len(log_z)].sum(axis=0)
        self.expected[:k, k] = p[batch.last].sum(axis=0)
        self.marginals = np.empty_like(p)
        self.marginals[batch.places] = p
        return float(log_z.sum())

    def _backward_recursion(self, p: FloatArray, expected: FloatArray) -> None:
        """Fill ``p`` with p(tag at token) and ``expected`` with the expected transitions."""
        batch, alpha, k = self.batch, self.alpha, p.shape[1]
        inner, to_end = self.factors[:k, :k], self.factors[:k, k]
        names = ("beta", "onward", "shares")
        beta, onward, shares = (self._float64(name, p.shape) for name in names)
        beta[batch.last] = to_end / self.end_scales[:, np.newaxis]
        np.divide(self.emissions, self.scales, out=shares)
        for before, block in reversed(list(pairwise(batch.blocks))):
            np.multiply(shares[block], beta[block], out=onward[block])
            np.matmul(onward[block], inner.T, out=beta[before][: block.stop - block.start])
        first = batch.blocks[0]
        expected[k, :k] = self.factors[k, :k] * (shares[first] * beta[first]).sum(axis=0)
        expected[:k, :k] = inner * (alpha[batch.predecessors].T @ onward[first.stop :])
        expected[:k, k] = (alpha[batch.last] * beta[batch.last]).sum(axis=0)
        p[batch.places] = np.multiply(alpha, beta, out=beta)

    def _take_off_observed(self, d_transitions: FloatArray, tags: IntArray) -> None:
        starts, ends = self.batch.starts, self.batch.ends
        k = len(d_transitions) - 1
        np.subtract.at(d_transitions, self._neighbors(tags, starts), 1)
        d_transitions[k, :k] -= np.bincount(tags[starts], minlength=k)
        d_transitions[:k, k] -= np.bincount(tags[ends], minlength=k)
