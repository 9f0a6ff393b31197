"""What a verdict depends on is said, all of it and nothing else, and follows from the config."""

from pathlib import Path

import numpy as np
import pytest

from ner_window.evaluation.units import Units
from ner_window.study.choice import Choice
from ner_window.study.conditions import arms_in_words, conditions, ratio_of, setting, with_premise
from ner_window.study.findings import Findings
from ner_window.study.results import FailedTraining, RunResult, StudyResults
from ner_window.study.sets import SetStatistics
from ner_window.study.statistics import Cell, Estimate, Statistics
from ner_window.study.study_config import Study

TOKENS = {"1000": 991.0, "all": 6486.0}
NO_ESTIMATE = Estimate(None, None)
UNITS = Units("documents", np.zeros(3, np.int64), 17)
MIDDLE = {(arm, size): 0.01 for arm in ("frozen", "finetuned") for size in TOKENS}


def study_of(rate=None, seeds=5, tuned=(0.001, 0.01, 0.1)):
    return Study.model_validate(
        {
            "base": {
                "data": {"train": "train.conll", "dev": "dev.conll"},
                "embeddings": {"path": "vectors.txt", "learning_rate": rate},
                "training": {"learning_rate": 0.002},
            },
            "arms": ["frozen", "finetuned"],
            "sizes": [1000, "all"],
            "seeds": seeds,
            "tuning": {"learning_rates": list(tuned)} if tuned else None,
        }
    )


def results_of(rates, failures=()):
    """The results of runs with these learning rates, by arm and size."""
    runs = [
        RunResult(arm, size, 1, round(TOKENS[size]), rate, 1, 1.0, Path(), np.zeros((1, 4, 3)))
        for (arm, size), rate in rates.items()
    ]
    choices = {cell: Choice.of_one(rate) for cell, rate in rates.items()}
    arms = ["frozen", "finetuned"]
    return StudyResults(arms, [*TOKENS], choices, runs, [], list(failures), UNITS, {})


def findings_of(results, sets=("dev",)):
    cells = [
        Cell(*cell, TOKENS[cell[1]], 0.01, [1], [50.0], 50.0, None, None, NO_ESTIMATE, NO_ESTIMATE)
        for cell in results.choices
    ]
    statistics = Statistics("f1", "documents", 17, cells, [], [], [], 5000, 1.0, "dev")
    return Findings(statistics, [SetStatistics(name, UNITS, None, None, [], []) for name in sets])


def told(study, results, sets=("dev", "wiki")):
    return conditions(study, results, findings_of(results, sets))


def test_a_verdict_without_conditions_has_none():
    assert told(study_of(), results_of(MIDDLE)) == []


def test_the_verdict_starts_with_what_it_presupposes():
    study, findings = study_of(rate=0.02), findings_of(results_of(MIDDLE), ("dev", "wiki"))
    said = with_premise(study, findings)
    start = "Where fine-tuned vectors learn 10 times as fast as the rest of the network, there is"
    assert said.verdict.startswith(start) and said.sentences[0].startswith(start)
    assert with_premise(study_of(), findings).verdict == findings.verdict
    assert findings.verdict.startswith("There is")


def test_vectors_that_learn_faster_are_told_with_how_much():
    study, results = study_of(rate=0.02), results_of(MIDDLE)
    (said,) = told(study, results)
    assert said.startswith("Fine-tuned vectors learn 10 times as fast as the rest of the network.")
    assert (ratio_of(study, "frozen"), ratio_of(study, "finetuned")) == (None, 10)
    arms = arms_in_words(study, results)
    assert arms["frozen"] == "pretrained vectors, never changed; the network learns at 0.01"
    assert arms["finetuned"].endswith("by training; vectors learn at 0.1, the rest at 0.01")
    like_the_rest = arms_in_words(study_of(), results)["finetuned"]
    assert like_the_rest.endswith("vectors learn like the rest of the network, at 0.01")


def test_the_setting_has_seeds_sizes_and_the_rates_of_both_arms():
    results = results_of({**MIDDLE, ("frozen", "all"): 0.1})
    assert setting(study_of(rate=0.02), results, findings_of(results)) == (
        "Trained with 5 seeds on 991 and 6,486 tokens. Learning rates with 6,486 tokens: frozen "
        "0.1; fine-tuned 0.01, its vectors 10 times that."
    )
    several = {("frozen", "all"): Choice({0.001: 0.3, 0.01: 0.7}, np.ones((1, 2)))}
    results.choices.update(several)
    said = setting(study_of(), results, findings_of(results))
    assert said.endswith("frozen 0.01 or 0.001; fine-tuned 0.01, its vectors as well.")


@pytest.mark.parametrize(
    ("at_edge", "count", "named"),
    [
        ([("frozen", "1000")], 1, "a size: a better"),
        ([("frozen", "all")], 1, "a size, frozen with 6,486 tokens among them"),
        (MIDDLE, 4, "a size, frozen and fine-tuned with 6,486 tokens among them"),
    ],
)
def test_a_best_rate_at_the_edge_of_the_grid_is_told_with_the_arms_of_the_verdict(
    at_edge, count, named
):
    (said,) = told(study_of(), results_of({**MIDDLE, **dict.fromkeys(at_edge, 0.1)}))
    assert f"was tried (0.001, 0.01, 0.1) for {count} of 4 pairs" in said
    assert named in said


def test_a_grid_of_one_rate_has_no_edge():
    assert told(study_of(tuned=(0.01,)), results_of(MIDDLE)) == []


@pytest.mark.parametrize(
    ("study", "said"),
    [
        (study_of(seeds=4), "4 seeds are few"),
        (study_of(seeds=1), "With a single seed"),
        (study_of(tuned=()), "No learning rate was tuned: 0.002"),
    ],
)
def test_few_seeds_and_no_tuning_are_told(study, said):
    (found,) = told(study, results_of(MIDDLE))
    assert found.startswith(said)


def test_a_single_set_and_failures_are_told():
    results = results_of(MIDDLE, [FailedTraining("frozen-all-seed2", "diverged", "")])
    one_set, failed = told(study_of(), results, ["dev"])
    assert one_set.startswith("All figures are of one set, dev:")
    assert failed.startswith("1 training failed")
