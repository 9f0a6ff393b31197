"""Which errors are shown, in which order, and how their sentences are cut."""

from dataclasses import dataclass

import numpy as np
import pytest

from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.spans import Spans
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.prediction import Prediction
from ner_window.report.instructive_errors import Label, Segment, instructive_errors

GOLD_AND_PREDICTED = """\
Anna B-PER B-PER
Kovac I-PER O
saw O O
Oslo B-LOC B-ORG

Oslo B-LOC B-ORG
and O O
Bergen B-LOC O
in O O
May O B-PER

Oslo B-LOC B-LOC
"""


@dataclass
class Stub:
    """A model that is so sure that there is nothing where the gold entities are."""

    of_golds: list[float] | None

    @property
    def scorer(self):
        return self

    @property
    def decoder(self):
        return self

    def scores(self, encoded):
        return None

    def confidences_in_none(self, scores, spans, lengths):
        return None if self.of_golds is None else np.array(self.of_golds)


@pytest.fixture
def predictions(tmp_path):
    path = tmp_path / "gold.conll"
    rows = [line.split() for line in GOLD_AND_PREDICTED.splitlines()]
    path.write_text("\n".join(" ".join(row[:2]) for row in rows) + "\n", "utf-8")
    corpus, tags = read_corpus(path), StringsBuilder()
    tags.extend(row[2] for row in rows if row)
    predicted, ends = tags.finished(), corpus.tokens.ends
    spans = Spans.of(predicted, ends)

    def with_confidences(confidences):
        array = None if confidences is None else np.array(confidences)
        return PredictedCorpus(corpus, Prediction(predicted, spans, array), predicted, None)

    return with_confidences


def test_the_most_confident_come_first_and_no_form_of_a_kind_twice(predictions):
    model = Stub([0.9, 0.9, 0.9, 0.8, 0.9])  # the fourth gold entity, Bergen, is missed
    errors = instructive_errors(model, predictions([0.3, 0.6, 0.7, 0.95, 1.0]))
    assert [(error.kind, error.type, error.entity, error.line) for error in errors] == [
        ("spurious", "PER", "May", 10),
        ("missed", "LOC", "Bergen", 8),
        ("type", "ORG", "Oslo", 6),
        ("boundary", "PER", "Anna", 1),
    ]
    assert [error.confidence for error in errors] == [0.95, 0.8, 0.7, 0.3]
    assert [error.gold for error in errors] == [
        [],
        ["LOC Bergen"],
        ["LOC Oslo"],
        ["PER Anna Kovac"],
    ]


def test_sentences_are_cut_where_entities_start_and_end(predictions):
    error = instructive_errors(Stub([0.9] * 5), predictions([0.3, 0.6, 0.7, 0.95, 1.0]))[-1]
    assert error.segments == [
        Segment("Anna", Label("PER"), Label("PER", 0.3), is_at_fault=True),
        Segment("Kovac", Label(""), None, is_at_fault=False),
        Segment("saw", None, None, is_at_fault=False),
        Segment("Oslo", Label("LOC"), Label("ORG", 0.6), is_at_fault=False),
    ]


def test_without_confidences_they_are_in_the_order_of_the_file(predictions):
    errors = instructive_errors(Stub(None), predictions(None))
    assert [error.line for error in errors] == [1, 4, 8, 10]
    assert all(error.confidence is None for error in errors)
