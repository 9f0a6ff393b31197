"""With movement dropout a step sees some vectors as they were pretrained, and leaves them alone."""

import numpy as np
import pytest

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.model.graphs import LossGraph
from ner_window.training.movement_dropout import MovementDropout
from tests.building import small_model, small_network

WHOLE = ["regularization.dropout.hidden=0.0", "model.window=1"]  # a window of 1 has no padding


def arrays_after(config_file, *overrides, head="softmax"):
    """Return the arrays of a model after steps on batches that the overrides do not change."""
    settings = [*WHOLE, f"model.head={head}"]
    batches = list(small_model(config_file, *settings)[1].batches)
    model, trainer, _ = small_model(config_file, *settings, *overrides)
    for _ in range(3):
        for batch in batches:
            trainer.step(batch)
    return model.network.named_arrays()


@pytest.mark.parametrize("head", ["softmax", "sentence"])
def test_where_all_movement_is_dropped_vectors_are_frozen_to_the_bit(
    config_file, vector_file, head
):
    words = ["anna", "kovac", "visited", "oslo", ".", "nordbank", "hired", "in", "0000", "is"]
    words.append("cold")
    vectors = [f"{word} 0.{number} 0.2 -0.{number}\n" for number, word in enumerate(words, 1)]
    vector_file.write_text("".join(vectors), "utf-8")
    frozen = arrays_after(config_file, "embeddings.trainable=false", head=head)
    dropped = arrays_after(config_file, "regularization.movement_dropout=1", head=head)
    some = arrays_after(config_file, "regularization.movement_dropout=0.5", head=head)
    for name, array in frozen.items():
        np.testing.assert_array_equal(dropped[name], array, err_msg=name)
    assert not np.array_equal(some["words"], frozen["words"])


def test_without_it_vectors_are_fine_tuned_to_the_bit(config_file):
    plain = arrays_after(config_file)
    without = arrays_after(config_file, "regularization.movement_dropout=0")
    some = arrays_after(config_file, "regularization.movement_dropout=0.5")
    for name, array in plain.items():
        np.testing.assert_array_equal(without[name], array)
    assert not np.array_equal(some["words"], plain["words"])


@pytest.mark.parametrize("rate", [0.0, 0.4, 1.0])
def test_rows_dropped_are_read_as_they_started_and_get_no_gradient(rate):
    network, batch, rng = small_network("margin")
    (words,) = network.trained_words
    start = words.data.copy()
    is_pretrained = np.array([False, False, True, True, True, True])
    dropout = MovementDropout(words, is_pretrained, rate, rng)
    with words.writing() as array:
        array += 1
    graph = LossGraph(network, rng)
    drawn = []
    for _ in range(30):
        with dropout.dropped(batch.word_rows):
            is_dropped = (words.data == start).all(axis=1)
            graph.loss(batch)
            graph.backward()
            gradient = words.grad.to_dense()
        np.testing.assert_array_equal(words.data, start + 1)
        assert not is_dropped[~is_pretrained].any()
        gradient[is_dropped] = 0
        np.testing.assert_array_equal(words.grad.to_dense(), gradient)
        assert not np.isin(words.grad.indices, np.flatnonzero(is_dropped)).any()
        drawn.append(is_dropped[is_pretrained])
    assert abs(np.mean(drawn) - rate) < 0.15


def test_vectors_that_no_step_moves_cannot_drop_their_movement(config_file):
    rate = "regularization.movement_dropout=0.1"
    for other in ("embeddings.trainable=false", "embeddings={path: null, dimension: 3}"):
        with pytest.raises(InputError, match="movement_dropout has no effect"):
            load_config(config_file, [rate, other])
