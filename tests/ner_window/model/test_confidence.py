"""Confidences against the enumeration of all sequences of tags."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import legal_transitions, tag_set
from ner_window.model.confidence import forward_backward, span_confidences
from ner_window.model.decoding import viterbi
from tests.building import small_model

TAGS = tag_set(["X"], "iobes")
cases = given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 2**32 - 1))


def drawn(lengths, seed):
    """Scores, transitions with illegal pairs, the best tags and their spans."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 2, (sum(lengths), len(TAGS))).astype(np.float32)
    legal = legal_transitions(TAGS, "iobes")
    transitions = np.where(legal, rng.normal(size=legal.shape), -np.inf).astype(np.float32)
    tags = viterbi(scores, np.array(lengths, np.int64), transitions)
    ends = np.cumsum(lengths, dtype=np.int64)
    spans = Spans.of(Strings(TAGS, tags.astype(np.int32)), ends)
    return scores, transitions, tags, spans


def weights_of_paths(scores, transitions):
    """e^score of every sequence of tags of one sentence."""
    k = scores.shape[1]
    weights = {}
    for path in itertools.product(range(k), repeat=len(scores)):
        total = sum(float(scores[t, tag]) for t, tag in enumerate(path))
        total += sum(float(transitions[a, b]) for a, b in itertools.pairwise([k, *path, k]))
        weights[path] = np.exp(total)
    return weights


@cases
def test_sentence_confidences_are_shares_of_all_sequences(lengths, seed):
    scores, transitions, tags, spans = drawn(lengths, seed)
    found = span_confidences(scores, tags, spans, np.array(lengths), transitions)
    ends = np.cumsum(lengths)
    _, _, log_z = forward_backward(scores.astype(float), np.array(lengths), transitions)
    for span, confidence in enumerate(found):
        sentence = int(spans.sentences[span])
        first = ends[sentence] - lengths[sentence]
        weights = weights_of_paths(scores[first : ends[sentence]], transitions)
        extent = slice(spans.starts[span] - first, spans.ends[span] - first)
        wanted = tuple(tags[spans.starts[span] : spans.ends[span]].tolist())
        share = sum(weight for path, weight in weights.items() if path[extent] == wanted)
        total = sum(weights.values())
        assert confidence == pytest.approx(share / total, rel=1e-6)
        assert log_z[sentence] == pytest.approx(np.log(total), rel=1e-6, abs=1e-6)


@cases
def test_independent_confidences_are_products(lengths, seed):
    scores, _, tags, spans = drawn(lengths, seed)
    found = span_confidences(scores, tags, spans, np.array(lengths), None)
    p = np.exp(scores.astype(float))
    p /= p.sum(axis=1, keepdims=True)
    for start, end, confidence in zip(spans.starts, spans.ends, found, strict=True):
        expected = np.prod([p[token, tags[token]] for token in range(start, end)])
        assert confidence == pytest.approx(expected, rel=1e-6)


def test_large_scores_do_not_overflow():
    scores, transitions, tags, spans = drawn([3, 2], 4)
    with np.errstate(all="raise", under="ignore"):
        for scale in (1e3, 1e6):
            found = span_confidences(scores * scale, tags, spans, np.array([3, 2]), transitions)
            assert ((found >= 0) & (found <= 1)).all()


def test_no_sentence_has_no_confidence():
    scores, transitions, tags, spans = drawn([], 0)
    assert len(span_confidences(scores, tags, spans, np.array([], int), transitions)) == 0


@pytest.mark.parametrize("head", ["softmax", "sentence", "binary", "margin"])
def test_every_head_but_margin_is_confident(config_file, head):
    target = ["model.target=LOC"] if head in ("binary", "margin") else []
    model, _, corpus = small_model(config_file, f"model.head={head}", *target)
    encoded = model.encode(corpus.tokens)
    scores = model.scorer.scores(encoded)
    predicted = model.decoder.decode(scores, encoded.stream.lengths)
    spans = Spans.of(predicted, corpus.tokens.ends)
    found = model.decoder.confidences(scores, predicted, spans, corpus.tokens.lengths)
    assert (found is None) == (head == "margin")
    if found is not None:
        assert len(found) == len(spans)
        assert ((found > 0) & (found <= 1)).all()
