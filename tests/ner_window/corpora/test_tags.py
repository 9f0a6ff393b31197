"""Schemes: what is written in one can be written in every other."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.tags import (
    Span,
    broken_at,
    convert,
    is_tag,
    legal_transitions,
    scheme_evidence,
    spans_of,
    tag_set,
    tags_of,
)
from tests.tagged_text import spanned_sentences

SCHEMES = ["iob1", "iob2", "iobes", "bilou"]


def evidence_of(sequences):
    """What sequences of tags tell of their scheme."""
    pairs = (itertools.pairwise(["O", *tags, "O"]) for tags in sequences)
    return scheme_evidence(Counter(itertools.chain.from_iterable(pairs)))


@given(spanned_sentences(), st.sampled_from(SCHEMES), st.sampled_from(SCHEMES))
def test_every_scheme_holds_the_same_spans(sentence, one, other):
    spans, length = sentence
    tags = tags_of(spans, length, one)
    assert len(tags) == length
    assert spans_of(tags) == spans
    assert convert(convert(tags, other), one) == tags


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("iob1", ["I-X", "I-X", "B-X", "I-Y", "O"]),
        ("iob2", ["B-X", "I-X", "B-X", "B-Y", "O"]),
        ("iobes", ["B-X", "E-X", "S-X", "S-Y", "O"]),
        ("bilou", ["B-X", "L-X", "U-X", "U-Y", "O"]),
    ],
)
def test_the_schemes_as_they_are_written(scheme, tags):
    spans = [Span(0, 2, "X"), Span(2, 3, "X"), Span(3, 4, "Y")]
    assert tags_of(spans, 5, scheme) == tags
    assert spans_of(tags) == spans
    assert evidence_of([tags]).scheme == scheme
    assert broken_at(tags, scheme) == []


def test_wild_sequences_have_one_reading():
    assert spans_of(["I-X", "I-Y", "O", "I-Y"]) == [(0, 1, "X"), (1, 2, "Y"), (3, 4, "Y")]
    assert spans_of(["E-X", "I-X", "S-X", "E-X"]) == [
        (0, 1, "X"),
        (1, 2, "X"),
        (2, 3, "X"),
        (3, 4, "X"),
    ]


def test_a_few_mistakes_do_not_decide_the_scheme():
    clean = [["I-X", "I-X", "B-X", "O"]] * 10
    evidence = evidence_of([*clean, ["O", "B-X"]])
    assert evidence.scheme == "iob1"
    assert str(evidence) == "iob1 (1 B at free starts, 10 B between neighbors, 10 I at starts)"
    assert evidence_of([["O"]]).scheme == "iob2"
    assert str(evidence_of([["S-X"]])) == "iobes (1 E and S, 0 L and U)"


def test_io_knows_no_neighbors():
    assert tags_of([Span(0, 1, "X"), Span(1, 2, "X")], 2, "io") == ["I-X", "I-X"]
    assert evidence_of([["I-X", "I-X", "O", "I-Y"]]).scheme == "io"


@pytest.mark.parametrize(
    ("scheme", "tags", "positions"),
    [
        ("iob2", ["I-X", "B-Y", "I-X"], [0, 2]),
        ("iob1", ["B-X", "I-Y"], [0]),
        ("iobes", ["B-X", "O", "B-X"], [1, 2]),
        ("bilou", ["B-X", "E-X"], [1]),
        ("iobes", ["S-X", "I-X"], [1]),
        ("io", ["I-X", "I-Y"], []),
    ],
)
def test_breaks_are_placed(scheme, tags, positions):
    assert broken_at(tags, scheme) == positions


def test_types_may_hold_hyphens():
    assert spans_of(["B-creative-work", "I-creative-work"]) == [(0, 2, "creative-work")]


@pytest.mark.parametrize("text", ["O", "B-X", "I-X", "E-X", "S-a-b"])
def test_tags(text):
    assert is_tag(text)


@pytest.mark.parametrize("text", ["", "X", "B", "B-", "-X", "Q-X", "O-X", "o"])
def test_what_is_no_tag(text):
    assert not is_tag(text)


@given(spanned_sentences(), st.sampled_from(SCHEMES))
def test_what_a_scheme_writes_is_legal_in_it(sentence, scheme):
    spans, length = sentence
    names = tag_set("XY", scheme)
    legal = legal_transitions(names, scheme)
    border = len(names)
    path = [border, *map(names.index, tags_of(spans, length, scheme)), border]
    assert all(legal[left, right] for left, right in itertools.pairwise(path))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_legal_comes_back_unchanged(scheme):
    """The other direction: legal sequences are exactly those that a scheme writes."""
    names = tag_set("XY", scheme)
    legal = legal_transitions(names, scheme)
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(3000):
        path = rng.integers(0, len(names), 3)
        tags = [names[i] for i in path]
        steps = [len(names), *path, len(names)]
        is_legal = all(legal[a, b] for a, b in itertools.pairwise(steps))
        assert is_legal == (convert(tags, scheme) == tags), tags
        seen.add(is_legal)
    assert seen == {True, False}
