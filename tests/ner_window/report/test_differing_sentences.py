"""Sentences on which two runs differ, with what both of them say."""

import numpy as np
import pytest

from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.spans import Spans
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.prediction import Prediction
from ner_window.report.differing_sentences import (
    MOST,
    differing_sentences,
    sentence_rows,
)
from ner_window.report.marked_sentence import Label, Segment

SENTENCE = "Anna B-PER\nrests O\n\n"


@pytest.fixture
def predicted(tmp_path):
    """Let a run tag the first word of each sentence of a corpus of so many."""
    path = tmp_path / "gold.conll"

    def predict(*first_tags):
        path.write_text(SENTENCE * len(first_tags), "utf-8")
        corpus, tags = read_corpus(path), StringsBuilder()
        tags.extend(tag for first in first_tags for tag in (first, "O"))
        found = tags.finished()
        spans = Spans.of(found, corpus.tokens.ends)
        sure = np.full(len(spans), 0.75)
        return PredictedCorpus(corpus, Prediction(found, spans, sure), found, None)

    return predict


def test_each_side_has_the_sentences_that_only_it_gets_right(predicted):
    found = differing_sentences(
        predicted("B-PER", "O", "B-LOC", "B-PER"), predicted("B-PER", "B-PER", "O", "B-LOC")
    )
    assert [each.line for each in found.only_first.shown] == [10]
    assert [each.line for each in found.only_other.shown] == [4]
    assert found.only_first.shown[0].segments == [
        Segment("Anna", [Label("PER"), Label("PER", 0.75), Label("LOC", 0.75)], is_at_fault=True),
        Segment("rests", [None, None, None], is_at_fault=False),
    ]


def test_of_many_sentences_some_are_shown_from_the_first_to_the_last(predicted):
    right, wrong = predicted(*["B-PER"] * 50), predicted(*["O"] * 50)
    found = differing_sentences(right, wrong)
    lines = [each.line for each in found.only_first.shown]
    assert (len(lines), lines[0], lines[-1]) == (MOST, 1, 148)
    assert found.only_first.sentences.tolist() == list(range(50))
    assert (len(found.only_other), found.only_other.shown) == (0, [])


@pytest.fixture
def predicted_sentence(tmp_path):
    """Let a run tag the one sentence of a corpus."""
    path = tmp_path / "gold.conll"
    path.write_text("Acme B-ORG\nRail I-ORG\nof O\nOslo B-LOC\n", "utf-8")
    corpus = read_corpus(path)

    def predict(*sentence_tags):
        tags = StringsBuilder()
        tags.extend(sentence_tags)
        found = tags.finished()
        spans = Spans.of(found, corpus.tokens.ends)
        return PredictedCorpus(corpus, Prediction(found, spans, None), found, None)

    return predict


@pytest.mark.parametrize(
    ("tags", "differing"),
    [
        (("B-ORG", "I-ORG", "O", "B-PER"), ["Oslo"]),
        (("B-ORG", "I-ORG", "O", "O"), ["Oslo"]),
        (("B-ORG", "O", "O", "B-LOC"), ["Acme", "Rail"]),  # one ends earlier: both differ
        (("B-ORG", "B-ORG", "O", "B-LOC"), ["Acme", "Rail"]),
        (("B-ORG", "I-ORG", "B-ORG", "B-LOC"), ["of"]),
    ],
)
def test_at_fault_are_the_entities_that_only_one_run_predicts(predicted_sentence, tags, differing):
    right = predicted_sentence("B-ORG", "I-ORG", "O", "B-LOC")
    for found in (
        differing_sentences(right, predicted_sentence(*tags)).only_first,
        differing_sentences(predicted_sentence(*tags), right).only_other,
    ):
        (sentence,) = found.shown
        assert [each.text for each in sentence.segments if each.is_at_fault] == differing


def test_a_row_has_what_each_run_predicts(predicted_sentence):
    runs = {
        "a": predicted_sentence("B-ORG", "I-ORG", "O", "B-LOC"),
        "b": predicted_sentence("O", "O", "O", "O"),
        "c": predicted_sentence("B-ORG", "O", "O", "B-PER"),
    }
    gold = "ORG Acme Rail; LOC Oslo"
    (row,) = sentence_rows(runs, np.array([0]))
    assert row == {
        "line": 1,
        "sentence": "Acme Rail of Oslo",
        "gold": gold,
        "a predicts": gold,
        "b predicts": "",
        "c predicts": "ORG Acme; PER Oslo",
    }
