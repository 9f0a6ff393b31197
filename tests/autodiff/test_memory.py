"""Who writes into an array, and that backward is told; memory that is kept from run to run."""

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from autodiff.memory import Workspace

ROWS, COLUMNS = 4, 3


def assign(w, rows, move):
    value = w.data.copy()
    value[rows] += move
    w.data = value


def augment(w, rows, move):
    w.data += move


def write_elements(w, rows, move):
    w.data[rows] += move


def write_through_a_view(w, rows, move):
    view = w.data.T[::-1]
    view[0, rows] += move


def write_through_a_flat_view(w, rows, move):
    w.data.reshape(-1)[rows[0]] += move


def write_by_out(w, rows, move):
    np.add(w.data, move, out=w.data)


def write_one_element(w, rows, move):
    w.data[rows[0], -1] -= move


def write_in_a_block(w, rows, move):
    with w.writing() as array:
        array[rows] *= 1 + move


def add_rows(w, rows, move):
    w.add_rows(np.array(rows), np.full((len(rows), COLUMNS), move))


def update(w, rows, move):
    w.grad = np.full(w.shape, move)
    ad.SGD([w], 1.0).step()


WRITES = [
    *(assign, augment, write_elements, write_through_a_view, write_through_a_flat_view),
    *(write_by_out, write_one_element, write_in_a_block, add_rows, update),
]
ROW_SETS = st.sets(st.integers(0, ROWS - 1), min_size=1).map(sorted)
MOVES = st.floats(0.25, 4)


def parameter():
    return ad.Parameter(np.arange(1.0, 1 + ROWS * COLUMNS).reshape(ROWS, COLUMNS) / 10, "w")


def loss_of(w):
    """A loss that reads some rows of w as a table, and all of it as a matrix."""
    rows = ad.lookup(w, np.array([0, 2, 0]))
    return ad.sum(ad.tanh(rows)) + ad.sum(w @ ad.Tensor(np.ones((COLUMNS, 2))))


def table_loss(w):
    return ad.sum(ad.tanh(ad.lookup(w, np.array([1, 1]))))


LOSSES = [loss_of, table_loss]


@given(st.sampled_from(WRITES), st.sampled_from(LOSSES), ROW_SETS, MOVES)
def test_a_write_between_forward_and_backward_is_told(write, loss, rows, move):
    w = parameter()
    built = loss(w)
    write(w, rows, move)
    with pytest.raises(ad.GraphError, match="w was assigned to after forward"):
        built.backward()

    w = parameter()
    graph = ad.Graph(loss(w))
    for _ in range(2):
        graph.forward()
        write(w, rows, move)
        with pytest.raises(ad.GraphError, match="w was assigned to after forward"):
            graph.backward()


@given(st.sampled_from(WRITES), st.sampled_from(LOSSES), ROW_SETS, MOVES)
def test_a_write_outside_is_seen_by_the_next_forward(write, loss, rows, move):
    w = parameter()
    graph = ad.Graph(loss(w))
    for _ in range(3):
        write(w, rows, move)
        value, gradient = graph.forward(), graph.backward()[w]
        fresh = ad.Parameter(w.data)
        expected = loss(fresh)
        expected.backward()
        assert value == expected.item()
        np.testing.assert_array_equal(dense(gradient), dense(fresh.grad))


@pytest.mark.parametrize("loss", LOSSES)
def test_reading_between_forward_and_backward_changes_nothing(loss):
    w, quiet = parameter(), parameter()
    graph, undisturbed = ad.Graph(loss(w)), ad.Graph(loss(quiet))
    for _ in range(3):
        graph.forward()
        undisturbed.forward()
        assert w.data.sum() == w.data.copy().sum()
        assert "w" in repr(w)
        for _ in range(2):
            gradient = graph.backward()[w]
            np.testing.assert_array_equal(dense(gradient), dense(undisturbed.backward()[quiet]))
            assert np.isfinite(w.data).all()


def test_a_write_is_told_to_every_graph_that_waits_and_to_no_other():
    w = parameter()
    first = loss_of(w)
    w.data[0, 0] = 5
    second = loss_of(w)
    second.backward()
    with pytest.raises(ad.GraphError, match="w was assigned"):
        first.backward()

    w = parameter()
    first, second = loss_of(w), table_loss(w)
    first.backward()
    w.data[3] = 5
    with pytest.raises(ad.GraphError, match="w was assigned"):
        second.backward()


def test_a_graph_that_nobody_waits_for_takes_no_notice():
    w = parameter()
    for _ in range(100):
        loss_of(w)
    waiting = loss_of(w)
    del waiting
    gc.collect()
    assert not w.is_relied_on
    assert len(w.readers) < 50


def test_an_array_that_was_read_before_the_forward_is_not_watched():
    w = parameter()
    early = w.data
    graph = ad.Graph(loss_of(w))
    graph.forward()
    early[0] = 0
    graph.backward()


def test_a_source_of_another_kind_and_a_result_are_watched_too():
    x, w = ad.Tensor(np.ones((2, 3)), "x"), ad.Parameter(np.ones((3, 2)))
    h = ad.tanh(x @ w)
    loss = ad.sum(h)
    x.data[0] = 7
    with pytest.raises(ad.GraphError, match="x was assigned to after forward"):
        loss.backward()
    h = ad.tanh(ad.Tensor(np.ones((2, 3))) @ w)
    h.name = "h"
    loss = ad.sum(h)
    h.data[0] = 7
    with pytest.raises(ad.GraphError, match="h was evaluated again or written to after forward"):
        loss.backward()


def test_only_sources_are_written_to():
    w = parameter()
    loss = loss_of(w)
    with pytest.raises(ad.GraphError, match="only sources are assigned"):
        loss.data = 1.0
    with pytest.raises(ad.GraphError, match="only sources are assigned"), loss.writing():
        pass


def test_a_value_keeps_its_dtype():
    w, ids = ad.Parameter(np.ones(2, np.float32)), ad.Tensor(np.array([1, 2]), "ids")
    w.data = [1, 2]
    assert w.dtype == np.float32
    ids.data = np.array([1, 2, 3], np.int32)
    ids.data = []
    with pytest.raises(ad.GraphError, match=r"ids holds int\d+, and was given float64"):
        ids.data = [0.5]
    with pytest.raises(ad.ShapeError, match=r"w: expected a value of its own shape \(2,\)|source"):
        w.data = np.ones(3)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_work_arrays_grow_and_are_reused(sizes):
    workspace = Workspace()
    largest = np.empty((0, 2), np.float32)
    for size in sizes:
        array = workspace.array("work", (size, 2), np.float32)
        assert (array.shape, array.dtype, array.flags.c_contiguous) == ((size, 2), np.float32, True)
        assert array is workspace.like("work", array)
        if 0 < size <= len(largest):
            assert np.may_share_memory(array, largest)
        largest = max(largest, array, key=len)


def dense(gradient):
    return gradient.to_dense() if isinstance(gradient, ad.RowSparse) else gradient
