"""The figures of the sample on the page about fine-tuning are those that were measured."""

import json

import pytest

from ner_window.run_data import RunData
from ner_window.study.plan import Plan
from ner_window.study.study_config import load_study
from ner_window.training.run import run
from scripts.make_sample_study import CONFIG, FIGURES, PAGE, page_with
from tests.places import ROOT


@pytest.fixture
def figures(monkeypatch):
    monkeypatch.chdir(ROOT)
    return json.loads(FIGURES.read_text("utf-8"))


def test_the_page_says_what_was_measured(figures):
    assert PAGE.read_text("utf-8") == page_with(figures), "run scripts/make_sample_study.py"


def test_a_run_of_the_study_has_the_f1_that_was_measured(figures, tmp_path):
    """The code has not changed since so that other figures would come out."""
    measured = next(iter(figures.values()))["run"]
    study = load_study(ROOT / CONFIG)
    data = RunData.read(study.base)
    plan = Plan(study, data.corpora["train"], data.vectors)
    cell = measured["arm"], measured["size"]
    runs = plan.runs({cell: [measured["learning_rate"]]})
    (training,) = (each for each in runs if each.seed == measured["seed"])
    assert training.epochs == measured["epochs"]
    scores = run(training.config, tmp_path / "run", RunData.read(training.config), lambda _: None)
    assert scores.test.f1 == pytest.approx(
        measured["f1"], abs=0.5
    )  # other machines round otherwise
