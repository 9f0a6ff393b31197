"""A study in its folder: nothing is done twice, nothing is lost, and strangers are refused."""

import json

import numpy as np
import pytest

from ner_window.errors import InputError
from ner_window.evaluation.evaluate import evaluate
from ner_window.model_folder.folder import load_model
from ner_window.parallel import Workers
from ner_window.run_data import RunData
from ner_window.study.plan import Plan
from ner_window.study.running import run_study
from ner_window.study.study_config import Study
from ner_window.study.unfinished import unfinished
from ner_window.training.single import run_quietly
from ner_window.training.trainer import DivergenceError

HERE = Workers(1)
TUNING = {"learning_rates": [0.01, 0.1], "seeds": 1}


def results_of(study, data, folder, said=None, train=run_quietly):
    said = [] if said is None else said
    return run_study(study, folder, data, HERE, said.append, train)


def changed(study, **changes):
    return Study.model_validate({**study.model_dump(by_alias=True), **changes})


def written(folder):
    """When each file of a folder was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def study(study):
    """The same, at the learning rate of its base config."""
    return changed(study, tuning=None)


@pytest.fixture
def results(study, data, folder):
    return results_of(study, data, folder)


def test_every_run_is_a_run_folder_with_its_counts(results, data):
    assert len(results.runs) == 8
    for run in results.runs:
        model, reported = load_model(run.folder, data.vectors), data.corpora["test"]
        score = evaluate(model, reported).total
        assert (run.total.gold, run.total.predicted, run.total.correct) == (
            *(score.gold, score.predicted, score.correct),
        )
        assert run.counts.shape == (len(reported), 4, 3)
        parts = [(part.gold, part.predicted, part.correct) for part in (run.seen, run.unseen)]
        assert np.sum(parts, axis=0).tolist() == [score.gold, score.predicted, score.correct]
        row = run.row()
        assert row["f1"] == score.f1 == json.loads((run.folder / "result.json").read_text())["f1"]
        assert row["epochs"] == {"40": 2, "all": 2}[run.size]
        assert row["seconds"] > 0


def test_arms_of_a_seed_learn_from_the_same_documents(results):
    for size, seeds in (("40", (1, 2)), ("all", (1, 2))):
        for seed in seeds:
            runs = [results.of(arm, size)[seed] for arm in results.arms]
            mentions = {(run.folder / "model" / "mentions.txt").read_text() for run in runs}
            assert len(mentions) == 1
            golds = [run.counts[:, :, 0] for run in runs]  # so their novelty is the same
            np.testing.assert_array_equal(*golds)


def test_trials_are_kept_without_their_models_and_decide_the_rate(study, data, folder):
    results = results_of(changed(study, tuning=TUNING), data, folder)
    assert len(results.tuning) == 8
    for trial in results.tuning:
        gold, predicted, correct = trial.counts.sum(axis=0).tolist()
        assert trial.f1 == pytest.approx(200 * correct / (gold + predicted))
    runs = {(run.arm, run.size, run.learning_rate) for run in results.runs}
    kept = {(*cell, rate) for cell, choice in results.choices.items() for rate in choice.kept}
    assert runs == kept
    assert len(results.runs) == 2 * len(kept)
    assert not list((folder / "tuning").glob("*/model"))


def test_a_study_that_is_finished_does_nothing(results, study, data, folder):
    before, said = written(folder / "runs"), []
    again = results_of(study, data, folder, said=said)
    assert written(folder / "runs") == before
    assert said == []
    assert [run.row() for run in again.runs] == [run.row() for run in results.runs]
    assert list(again.choices) == list(results.choices)


def test_seeds_sizes_and_arms_can_be_added(results, study, data, folder):
    before = written(folder / "runs")
    more = changed(study, seeds=3, arms=["frozen", "finetuned", "scratch"], sizes=[0.5, "all"])
    assert len(results_of(more, data, folder).runs) == 3 * 3 * 2
    assert written(folder / "runs").items() >= before.items()


def test_an_interrupted_study_goes_on_where_it_was(study, data, folder, results):
    expected = [run.row()["f1"] for run in results.runs]
    other = folder.with_name("other")
    done = []

    def interrupted(config, path, data):
        run_quietly(config, path, data)
        if len(done) == 3:
            raise KeyboardInterrupt  # after the training, before its counts are saved
        done.append(path)

    with pytest.raises(KeyboardInterrupt):
        results_of(study, data, other, train=interrupted)
    before = {path: time for path, time in written(other).items() if path.parent in done}
    assert before
    said = []
    again = results_of(study, data, other, said=said)
    assert said == ["runs: 5 to do, 3 done before"]
    assert written(other).items() >= before.items()
    assert [run.row()["f1"] for run in again.runs] == expected


def test_a_run_that_fails_is_told_and_done_again_alone(study, data, folder):
    def fail_once(config, path, data):
        if path.name == "finetuned-40-seed2":
            raise ZeroDivisionError("not today")
        return run_quietly(config, path, data)

    results = results_of(study, data, folder, train=fail_once)
    (failure,) = results.failures
    assert failure.name == "finetuned-40-seed2"
    assert failure.message == "ZeroDivisionError: not today"
    assert "fail_once" in failure.traceback
    assert len(results.runs) == 7
    assert list(results.of("finetuned", "40")) == [1]
    said = []
    assert len(results_of(study, data, folder, said=said).runs) == 8
    assert said == ["runs: 1 to do, 7 done before"]


def test_a_rate_that_diverges_is_a_result_and_one_that_fails_is_not(study, data, folder):
    def train(config, path, data):
        if path.name.startswith("frozen-all-lr0.1"):
            path.mkdir(parents=True)
            raise DivergenceError("too fast in the first epoch")
        if path.name.startswith("finetuned-all-lr0.1"):
            raise MemoryError("full")
        return run_quietly(config, path, data)

    results = results_of(changed(study, tuning=TUNING), data, folder, train=train)
    assert [trial.f1 for trial in results.tuning if trial.f1 is None] == [None]
    assert results.choices["frozen", "all"].kept == [0.01]
    assert ("finetuned", "all") not in results.choices  # chosen when all rates have been tried
    assert [failure.message for failure in results.failures] == ["MemoryError: full"]
    assert {run.arm for run in results.runs if run.size == "all"} == {"frozen"}


def test_a_study_of_an_earlier_version_goes_on(study, data, folder):
    """It named no rates, and kept the F1 of a trial alone: trials are done again, runs are not."""
    tuned = changed(study, tuning=TUNING, sizes=["all"])
    results = results_of(tuned, data, folder)
    for trial in (folder / "tuning").iterdir():
        (trial / "counts.safetensors").unlink()
    for arm in tuned.arm_names:
        for seed, run in results.of(arm, "all").items():
            run.folder.rename(folder / "runs" / f"{arm}-all-seed{seed}")
    plan = Plan(tuned, data.corpora["train"], data.vectors)
    others = len(results.runs) - 4
    assert len(unfinished(plan, folder).trainings) == 4
    said = []
    again = results_of(tuned, data, folder, said=said)
    assert said[0].startswith("tuning: 4 trainings of an earlier version kept no counts")
    assert "done again; finished runs are kept" in said[0]
    assert said[1] == "tuning: 4 to do"
    assert [line for line in said if line.startswith("runs: ")] == []
    assert len(again.runs) == 4 + others
    assert [run.row() for run in again.runs] == [run.row() for run in results.runs]


def test_what_is_left_to_do_is_known_before_and_after_tuning(study, data, folder):
    tuned = changed(study, tuning=TUNING)
    plan = Plan(tuned, data.corpora["train"], data.vectors)
    before = unfinished(plan, folder)
    assert (len(before.trainings), before.more) == (8 + 8, 8)  # a second rate for each of 8 runs

    def train(config, path, data):
        if path.parent.name == "runs":
            raise MemoryError("full")
        return run_quietly(config, path, data)

    with pytest.raises(InputError, match="no run has succeeded"):
        results_of(tuned, data, folder, train=train)
    after = unfinished(plan, folder)
    assert after.more == 0
    assert 8 <= len(after.trainings) <= 16
    assert {training.config.data.selection for training in after.trainings} == {None}


def test_another_config_or_other_data_is_refused(results, study, data, folder, tmp_path):
    longer = study.base.model_dump(by_alias=True)
    longer["training"]["epochs"] = 3
    with pytest.raises(InputError, match=r"another config \(training.epochs: 2 -> 3\)"):
        results_of(changed(study, base=longer), data, folder)
    corpora = dict(data.corpora, train=data.corpora["test"])
    with pytest.raises(InputError, match="the file of train has changed since"):
        results_of(study, RunData(corpora, data.vectors), folder)
    (tmp_path / "stuff").mkdir()
    (tmp_path / "stuff" / "file").touch()
    with pytest.raises(InputError, match="holds no study"):
        results_of(study, data, tmp_path / "stuff")


def test_a_file_that_changes_meanwhile_is_told(study, data, folder, tmp_path):
    (tmp_path / "train.conll").write_text("Anna B-PER\n")
    with pytest.raises(InputError, match=r"no run has succeeded.*train.conll has changed"):
        results_of(study, data, folder)
