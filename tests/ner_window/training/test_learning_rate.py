"""Finding a learning rate: trials that start alike, a rule, and rates that diverge in silence."""

import numpy as np
import pytest

from ner_window.config.file import load_config
from ner_window.corpora.corpus import read_corpus
from ner_window.errors import InputError
from ner_window.training.learning_rate import (
    RANGE_STEPS,
    Finding,
    RangeTest,
    Trial,
    find_learning_rate,
)
from ner_window.vectors.word_vectors import load_vectors
from tests.places import ROOT

TWO = [0.001, 0.01]
SAMPLE = ROOT / "data" / "sample" / "train.conll"


def find(config_file, *overrides, **ranges):
    config = load_config(config_file, ["training.epochs=100", *overrides])
    vectors = load_vectors(config.embeddings.path)
    return find_learning_rate(config, read_corpus(config.data.train), vectors, **ranges)


def figures(finding):
    return [trial.loss for trial in finding.trials], finding.range_test.losses.tolist()


def finding_of(rates, losses, ratio=None):
    trials = [Trial(0.01, 2.0), Trial(0.1, 1.0), Trial(1.0, 3.0)]
    return Finding(trials, RangeTest(np.array(rates), np.array(losses)), ratio)


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
    finding = find(config_file, f"model={model}", powers=[0.001, 0.01, 0.1])
    rates, losses = finding.range_test.rates, finding.range_test.losses
    assert len(finding.trials) == 3
    assert np.isfinite(losses).all()
    assert (np.diff(rates) > 0).all()
    assert rates[0] <= finding.suggestion <= rates[-1]
    options = finding.options(finding.suggestion)[1::2]
    assert load_config(config_file, options).training.learning_rate == finding.suggestion


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
    finding = find(config_file, *overrides, powers=TWO)
    assert figures(finding) == figures(find(config_file, *overrides, powers=TWO))


def test_trials_start_from_the_same_weights_and_batches(config_file):
    both = figures(find(config_file, powers=TWO))[0]
    assert figures(find(config_file, powers=TWO[1:]))[0] == both[1:]


def test_schedule_and_learning_rate_of_the_config_do_not_matter(config_file):
    plain = figures(find(config_file, "training.learning_rate=0.5", powers=TWO))
    for schedule in ("{name: plateau, patience: 0}", "{name: cosine, warm_up: 2}"):
        overrides = [f"training.schedule={schedule}", "training.learning_rate=0.5"]
        assert figures(find(config_file, *overrides, powers=TWO)) == plain
    other = figures(find(config_file, "training.learning_rate=0.25", powers=TWO))
    np.testing.assert_allclose(other[0], plain[0], rtol=1e-3)


def test_the_rate_of_the_vectors_keeps_its_ratio(config_file):
    rates = ["training.learning_rate=0.1", "embeddings.learning_rate=0.02"]
    finding = find(config_file, *rates, powers=TWO)
    assert finding.ratio == pytest.approx(0.2)
    settings = finding.settings(0.01)
    assert settings == {"training.learning_rate": 0.01, "embeddings.learning_rate": 0.002}
    assert "embeddings.learning_rate=0.002" in finding.options(0.01)
    assert figures(finding) != figures(find(config_file, rates[0], powers=TWO))


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
    assert finding.options(0.01) == ["--set", "training.learning_rate=0.01"]
    assert finding.edges == []
    assert finding_of([0.02, 0.2], [1.0, 2.0]).suggestion == 0.02  # not below what was tried


def test_a_loss_that_never_rises_leaves_it_to_the_trials():
    rates = np.geomspace(0.001, 10, RANGE_STEPS)
    finding = finding_of(rates, np.linspace(2, 0, RANGE_STEPS))
    assert finding.range_test.edge == "upper"
    assert finding.suggestion == 0.033
    assert (
        "lowest at 10, the upper end of the range; the loss alone suggests 0.033, a third of"
        in str(finding)
    )
    assert finding_of(rates[:200], np.linspace(2, 0, 200)).range_test.edge is None  # it diverged


def test_what_is_best_at_the_edge_is_named():
    finding = finding_of([0.001, 0.01, 0.1], [0.5, 1.5, 2.0])
    assert "the lower end of the range" in str(finding)
    (edge,) = finding.edges
    assert "lowest at the lower end" in edge
    rising = [Trial(0.01, 1.0), Trial(0.1, 2.0)]
    (edge,) = Finding(rising, finding_of([1, 2, 3], [2, 1, 2]).range_test, None).edges
    assert edge == "the best trial is that of the lowest rate, 0.01"


def test_a_short_epoch_is_gone_through_again(config_file):
    settings = ("model.head=sentence", "training.batch_size=128", "training.epochs=100")
    finding = find(config_file, *settings)
    losses = {f"{trial.rate:g}": trial.loss for trial in finding.trials}
    assert [*losses] == [f"{rate:g}" for rate in np.geomspace(1e-6, 10, 8)]
    assert losses["0.01"] < 0.1 < 10 * losses["0.01"] < losses["1e-06"]
    assert finding.suggestion < 0.1


def test_a_run_shorter_than_a_trial_is_refused(config_file):
    settings = ("model.head=sentence", "training.batch_size=128", "training.epochs=15")
    with pytest.raises(InputError, match=r"15 steps, 1 an epoch.*set training.batch_size lower"):
        find(config_file, *settings)


def test_losses_that_do_not_differ_are_refused(config_file):
    with pytest.raises(InputError, match=r"at every rate from 1e-06 to 10.*training\.clip_norm"):
        find(config_file, "training.optimizer=sgd", "training.clip_norm=1e-9")


def test_on_twenty_sentences_the_advice_learns(tmp_path):
    lines = SAMPLE.read_text("utf-8").split("\n\n")
    few = tmp_path / "few.conll"
    few.write_text("\n\n".join(lines[1:21]) + "\n", "utf-8")
    files = [f"data.train={few}", f"data.dev={few}", "data.test=null"]
    settings = [*files, "training.epochs=100", "model.hidden=20"]
    finding = find(ROOT / "configs" / "quickstart.yaml", *settings)
    assert finding.edges == []
    assert 0.001 <= finding.suggestion <= 0.03
