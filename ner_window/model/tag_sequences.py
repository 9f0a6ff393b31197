"""The probabilities of tag sequences: sums forward and backward, scaled at each token.

A sequence of tags has the sum of its scores and transitions; p is its share of all sequences,
weighed by e^sum. Source: Rabiner 1989, equations 18 to 25, scaled as in his section V.A.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import FloatArray, IntArray

LARGEST_GAP = 80.0
"""Scores of a token, and transitions, that are further below the largest count as this far below:
p is e^-80 then. Products of several such weights are numbers still, so that no sum is ever lost."""


@dataclass(frozen=True)
class TagSequences:
    """The distribution of the tag sequences of some sentences, in its parts.

    ``emitted`` (tokens, k) is e^score of each of k tags and ``steps`` (k + 1, k + 1) e^transition;
    row k is the start of a sentence, column k its end. ``alpha`` (tokens, k) sums over the
    sequences up to a token, ``beta`` (tokens, k) over those after it; ``ending`` (sentences,) is
    the weight of an end. They are scaled so that alpha sums to 1 at each token, and the weights of
    all sequences of a sentence, too. ``row`` (tokens,) tells where in them a token is.
    """

    emitted: FloatArray
    steps: FloatArray
    alpha: FloatArray
    beta: FloatArray
    ending: FloatArray
    row: IntArray

    @classmethod
    def of(
        cls, scores: FloatArray, lengths: IntArray, transitions: FloatArray | None
    ) -> TagSequences:
        """Sum over all sequences, in float64.

        Parameters
        ----------
        scores
            Those of all k tags, (tokens, k).
        lengths
            How many tokens each sentence has, (sentences,).
        transitions
            Added for each pair of neighbors, (k + 1, k + 1), minus infinity where a pair is
            illegal; None where the tags of the tokens are independent.
        """
        if transitions is None:
            return cls._independent(_weights(scores, axis=1), lengths)
        steps = _weights(transitions, axis=None)
        steps[np.isneginf(transitions)] = 0
        return cls._dependent(scores, lengths, steps)

    @classmethod
    def _independent(cls, weights: FloatArray, lengths: IntArray) -> TagSequences:
        """Return the distribution in which each token has its tag by itself."""
        p = weights / weights.sum(axis=1, keepdims=True)
        steps = np.ones((p.shape[1] + 1, p.shape[1] + 1))
        return cls(p, steps, p, np.ones_like(p), np.ones(len(lengths)), np.arange(len(p)))

    @classmethod
    def _dependent(cls, scores: FloatArray, lengths: IntArray, steps: FloatArray) -> TagSequences:
        """Walk through all sentences at once, forth and back."""
        tokens, sentences, parts = _in_step(lengths)
        emitted, inner, last = _weights(scores[tokens], axis=1), steps[:-1, :-1], steps[:-1, -1]
        alpha, beta = np.empty_like(emitted), np.empty_like(emitted)
        for t, part in enumerate(parts):
            own, sums = emitted[part], alpha[part]
            reached = alpha[parts[t - 1]][: len(own)] @ inner if t else steps[-1:, :-1]
            np.multiply(own, reached, out=sums)
            scale = 1 / sums.sum(axis=1, keepdims=True)
            sums *= scale
            own *= scale
        ending, back = np.ones(len(lengths)), np.ascontiguousarray(inner.T)
        later = slice(0, 0)
        for part in reversed(parts):
            sums, going_on = beta[part], later.stop - later.start
            sums[:going_on] = (emitted[later] * beta[later]) @ back
            ended = 1 / (alpha[part][going_on:] @ last)
            sums[going_on:] = last * ended[:, np.newaxis]
            ending[sentences[going_on : len(sums)]] = ended
            later = part
        row = np.empty_like(tokens)
        row[tokens] = np.arange(len(tokens))
        return cls(emitted, steps, alpha, beta, ending, row)

    def marginals(self, token: int) -> FloatArray:
        """Return the probability of each tag at a token, (k,)."""
        row = self.row[token]
        p: FloatArray = self.alpha[row] * self.beta[row]
        return p


def _weights(logs: FloatArray, axis: int | None) -> FloatArray:
    """Return e^logs in float64, the largest of them being 1."""
    below: FloatArray = logs - logs.max(axis=axis, keepdims=True, initial=-np.inf)
    np.exp(np.maximum(below, -LARGEST_GAP, out=below), out=below)
    return below.astype(np.float64)


def _in_step(lengths: IntArray) -> tuple[IntArray, IntArray, list[slice]]:
    """Return the tokens place by place: all first ones, all second ones and so on.

    Beside them are the sentences, longest first, in the order of which they come, and the part of
    the tokens that is of each place.
    """
    sentences = np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths)]
    starts, sizes = (np.cumsum(lengths) - lengths)[sentences], lengths[sentences]
    longest = int(sizes.max(initial=0))
    counts = np.searchsorted(-sizes, -np.arange(longest))  # of the sentences with such a place
    ends = np.cumsum(counts)
    firsts = ends - counts
    place = np.repeat(np.arange(longest), counts)
    tokens = starts[np.arange(int(counts.sum())) - firsts[place]] + place
    return tokens, sentences, list(map(slice, firsts.tolist(), ends.tolist()))
