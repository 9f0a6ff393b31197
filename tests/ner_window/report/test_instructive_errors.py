"""Which errors are shown, in which order, and how their sentences are cut."""

from dataclasses import dataclass

import numpy as np
import pytest

from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.spans import Spans
from ner_window.evaluation.mentions import by_length, by_type
from ner_window.evaluation.mistakes import outcomes
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.prediction import Prediction
from ner_window.report.instructive_errors import error_rows, instructive_errors
from ner_window.report.marked_sentence import Label, Segment

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
    """A model that is so sure that there is nothing where it misses gold entities."""

    in_none: float

    @property
    def scorer(self):
        return self

    @property
    def decoder(self):
        return self

    def scores(self, encoded):
        return None

    def confidences_in_none(self, scores, spans, lengths):
        return np.full(len(spans), self.in_none)

    def confidences(self, scores, spans, lengths):
        return np.full(len(spans), 0.05)


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


def errors_of(predictions, in_none=0.8):
    groupings = {"type": by_type(predictions.mentions), "length": by_length(predictions.mentions)}
    return instructive_errors(Stub(in_none), predictions, groupings)


SURE = [0.3, 0.6, 0.7, 0.95, 1.0]


def test_the_most_confident_come_first_and_no_form_of_a_kind_twice(predictions):
    errors = errors_of(predictions(SURE))
    wrong = [error.wrong for error in errors.shown]
    assert [(each.kind, each.type, " ".join(each.tokens), each.line) for each in wrong] == [
        ("spurious", "PER", "May", 10),
        ("missed", "LOC", "Bergen", 8),
        ("wrong type", "ORG", "Oslo", 6),
        ("wrong boundary", "PER", "Anna", 1),
    ]
    assert [each.confidence for each in wrong] == [0.95, 0.8, 0.7, 0.3]
    gold = [[str(mention) for mention in each.gold] for each in wrong]
    assert gold == [[], ["LOC Bergen"], ["LOC Oslo"], ["PER Anna Kovac"]]
    assert [error.times for error in errors.shown] == [1, 1, 2, 1]
    assert [each.place for each in wrong] == [4, 2, 0, 0]


def test_sentences_are_cut_where_entities_start_and_end(predictions):
    error = errors_of(predictions(SURE)).shown[-1]
    assert error.segments == [
        Segment("Anna", [Label("PER", 0.05), Label("PER", 0.3)], is_at_fault=True),
        Segment("Kovac", [Label(""), None], is_at_fault=False),
        Segment("saw", [None, None], is_at_fault=False),
        Segment("Oslo", [Label("LOC", 0.05), Label("ORG", 0.6)], is_at_fault=False),
    ]


def test_without_confidences_they_are_in_the_order_of_the_file(predictions):
    wrong = [error.wrong for error in errors_of(predictions(None)).shown]
    assert [each.line for each in wrong] == [1, 4, 8, 10]
    assert all(each.confidence is None for each in wrong)


def test_each_wrong_mention_is_in_the_errors_that_its_cell_leads_to(predictions):
    predicted = predictions(SURE)
    errors, counts = errors_of(predicted), outcomes(predicted.mentions)
    for side, cells in (("gold", counts.gold), ("predicted", counts.predicted)):
        for (type_number, kind), count in np.ndenumerate(cells[:, 1:]):
            key = errors.names.of_outcome(side, type_number, kind + 1)
            part = errors.parts.get(key)
            assert (part.mentions if part else 0) == count, key
            assert part is None or part.errors >= count
    assert errors.parts["taken-0-1"].words == "gold LOC, predicted as ORG"
    assert errors.parts["taken-0-1"].errors == errors.parts["taken-0-1"].shown == 2
    assert errors.parts["kind-missed"].errors == 1
    assert errors.parts["length-1"].words == "length in tokens: 2"
    for error in errors.shown:
        assert set(error.wrong.parts) <= set(errors.parts)


def test_all_errors_are_rows_of_a_file(predictions):
    rows = list(error_rows(errors_of(predictions(SURE)).every))
    assert len(rows) == 5
    spurious = {"kind": "spurious", "gold_type": "", "gold": "", "p_gold": "", "p_none": ""}
    assert rows[0] == {
        **spurious,
        "predicted_type": "PER",
        "predicted": "May",
        "p_predicted": "0.9500",
        "length": "1",
        "document": "",
        "line": 10,
        "sentence": "Oslo and Bergen in May",
    }
    missed = rows[1]
    assert (missed["gold_type"], missed["gold"], missed["p_gold"]) == ("LOC", "Bergen", "0.0500")
    assert (missed["predicted"], missed["p_none"]) == ("", "0.8000")


def test_every_part_has_an_error_that_is_shown(predictions):
    errors = errors_of(predictions(SURE))
    assert all(part.shown for part in errors.parts.values())
    shown = {key for error in errors.shown for key in error.wrong.parts}
    assert shown == set(errors.parts)
