"""Lazy decay is the dense decay, whatever the order in which rows are visited."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from ner_window.training.vector_decay import VectorDecay

ROWS, STRENGTH = 5, 0.3

steps = st.lists(
    st.tuples(st.lists(st.integers(0, ROWS - 1), max_size=4), st.floats(0.0, 1.0)), max_size=12
)


@given(steps, st.booleans())
def test_lazy_decay_is_the_dense_one(steps, is_anchored):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(ROWS, 3))
    target = rng.normal(size=(ROWS, 3)) if is_anchored else np.zeros((ROWS, 3))
    table, dense = ad.Parameter(start.copy(), "words"), start.copy()
    decay = VectorDecay(table, STRENGTH, target if is_anchored else None, is_lazy=True)
    for rows, learning_rate in steps:
        decay.visit(np.array(rows, np.int64))
        np.testing.assert_allclose(table.data[rows], dense[rows], rtol=1e-12, atol=1e-14)
        move = rng.normal(size=3)
        for row in set(rows):
            table.data[row] += move
            dense[row] += move
        decay.step(learning_rate)
        dense = target + (1 - learning_rate * STRENGTH) * (dense - target)
    decay.flush()
    np.testing.assert_allclose(table.data, dense, rtol=1e-12, atol=1e-14)


def test_frequency_weighted_decay_shrinks_the_rows_of_the_batch_only():
    table = ad.Parameter(np.ones((ROWS, 2)), "words")
    decay = VectorDecay(table, STRENGTH, None, is_lazy=False)
    for rows in ([0, 0, 1], [1, 2]):
        decay.visit(np.array(rows))
        decay.step(0.5)
    decay.flush()
    kept = 1 - 0.5 * STRENGTH
    assert table.data[:, 0].tolist() == pytest.approx([kept, kept**2, kept, 1, 1])


def test_a_step_of_full_strength_reaches_the_target():
    table = ad.Parameter(np.ones((1, 2)), "words")
    decay = VectorDecay(table, 1.0, np.full((1, 2), 0.25), is_lazy=True)
    decay.visit(np.array([0]))
    decay.step(1.0)
    decay.flush()
    np.testing.assert_allclose(table.data, 0.25)


def test_the_state_travels():
    tables = [ad.Parameter(np.ones((ROWS, 2)), "words") for _ in range(2)]
    decays = [VectorDecay(table, STRENGTH, None, is_lazy=True) for table in tables]
    for number in range(4):
        decays[0].visit(np.array([number]))
        decays[0].step(0.1)
    decays[1].load_state_dict(decays[0].state_dict())
    np.copyto(tables[1].data, tables[0].data)
    for decay in decays:
        decay.flush()
    np.testing.assert_array_equal(tables[0].data, tables[1].data)
