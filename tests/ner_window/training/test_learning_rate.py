"""Finding a learning rate: trials that start alike, a rule, and rates that diverge in silence."""

import numpy as np
import pytest

from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.errors import InputError
from ner_window.training.learning_rate import (
    POWERS,
    RANGE_STEPS,
    Finding,
    RangeTest,
    Trial,
    draw,
    find_learning_rate,
)
from ner_window.vectors.word_vectors import load_vectors


def find(config_file, *overrides, **ranges):
    config = load_config(config_file, overrides)
    vectors = load_vectors(config.embeddings.path)
    return find_learning_rate(config, read_corpus(config.data.train), vectors, **ranges)


def figures(finding):
    return [trial.loss for trial in finding.trials], finding.range_test.losses.tolist()


def finding_of(rates, losses, ratio=None):
    return Finding(5, [Trial(0.1, 1.0)], RangeTest(np.array(rates), np.array(losses)), ratio)


@pytest.mark.parametrize(
    "model",
    [
        "{head: softmax}",
        "{head: sentence}",
        "{head: binary, target: LOC}",
        "{head: margin, target: LOC}",
        "{context: document}",
        "{nonlinearity: relu, hidden: [5, 4]}",
    ],
)
def test_every_head_gets_a_suggestion_within_the_range(config_file, model):
    finding = find(config_file, f"model={model}")
    rates, losses = finding.range_test.rates, finding.range_test.losses
    assert len(finding.trials) == 8
    assert np.isfinite(losses).all()
    assert (np.diff(rates) > 0).all()
    assert rates[0] <= finding.suggestion <= rates[-1]
    settings = finding.settings.removeprefix("--set ")
    assert load_config(config_file, [settings]).training.learning_rate == finding.suggestion


@pytest.mark.parametrize(
    "overrides",
    [
        ["training.optimizer=sgd"],
        ["training.optimizer=nesterov", "training.clip_norm=1"],
        ["training.optimizer=adamw", "regularization.dropout.hidden=0.5"],
        ["regularization.l2=0.1", "regularization.vectors={name: anchor, strength: 0.1}"],
        ["embeddings.trainable={after_epoch: 1}"],
    ],
)
def test_the_same_seed_finds_the_same(config_file, overrides):
    finding = find(config_file, *overrides)
    assert figures(finding) == figures(find(config_file, *overrides))


def test_trials_start_from_the_same_weights_and_batches(config_file):
    both = figures(find(config_file))[0]
    assert figures(find(config_file, powers=[POWERS[5]]))[0] == [both[5]]


def test_schedule_and_learning_rate_of_the_config_do_not_matter(config_file):
    plain = figures(find(config_file, "training.learning_rate=0.5"))
    for schedule in ("{name: plateau, patience: 0}", "{name: cosine, warm_up: 2}"):
        overrides = [f"training.schedule={schedule}", "training.learning_rate=0.5"]
        assert figures(find(config_file, *overrides)) == plain
    other = figures(find(config_file, "training.learning_rate=0.25"))
    np.testing.assert_allclose(other[0], plain[0], rtol=1e-3)


def test_the_rate_of_the_vectors_keeps_its_ratio(config_file):
    rates = ["training.learning_rate=0.1", "embeddings.learning_rate=0.02"]
    finding = find(config_file, *rates)
    assert finding.ratio == pytest.approx(0.2)
    assert f" --set embeddings.learning_rate={finding.suggestion / 5:.2g}" in finding.settings
    assert figures(finding) != figures(find(config_file, rates[0]))


def test_rates_that_are_too_high_end_the_test_and_warn_nobody(config_file):
    settings = ("training.optimizer=sgd", "regularization.l2=1")
    finding = find(config_file, *settings, powers=[0.01, 1e38], above=1e9)
    assert finding.trials[1].loss == float("inf")
    assert "1e+38          diverged" in str(finding)
    assert len(finding.range_test.rates) < RANGE_STEPS


def test_no_finite_loss_at_all_is_told(config_file):
    with pytest.raises(InputError, match="not finite at any learning rate"):
        find(config_file, "training.optimizer=sgd", "regularization.l2=1", powers=[1e38])


def test_the_suggestion_is_a_tenth_of_the_best_rate():
    finding = finding_of([0.001, 0.01, 0.1, 1.0], [2.0, 1.5, 0.5, 9.0])
    assert finding.suggestion == 0.01
    assert finding.settings == "--set training.learning_rate=0.01"
    assert finding_of([0.02, 0.2], [1.0, 2.0]).suggestion == 0.02  # not below what was tried


def test_the_plot_is_the_same_in_every_run(tmp_path):
    pytest.importorskip("matplotlib")
    finding = finding_of([0.001, 0.01, 0.1], [2.0, 1.5, 0.5])
    for name in ("a", "b"):
        with (tmp_path / name).open("wb") as file:
            draw(finding, file)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_text().startswith("<?xml")
