"""The sentence of a report: what it names stands with its interval."""

from dataclasses import replace

import pytest

from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.report import evaluate_fully
from ner_window.evaluation.sureness import Sureness
from ner_window.report.verdict import verdict
from ner_window.wording import interval_text
from tests.building import small_model


@pytest.fixture
def evaluation(config_file):
    model, trainer, corpus = small_model(config_file, "training.epochs=20")
    list(trainer.run())
    return evaluate_fully(model, PredictedCorpus.of(model, corpus))


def test_the_lowest_type_has_its_interval(evaluation):
    types = evaluation.tables["type"].rows
    name, row = min(types.items(), key=lambda item: item[1].counts.f1)
    interval = interval_text(row.intervals["f1"])
    assert f"F1 is lowest for {name}: {row.counts.f1:.1f} (95% interval {interval})" in verdict(
        evaluation
    )


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((-12.0, -6.0), "(under-confident)"),
        ((6.0, 12.0), "(over-confident)"),
        ((-3.0, 1.0), "(neither over- nor under-confidence is detected)"),
        (None, "(over- or under-confidence is not tested: there is too little text)"),
    ],
)
def test_a_tendency_is_named_where_the_interval_says_so(evaluation, interval, said):
    total = Sureness(300, 87.1, 96.0, interval)
    text = verdict(replace(evaluation, calibration=replace(evaluation.calibration, total=total)))
    assert "on average it says 87.1%, is right 96.0%: difference -8.90" in text
    assert text.endswith(f"{said}.")


def test_without_predictions_or_confidences_nothing_is_said_of_them(evaluation):
    silent = replace(evaluation.calibration, total=Sureness(0))
    for calibration in (None, silent):
        assert "says" not in verdict(replace(evaluation, calibration=calibration))
