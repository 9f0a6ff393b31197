"""Which trainings a study is made of, and which learning rate each is given."""

import pytest

from ner_window.errors import InputError
from ner_window.study.plan import Plan
from ner_window.study.study_config import Study


def plan_of(study, data, **changes):
    tree = {**study.model_dump(by_alias=True), **changes}
    return Plan(Study.model_validate(tree), data.corpora["train"], data.vectors)


def test_runs_are_all_arms_at_all_sizes_with_all_seeds(study, data):
    plan = plan_of(study, data, tuning=None)
    runs = plan.runs(dict.fromkeys(plan.cells, (0.1,)))
    assert plan.sizes == ["40", "all"]
    assert [run.name for run in runs] == [
        *("frozen-all-seed1", "finetuned-all-seed1", "frozen-40-seed1", "finetuned-40-seed1"),
        *("frozen-all-seed2", "finetuned-all-seed2", "frozen-40-seed2", "finetuned-40-seed2"),
    ]
    assert {run.size: run.tokens for run in runs} == {"40": 40, "all": 160}
    for run in runs:
        assert run.config.seed == run.seed
        assert run.config.training.learning_rate == 0.1
        assert run.config.data.selection is None
        drawn = run.config.data.subset
        assert drawn is None if run.size == "all" else (drawn.tokens, drawn.seed) == (40, run.seed)


def test_runs_with_each_of_several_learning_rates_have_names_of_their_own(study, data):
    plan = plan_of(study, data, sizes=["all"], seeds=1)
    runs = plan.runs({("frozen", "all"): [0.01, 0.1], ("finetuned", "all"): [0.1]})
    assert [(run.name, run.config.training.learning_rate) for run in runs] == [
        ("frozen-all-lr0.01-seed1", 0.01),
        ("frozen-all-lr0.1-seed1", 0.1),
        ("finetuned-all-lr0.1-seed1", 0.1),
    ]


def test_trials_hold_out_training_documents_and_never_see_the_reported_data(study, data):
    trials = plan_of(study, data).tuning()
    assert len(trials) == 2 * 2 * 2
    assert len({trial.name for trial in trials}) == len(trials)
    for trial in trials:
        assert (trial.config.data.dev, trial.config.data.test) == (None, None)
        assert trial.config.data.selection.fraction == 0.2
        assert trial.config.data.selection.kind == "spread"
    assert plan_of(study, data, tuning=None).tuning() == []


def test_trials_hold_out_what_the_tuning_says(study, data):
    tuning = {"learning_rates": [0.01], "seeds": 1, "kind": "far", "fraction": 0.3}
    for trial in plan_of(study, data, tuning=tuning).tuning():
        selection = trial.config.data.selection
        assert (selection.kind, selection.fraction) == ("far", 0.3)


def test_small_sizes_train_for_more_epochs_in_all_arms_alike(study, data):
    arms = ["frozen", "finetuned", "after_epoch"]
    plan = plan_of(study, data, arms=arms, least_steps=24, frozen_epochs=1)
    runs = plan.runs(dict.fromkeys(plan.cells, (0.1,)))
    epochs = {(run.size, run.config.training.epochs) for run in runs}
    assert epochs == {("40", 8), ("all", 3)}  # 40 tokens are 3 batches of 16, 160 tokens are 10
    frozen = {run.size: run.config.embeddings.trainable for run in runs if run.arm == "after_epoch"}
    assert frozen["40"].after_epoch == 4  # half of the epochs, as in the base config
    assert frozen["all"].after_epoch == 2
    assert plan.longer() == [
        "size 40: 8 epochs in place of 2, so that there are 24 steps (least_steps)",
        "size all: 3 epochs in place of 2, so that there are 24 steps (least_steps)",
    ]
    assert plan_of(study, data, least_steps=0).longer() == []


def test_vectors_with_a_rate_of_their_own_keep_its_ratio(study, data):
    base = study.base.model_dump(by_alias=True)
    base["embeddings"]["learning_rate"] = 0.5  # ten times that of the rest
    plan = plan_of(study, data, base=base)
    rates = {run.arm: run.config.embeddings.learning_rate for run in plan.tuning()[:4]}
    assert rates == {"frozen": None, "finetuned": pytest.approx(1.0)}


def test_sizes_with_too_few_steps_are_told(study, data):
    assert plan_of(study, data, least_steps=2000).warnings() == []
    small, whole = plan_of(study, data, least_steps=30).warnings()
    assert small.startswith("warning: 30 steps in all, 3 an epoch")
    assert "set base.training.batch_size lower" in small.lower()
    assert small.endswith("or least_steps higher (size 40)")
    assert "(size all)" in whole


def test_more_tokens_than_there_are_is_refused(study, data):
    with pytest.raises(InputError, match=r"sizes: 161 tokens are more than the 160 of "):
        plan_of(study, data, sizes=["all", 161])
