"""Curves are drawn where they show something; else it is said in words."""

from dataclasses import replace

import pytest

from ner_window.config import Config
from ner_window.report.learning import (
    health_curves,
    learning_curves,
    rate_in_words,
    sentences,
)
from ner_window.training.epoch_record import EpochRecord

EPOCH = EpochRecord(1, 0.9, 60.0, 60.0, 60.0, 1.0, 0.1, 1000.0, 0.5, 0.0, 0.0)


def epochs(*rates, f1=60.0, dead=0.0):
    return [
        replace(EPOCH, epoch=n, learning_rate=rate, f1=f1, dead_units=dead)
        for n, rate in enumerate(rates, start=1)
    ]


def config(**training):
    return Config.model_validate(
        {
            "data": {"train": "train.conll"},
            "embeddings": {"dimension": 3},
            "training": {"epochs": 3, "keep": "last", **training},
        }
    )


def test_the_learning_rate_is_told_by_its_schedule_where_that_is_simple():
    falling = rate_in_words(config(learning_rate=0.4, schedule="linear"))
    assert falling == "The learning rate fell in a straight line from 0.4 to 0."
    assert rate_in_words(config(learning_rate=0.1, schedule="constant")).endswith("0.1 throughout.")
    assert rate_in_words(config(schedule="cosine")) is None
    assert rate_in_words(config(schedule={"name": "linear", "warm_up": 1})) is None


def test_what_is_not_told_of_the_learning_rate_is_drawn():
    told = epochs(0.3, 0.2, 0.1)
    assert not any("rate" in caption for caption in learning_curves(told, 2, 99.0, "fell"))
    assert "fell" in sentences(told, 99.0, "fell")
    assert any("rate" in caption for caption in learning_curves(told, 2, 99.0, None))
    assert not any("learning rate" in said for said in sentences(told, 99.0, None))


def test_a_first_epoch_far_below_is_told_and_not_drawn():
    figures = zip(epochs(1, 1, 1, 1), (5, 90, 92, 93), strict=True)
    late = [replace(record, f1=f1) for record, f1 in figures]
    (caption,) = [each for each in learning_curves(late, 4, 99.0, "") if each.startswith("F1")]
    assert caption.endswith("Epoch 1, F1 5.0, lies below.")
    picture = str(learning_curves(late, 4, 99.0, "")[caption])
    assert "epoch 1: 5" not in picture
    assert "epoch 2: 90" in picture


@pytest.mark.parametrize("count", [1, 2])
def test_few_epochs_are_numbers(count):
    few = epochs(*[0.1] * count)
    assert learning_curves(few, 1, 99.0, None) == health_curves(few) == {}
    numbers = f"Epoch {count}: loss 0.9, F1 60.0, learning rate 0.1 at its end."
    assert numbers in sentences(few, 99.0, None)


def test_units_are_drawn_where_any_is_dead():
    assert len(health_curves(epochs(0.1, 0.1, 0.1))) == 1
    assert len(health_curves(epochs(0.1, 0.1, 0.1, dead=0.2))) == 2
    assert "No hidden unit" in " ".join(sentences(epochs(0.1, 0.1, 0.1), 99.0, None))


def test_f1_on_the_training_data_stands_beside_the_curve():
    pictures = learning_curves(epochs(0.1, 0.1, 0.1), 2, 99.5, "")
    assert any("training data, epoch 2: 99.5" in svg for svg in map(str, pictures.values()))
    assert "has F1 99.5" in " ".join(sentences(epochs(0.1, 0.1, 0.1), 99.5, ""))


def test_without_held_out_data_there_is_no_curve_of_f1():
    pictures = learning_curves(epochs(0.1, 0.1, 0.1, f1=None), 3, 99.5, "")
    assert [caption.partition(" ")[0] for caption in pictures] == ["Loss"]
