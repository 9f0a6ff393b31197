"""Strict and repaired readings of tags, and how they differ from the shared task's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.spans import Spans, invalid_sentences
from ner_window.corpora.tags import broken_at, spans_of, tags_of
from ner_window.scoring.score import Scored
from ner_window.scoring.strict_scoring import strict_score, strict_scores, strict_spans
from tests.tagged_text import SCHEMES, column, in_sentences, tagged_texts


def scored(gold, predicted):
    (golds, ends), (found, _) = column(gold), column(predicted)
    return Scored(golds, found, ends)


@given(tagged_texts, st.sampled_from(SCHEMES))
def test_strict_spans_are_those_that_the_scheme_would_write(sentences, scheme):
    strict = in_sentences(strict_spans(*column(sentences), scheme), sentences)
    for tags, kept in zip(sentences, strict, strict=True):
        written = tags_of(spans_of(tags), len(tags), scheme)
        assert kept == [
            tuple(span)
            for span in spans_of(tags)
            if tags[span.start : span.end] == written[span.start : span.end]
        ]


@given(tagged_texts, st.sampled_from(SCHEMES))
def test_invalid_sentences_are_those_with_a_broken_tag(sentences, scheme):
    told = invalid_sentences(*column(sentences), scheme).tolist()
    assert told == [bool(broken_at(tags, scheme)) and bool(tags) for tags in sentences]


@given(tagged_texts.filter(any), st.sampled_from(["iob2", "iobes"]))
def test_what_is_valid_has_one_reading(sentences, scheme):
    valid = [tags_of(spans_of(tags), len(tags), scheme) for tags in sentences]
    result = strict_scores(scored(valid, valid), scheme)
    assert result.invalid_gold == result.invalid_predicted == 0
    first, *others = result.scores.values()
    assert all(other == first for other in others)


@given(tagged_texts.filter(any), st.sampled_from(["iob2", "iobes"]))
def test_a_repair_leaves_the_entities(sentences, scheme):
    tags, ends = column(sentences)
    repaired = Spans.of(tags, ends).tags(len(tags), scheme)
    assert not invalid_sentences(repaired, ends, scheme).any()
    lenient, _, mended = strict_scores(Scored(tags, tags, ends), scheme).scores.values()
    assert mended.by_type == lenient.by_type


def test_the_strict_reading_can_raise_f1():
    one = scored([["B-X", "O", "O"]], [["B-X", "O", "I-X"]])
    assert one.score().f1 == pytest.approx(200 / 3)
    assert strict_score(one, "iob2").f1 == 100


def test_the_report_says_how_many_sequences_are_invalid():
    report = str(
        strict_scores(scored([["B-X", "O"], ["B-X", "O"]], [["I-X", "O"], ["B-X", "I-Y"]]))
    )
    assert report.startswith("scheme: iob2 (2 B at free starts")
    assert "sequences that break it: gold 0, predicted 2, of 2" in report
    lines = [line.split()[-7:] for line in report.splitlines()[3:]]
    assert lines[0][:3] == ["2", "3", "2"]
    assert lines[1][:3] == ["2", "1", "1"]
    assert lines[2][:3] == ["2", "3", "2"]
