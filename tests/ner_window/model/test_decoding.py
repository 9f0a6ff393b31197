"""Viterbi against the enumeration of all sequences."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_window.corpora.tags import convert, legal_transitions, tag_set
from ner_window.model.decoding import argmax, best_legal, viterbi


def best_by_enumeration(scores, transitions):
    k = scores.shape[1]
    best, best_score = None, -np.inf
    for path in itertools.product(range(k), repeat=len(scores)):
        steps = [k, *path, k]
        total = sum(scores[t, tag] for t, tag in enumerate(path))
        total += sum(transitions[a, b] for a, b in itertools.pairwise(steps))
        if total > best_score:
            best, best_score = path, total
    return best


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 5), max_size=5), st.integers(0, 2**32 - 1), st.sampled_from([0, 0.3])
)
def test_the_best_of_all_sequences_is_found(lengths, seed, share_illegal):
    rng = np.random.default_rng(seed)
    k = 3
    scores = rng.normal(size=(sum(lengths), k))
    transitions = rng.normal(size=(k + 1, k + 1))
    illegal = rng.random((k, k)) < share_illegal
    np.fill_diagonal(illegal, False)  # so that there is always a legal path
    transitions[:k, :k][illegal] = -np.inf
    found = viterbi(scores, np.array(lengths, np.int64), transitions)
    start = 0
    for length in lengths:
        expected = best_by_enumeration(scores[start : start + length], transitions)
        assert tuple(found[start : start + length]) == expected
        start += length


def test_legal_paths_are_legal_and_argmax_is_kept_where_it_is():
    names = tag_set(["X", "Y"], "iobes")
    legal = legal_transitions(names, "iobes")
    transitions = np.where(legal, 0, -np.inf)
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(300):
        scores = rng.normal(size=(3, len(names)))
        path = viterbi(scores, np.array([3]), transitions)
        tags = [names[i] for i in path]
        assert convert(tags, "iobes") == tags
        greedy = argmax(scores)
        if [names[i] for i in greedy] == convert([names[i] for i in greedy], "iobes"):
            kept += 1
            np.testing.assert_array_equal(path, greedy)
    assert kept > 0


@given(st.lists(st.integers(0, 6), max_size=8), st.integers(0, 2**32 - 1))
def test_only_illegal_sentences_need_a_search(lengths, seed):
    names = tag_set(["X", "Y"], "iobes")
    transitions = np.where(legal_transitions(names, "iobes"), 0, -np.inf)
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(sum(lengths), len(names)))
    scores[:, 0] += 2  # so that some of the sequences of best tags are legal
    lengths = np.array(lengths, np.int64)
    np.testing.assert_array_equal(
        best_legal(scores, lengths, transitions), viterbi(scores, lengths, transitions)
    )


def test_sentences_are_decoded_alike_in_any_company():
    rng = np.random.default_rng(0)
    lengths = rng.integers(0, 9, 700)
    scores = rng.normal(size=(lengths.sum(), 4)).astype(np.float32)
    transitions = rng.normal(size=(5, 5)).astype(np.float32)
    together = viterbi(scores, lengths, transitions)
    ends = np.cumsum(lengths)
    for end, length in zip(ends[::40].tolist(), lengths[::40].tolist(), strict=True):
        alone = viterbi(scores[end - length : end], np.array([length]), transitions)
        np.testing.assert_array_equal(together[end - length : end], alone)
