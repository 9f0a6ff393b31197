"""Rehearsed learning rates: whole runs, judged on held-out data."""

import pytest

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.parallel import Workers
from ner_window.run_data import RunData
from ner_window.training.rehearsal import Rehearsal, Rehearsals, first_rates, rehearse, with_rate
from ner_window.training.run import run
from tests.small_files import documents


def rehearsed(config, from_loss=0.03):
    done = []
    found = rehearse(config, from_loss, Workers(1), done.append)
    assert sorted(done, key=lambda run: run.rate) == found.runs
    return found


def test_a_rehearsal_is_the_run_that_train_would_do(config_file, tmp_path):
    config = load_config(config_file, ["training.learning_rate=0.02", "training.epochs=6"])
    found = rehearsed(config)
    assert found.judged_on == "dev"
    for rehearsal in found.runs:
        own = with_rate(config, rehearsal.rate)
        scores = run(own, tmp_path / f"{rehearsal.rate}", RunData.read(own), lambda _: None)
        assert rehearsal.f1 == scores.dev.f1
        assert found.entities == RunData.read(own).corpora["dev"].entity_counts().total()
    assert rehearsed(config) == found


def test_first_come_the_rate_of_the_config_that_of_the_loss_and_smaller_ones(config_file):
    config = load_config(config_file, ["training.learning_rate=0.001"])
    assert first_rates(config, 0.03) == [0.001, 0.03, 0.0095, 0.003]
    assert first_rates(config, 0.0033) == [0.001, 0.0033, 0.00033]  # one is like that of the config


def test_the_rate_of_the_vectors_keeps_its_ratio(config_file):
    settings = ["training.learning_rate=0.02", "embeddings.learning_rate=0.01"]
    changed = with_rate(load_config(config_file, settings), 0.001)
    assert changed.training.learning_rate == 0.001
    assert changed.embeddings.learning_rate == pytest.approx(0.0005)


def test_beyond_the_best_of_all_the_next_one_is_rehearsed(config_file):
    config = load_config(config_file, ["training.learning_rate=0.001", "training.epochs=20"])
    found = rehearsed(config, from_loss=0.0033)
    rates = [run.rate for run in found.runs]
    assert rates[0] == 0.00033
    assert rates[-1] > 0.01, "it goes on towards rates that learn"
    assert len(rates) <= 6


def test_where_nothing_is_found_there_is_no_suggestion(config_file):
    config = load_config(config_file, ["training.learning_rate=1e-9", "training.epochs=1"])
    with pytest.raises(InputError, match="no learning rate finds an entity"):
        rehearsed(config, from_loss=1e-9)


def test_without_dev_a_part_of_the_training_data_is_held_out(config_file):
    train = config_file.parent / "train.conll"
    train.write_text(documents(10, seed=1), "utf-8")
    settings = [f"data.train={train}", "data.dev=null", "training.keep=last"]
    found = rehearsed(load_config(config_file, settings))
    assert found.judged_on == "held-out sentences of train"
    assert "F1 on held-out sentences of train, whole runs" in str(found)


def test_a_run_that_cannot_be_done_is_told(config_file):
    config = load_config(config_file, [])
    gone = config.model_copy(
        update={"data": config.data.model_copy(update={"train": config_file.parent / "gone"})}
    )
    with pytest.raises(InputError, match="gone"):
        rehearsed(gone)


def of(*f1, own, entities=400):
    rates = (0.001, 0.003, 0.01)
    runs = [Rehearsal(rate, value) for rate, value in zip(rates, f1, strict=True)]
    return Rehearsals(runs, own, "dev", entities)


def test_the_rate_of_the_config_stays_unless_another_is_clearly_better():
    close = of(60.0, 62.0, 50.0, own=0.001)
    assert close.standard_error == pytest.approx(2.43, abs=0.01)
    assert (close.best.rate, close.suggestion) == (0.003, 0.001)
    told = "0.001 and 0.003 are not told apart, within a standard error (2.43 with 400 entities)"
    assert str(close).endswith(f"{told}: that of the config stays")
    clear = of(58.0, 62.0, 50.0, own=0.001)
    assert clear.suggestion == 0.003
    assert str(clear).endswith(
        "0.003 is best, by more than a standard error (2.43 with 400 entities)"
    )
    assert of(60.0, 62.0, 50.0, own=0.001, entities=4000).suggestion == 0.003


def test_of_others_that_are_not_told_apart_the_smallest_is_taken():
    tied = of(62.0, 62.0, 50.0, own=0.01)
    assert tied.suggestion == 0.001
    assert "0.001 and 0.003 are not told apart" in str(tied)
    assert str(tied).endswith(": the smallest")
    assert of(78.05, 87.8, 92.68, own=0.001, entities=21).suggestion == 0.003


def test_what_is_suggested_at_the_edge_is_named():
    assert of(58.0, 62.0, 50.0, own=0.001).edge is None
    assert of(63.0, 50.0, 50.0, own=0.003).edge == "lowest"
    assert of(58.0, 62.0, 65.0, own=0.001).edge == "highest"
