"""The sentence of a report: what it names stands with its interval."""

from dataclasses import replace

import pytest

from ner_window.evaluation.breakdown import GroupScore
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.report import evaluate_fully
from ner_window.evaluation.sureness import Sureness
from ner_window.report.verdict import sureness_phrase, verdict
from ner_window.scoring.score import Counts
from tests.building import small_model


@pytest.fixture
def evaluation(config_file):
    model, trainer, corpus = small_model(config_file, "training.epochs=20")
    list(trainer.run())
    return evaluate_fully(model, PredictedCorpus.of(model, corpus))


def with_types(evaluation, **intervals):
    """Return the evaluation with other intervals of the F1 of its types."""
    types = evaluation.tables["type"]
    row = next(iter(types.rows.values()))
    rows = {
        name: GroupScore(Counts(10, 10, 5), {**row.intervals, "f1": interval})
        for name, interval in intervals.items()
    }
    return replace(evaluation, tables={**evaluation.tables, "type": replace(types, rows=rows)})


def test_types_are_harder_than_the_best_where_their_intervals_lie_below(evaluation):
    told = verdict(with_types(evaluation, LOC=(80.0, 90.0), ORG=(0.0, 20.0), PER=(30.0, 70.0)))
    assert "shown to be harder than LOC (F1 50.0): ORG (50.0) and PER (50.0)" in told
    told = verdict(with_types(evaluation, LOC=(60.0, 90.0), PER=(30.0, 70.0)))
    assert "no type is shown to be harder than another" in told
    told = verdict(with_types(evaluation, LOC=None, PER=(30.0, 70.0)))
    assert "harder" not in told


def test_confidences_that_were_fitted_on_the_data_are_told_so(evaluation):
    assert "(they were fitted on these data)" in verdict(evaluation, fitted_here=True)
    assert "fitted" not in verdict(evaluation)


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        ((-12.0, -6.0), "too low by 8.9 points (6.0 to 12.0): on average"),
        ((-9.4, -8.5), "too low by 8.9 points (8.50 to 9.40): on average"),
        ((-3.0, 1.0), "neither too high nor too low as far as the text tells: on average"),
        (None, "not tested, as there is too little text: on average"),
    ],
)
def test_a_tendency_is_named_where_the_interval_says_so(evaluation, interval, said):
    total = Sureness(300, 87.1, 96.0, interval)
    text = verdict(replace(evaluation, calibration=replace(evaluation.calibration, total=total)))
    assert f"its confidences are {said} they say 87.1%, and 96.0% are right." in text


def test_confidences_may_be_too_high():
    assert sureness_phrase(Sureness(300, 96.0, 87.1, (6.0, 12.0))).startswith("too high by 8.9")


def test_without_predictions_or_confidences_nothing_is_said_of_them(evaluation):
    silent = replace(evaluation.calibration, total=Sureness(0))
    for calibration in (None, silent):
        assert "they say" not in verdict(replace(evaluation, calibration=calibration))
