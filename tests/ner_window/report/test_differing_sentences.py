"""Sentences on which two runs differ, with what both of them say."""

import numpy as np
import pytest

from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.spans import Spans
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.prediction import Prediction
from ner_window.report.differing_sentences import MOST, differing_sentences
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
    assert [each.line for each in found.only_first] == [10]
    assert [each.line for each in found.only_other] == [4]
    assert found.only_first[0].segments == [
        Segment("Anna", [Label("PER"), Label("PER", 0.75), Label("LOC", 0.75)], is_at_fault=False),
        Segment("rests", [None, None, None], is_at_fault=False),
    ]


def test_of_many_sentences_some_are_shown_from_the_first_to_the_last(predicted):
    right, wrong = predicted(*["B-PER"] * 50), predicted(*["O"] * 50)
    lines = [each.line for each in differing_sentences(right, wrong).only_first]
    assert (len(lines), lines[0], lines[-1]) == (MOST, 1, 148)
    assert differing_sentences(right, wrong).only_other == []
