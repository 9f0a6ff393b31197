"""Curves are drawn where they show something; else it is said in words."""

from dataclasses import replace

import pytest

from ner_window.report.learning import health_curves, learning_curves, sentences
from ner_window.training.epoch_record import EpochRecord

EPOCH = EpochRecord(1, 0.9, 60.0, 60.0, 60.0, 1.0, 0.1, 1000.0, 0.5, 0.0, 0.0)


def epochs(*rates, f1=60.0, dead=0.0):
    return [
        replace(EPOCH, epoch=n, learning_rate=rate, f1=f1, dead_units=dead)
        for n, rate in enumerate(rates, start=1)
    ]


def test_a_straight_learning_rate_is_a_sentence():
    falling = epochs(0.4, 0.3, 0.2, 1e-7)
    assert not any("rate" in caption for caption in learning_curves(falling, 2, None))
    assert "straight line from 0.4 to nearly 0" in " ".join(sentences(falling, None))
    assert "was 0.1 throughout" in " ".join(sentences(epochs(0.1, 0.1, 0.1, 0.1), None))
    bent = epochs(0.1, 0.4, 0.2, 0.1, 0.1)
    assert any("rate" in caption for caption in learning_curves(bent, 2, None))
    assert "learning rate" not in " ".join(sentences(bent, None))


@pytest.mark.parametrize("count", [1, 2])
def test_few_epochs_are_numbers(count):
    few = epochs(*[0.1] * count)
    assert learning_curves(few, 1, 99.0) == health_curves(few) == {}
    assert f"Epoch {count}: loss 0.9, F1 60.0." in sentences(few, 99.0)


def test_units_are_drawn_where_any_is_dead():
    assert len(health_curves(epochs(0.1, 0.1, 0.1))) == 1
    assert len(health_curves(epochs(0.1, 0.1, 0.1, dead=0.2))) == 2
    assert "No hidden unit" in " ".join(sentences(epochs(0.1, 0.1, 0.1), None))


def test_f1_on_the_training_data_stands_beside_the_curve():
    pictures = learning_curves(epochs(0.1, 0.1, 0.1), 2, 99.5)
    assert any("training data, epoch 2: 99.5" in svg for svg in map(str, pictures.values()))
    assert "has F1 99.5" in " ".join(sentences(epochs(0.1, 0.1, 0.1), 99.5))


def test_without_held_out_data_there_is_no_curve_of_f1():
    pictures = learning_curves(epochs(0.1, 0.1, 0.1, f1=None), 3, 99.5)
    assert [caption.partition(" ")[0] for caption in pictures] == ["Loss"]
