"""Confidences against the enumeration of all sequences of tags, read one by one."""

import itertools
from collections import Counter
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE, Scheme, legal_transitions, spans_of, tag_set
from ner_window.model.confidence import EntityProbabilities
from ner_window.model.tag_sequences import TagSequences
from tests.building import small_model

MODES = ("independent", "legal", "learned")
cases = given(
    scheme=st.sampled_from(get_args(Scheme)),
    types=st.sampled_from([["X"], ["X", "Y"]]),
    mode=st.sampled_from(MODES),
    before=st.integers(0, 2),
    tokens=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)


def transitions_of(mode, tags, scheme, rng):
    """Of independent tags, of those that only have to be legal, or of a sentence head."""
    if mode == "independent":
        return None
    legal = legal_transitions(tags, scheme)
    learned = rng.normal(size=legal.shape) * (mode == "learned")
    return np.where(legal, learned, -np.inf).astype(np.float32)


def shares_of_paths(scores, transitions, tags):
    """The share of the sequences of one sentence with each entity, and with none at each extent."""
    k = len(tags)
    entities, empty = Counter(), Counter()
    total = 0.0
    for path in itertools.product(range(k), repeat=len(scores)):
        log_weight = sum(float(scores[t, tag]) for t, tag in enumerate(path))
        if transitions is not None:
            steps = itertools.pairwise([k, *path, k])
            log_weight += sum(float(transitions[a, b]) for a, b in steps)
        weight = np.exp(log_weight)
        total += weight
        named = [tags[tag] for tag in path]
        entities.update(dict.fromkeys(spans_of(named), weight))
        for extent in itertools.combinations(range(len(path) + 1), 2):
            if set(named[slice(*extent)]) == {OUTSIDE}:
                empty[extent] += weight
    return ({key: weight / total for key, weight in each.items()} for each in (entities, empty))


def asked(places, names, lengths, shift):
    """Spans of one sentence, from (start, end, type), in a text of several."""
    starts, ends, types = (np.array(column) for column in zip(*places, strict=True))
    numbers = np.array([names.index(name) for name in types])
    return Spans(starts + shift, ends + shift, numbers, names, np.cumsum(lengths))


@cases
def test_a_confidence_is_the_share_of_the_sequences_that_are_read_so(
    scheme, types, mode, before, tokens, seed
):
    rng = np.random.default_rng(seed)
    tags = tag_set(types, scheme)
    tokens = tokens if len(tags) < 9 else min(tokens, 2)
    transitions = transitions_of(mode, tags, scheme, rng)
    lengths = np.array([before, 0, tokens, 2])
    scores = rng.normal(0, 2, (lengths.sum(), len(tags))).astype(np.float32)
    own = scores[before : before + tokens]
    entities, empty = shares_of_paths(own, transitions, tags)
    probabilities = EntityProbabilities(tags)

    spans = asked(list(entities), types, lengths, before)
    found = probabilities.of_spans(scores, spans, lengths, transitions)
    np.testing.assert_allclose(found, list(entities.values()), rtol=1e-5, atol=1e-12)

    spans = asked([(*extent, types[0]) for extent in empty], types, lengths, before)
    found = probabilities.of_none(scores, spans, lengths, transitions)
    np.testing.assert_allclose(found, list(empty.values()), rtol=1e-5, atol=1e-12)


@cases
def test_each_token_is_in_one_entity_or_in_none(scheme, types, mode, before, tokens, seed):
    rng = np.random.default_rng(seed)
    tags = tag_set(types, scheme)
    transitions = transitions_of(mode, tags, scheme, rng)
    lengths = np.array([before + tokens])
    scores = rng.normal(0, 2, (lengths.sum(), len(tags)))
    extents = list(itertools.combinations(range(lengths[0] + 1), 2))
    places = [(*extent, name) for extent in extents for name in types]
    probabilities = EntityProbabilities(tags)
    p = probabilities.of_spans(scores, asked(places, types, lengths, 0), lengths, transitions)
    alone = asked([(t, t + 1, types[0]) for t in range(lengths[0])], types, lengths, 0)
    of_none = probabilities.of_none(scores, alone, lengths, transitions)
    for token in range(lengths[0]):
        covers = [start <= token < end for start, end, _ in places]
        assert p[covers].sum() + of_none[token] == pytest.approx(1)


@cases
def test_the_probabilities_of_the_tags_of_a_token_sum_to_one(
    scheme, types, mode, before, tokens, seed
):
    rng = np.random.default_rng(seed)
    tags = tag_set(types, scheme)
    transitions = transitions_of(mode, tags, scheme, rng)
    lengths = np.array([before, tokens])
    sequences = TagSequences.of(rng.normal(0, 2, (lengths.sum(), len(tags))), lengths, transitions)
    for token in range(lengths.sum()):
        assert sequences.marginals(token).sum() == pytest.approx(1)


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("scale", [1e2, 1e4, 1e6])
def test_large_scores_do_not_overflow(scheme, mode, scale):
    rng = np.random.default_rng(4)
    tags = tag_set(["X", "Y"], scheme)
    transitions = transitions_of(mode, tags, scheme, rng)
    lengths = np.array([3, 40, 1])
    scores = rng.normal(0, scale, (lengths.sum(), len(tags))).astype(np.float32)
    if mode == "learned":
        transitions *= np.float32(scale)
    places = [(start, start + 2, "X") for start in range(39)]
    with np.errstate(all="raise", under="ignore"):
        found = EntityProbabilities(tags).of_spans(
            scores, asked(places, ["X", "Y"], lengths, 3), lengths, transitions
        )
    assert ((found >= 0) & (found <= 1)).all()


def test_a_type_that_the_model_does_not_know_has_no_probability():
    tags, lengths = tag_set(["X"], "iobes"), np.array([2])
    spans = asked([(0, 1, "Y"), (1, 2, "X")], ["X", "Y"], lengths, 0)
    found = EntityProbabilities(tags).of_spans(np.zeros((2, len(tags))), spans, lengths, None)
    assert found[0] == 0
    assert found[1] > 0


def test_no_sentence_has_no_confidence():
    tags, lengths = tag_set(["X"], "iobes"), np.array([], int)
    nothing = np.array([], int)
    spans = Spans(nothing, nothing, nothing, ["X"], lengths)
    scores = np.zeros((0, len(tags)))
    assert len(EntityProbabilities(tags).of_spans(scores, spans, lengths, None)) == 0


def test_long_text_is_taken_in_parts():
    tags = tag_set(["X"], "iobes")
    transitions = np.where(legal_transitions(tags, "iobes"), 0, -np.inf)
    lengths = np.full(4000, 20)
    scores = np.tile(np.random.default_rng(3).normal(size=(20, len(tags))), (4000, 1))
    ends = np.cumsum(lengths)
    spans = Spans(ends - 20, ends - 18, np.zeros(4000, int), ["X"], ends)
    found = EntityProbabilities(tags).of_spans(scores, spans, lengths, transitions)
    np.testing.assert_allclose(found, found[0], rtol=1e-12)


@pytest.mark.parametrize("head", ["softmax", "sentence", "binary", "margin"])
@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_every_head_but_margin_is_confident_and_tags_as_without_temperature(
    config_file, head, temperature
):
    target = ["model.target=LOC"] if head in ("binary", "margin") else []
    model, _, corpus = small_model(config_file, f"model.head={head}", *target)
    plain = model.predict(model.encode(corpus.tokens))
    model.decoder.temperature = temperature
    found = model.predict(model.encode(corpus.tokens))
    assert found.tags.strings == plain.tags.strings
    assert (found.confidences is None) == (head == "margin")
    if found.confidences is not None:
        assert len(found.confidences) == len(found.spans)
        assert ((found.confidences > 0) & (found.confidences <= 1)).all()


def test_the_search_decides_what_sequences_there_are(config_file):
    """With the best tag of each token, illegal sequences can be predicted, and have their share."""
    legal, _, corpus = small_model(config_file)
    free, _, _ = small_model(config_file, "model.decode=argmax")
    scores = legal.scorer.scores(legal.encode(corpus.tokens))
    spans = legal.predict(legal.encode(corpus.tokens)).spans
    lengths = corpus.tokens.lengths
    probabilities = EntityProbabilities(legal.tags)
    for model, transitions in ((legal, legal.decoder.transitions), (free, None)):
        np.testing.assert_array_equal(
            model.decoder.confidences(scores, spans, lengths),
            probabilities.of_spans(scores, spans, lengths, transitions),
        )
