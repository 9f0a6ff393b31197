"""RowSparse: it is the dense matrix, in fewer numbers."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from autodiff import RowSparse
from autodiff.row_sparse import Coalescer, TableRows

V, D = 7, 3


@st.composite
def row_sparse(draw):
    indices = draw(st.lists(st.integers(0, V - 1), max_size=12))
    seed = draw(st.integers(0, 2**32 - 1))
    values = np.random.default_rng(seed).normal(size=(len(indices), D))
    return RowSparse(np.array(indices, np.int64), values, (V, D))


def dense(sparse):
    """The meaning of a RowSparse, independent of its code."""
    total = np.zeros(sparse.shape)
    for index, row in zip(sparse.indices, sparse.values, strict=True):
        total[index] += row
    return total


@given(row_sparse())
def test_coalescing_changes_the_form_and_not_the_matrix(sparse):
    rows = sparse.coalesce()
    assert list(rows.indices) == sorted(set(sparse.indices.tolist()))
    np.testing.assert_allclose(dense(rows), dense(sparse))
    np.testing.assert_allclose(sparse.to_dense(), dense(sparse))
    assert rows.coalesce() is rows


@given(row_sparse(), row_sparse())
def test_sums(left, right):
    np.testing.assert_allclose(dense(left + right), dense(left) + dense(right))
    np.testing.assert_allclose(left + dense(right), dense(left) + dense(right))
    np.testing.assert_allclose(dense(right) + left, dense(left) + dense(right))


@given(row_sparse(), st.floats(-3, 3))
def test_scale_and_norm(sparse, factor):
    np.testing.assert_allclose(dense(sparse.scale(factor)), factor * dense(sparse), atol=1e-300)
    assert sparse.norm() == pytest.approx(np.linalg.norm(dense(sparse)))


def test_the_order_of_summation_is_fixed():
    rng = np.random.default_rng(0)
    indices = rng.integers(0, 5, 1000)
    values = rng.normal(size=(1000, 4)).astype(np.float32)
    sums = [RowSparse(indices, values, (5, 4)).coalesce().values for _ in range(3)]
    in_order = np.zeros((5, 4), np.float32)
    for index, row in zip(indices, values, strict=True):
        in_order[index] += row
    for total in sums:
        np.testing.assert_array_equal(total, in_order)


@given(st.lists(row_sparse(), min_size=1, max_size=5))
def test_a_coalescer_says_the_same_again_and_again(gradients):
    coalescer = Coalescer()
    for sparse in gradients:
        rows = coalescer.coalesce(sparse.indices, sparse.values, sparse.shape)
        assert len(set(rows.indices.tolist())) == rows.indices.size
        np.testing.assert_allclose(dense(rows), dense(sparse))
        assert not np.may_share_memory(rows.values, sparse.values)


def test_a_coalescer_touches_the_marks_of_its_rows_alone():
    coalescer = Coalescer()
    coalescer.coalesce(np.array([1]), np.ones((1, 2)), (1_000_000, 2))
    tracemalloc.start()
    coalescer.coalesce(np.array([5, 999_999, 5]), np.ones((3, 2)), (1_000_000, 2))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000


def test_shapes_are_checked():
    with pytest.raises(ad.ShapeError, match="RowSparse"):
        RowSparse(np.array([0, 1]), np.zeros((3, 2)), (4, 2))
    with pytest.raises(ad.ShapeError, match="equal shapes"):
        RowSparse(np.array([0]), np.zeros((1, 2)), (4, 2)) + np.zeros((5, 2))


def test_the_gradient_of_a_lookup_is_its_rows():
    table = ad.Parameter(np.ones((1000, 2)))
    rows = ad.lookup(table, np.array([5, 7, 5]))
    ad.sum(rows * np.array([[1.0], [2.0], [3.0]])).backward()
    assert isinstance(table.grad, RowSparse)
    rows = dict(zip(table.grad.indices.tolist(), table.grad.values.tolist(), strict=True))
    assert rows == {5: [4, 4], 7: [2, 2]}


def test_two_lookups_of_one_table_add_up():
    table = ad.Parameter(np.ones((4, 2)))
    (
        ad.sum(ad.lookup(table, np.array([1]))) + ad.sum(ad.lookup(table, np.array([1, 3])))
    ).backward()
    np.testing.assert_array_equal(table.grad.to_dense(), [[0, 0], [2, 2], [0, 0], [1, 1]])


def test_a_lookup_in_a_computed_table_goes_on_dense():
    table = ad.Parameter(np.ones((3, 2)))
    ad.sum(ad.lookup(table * 2.0, np.array([2, 2]))).backward()
    np.testing.assert_array_equal(table.grad, [[0, 0], [0, 0], [4, 4]])


def test_a_window_vector_is_its_words_side_by_side():
    table = ad.Parameter(np.arange(8.0).reshape(4, 2))
    x = ad.lookup_window(table, np.array([[1, 0, 3]]))
    np.testing.assert_array_equal(x.data, [[2, 3, 0, 1, 6, 7]])


@given(
    st.lists(st.sets(st.integers(0, V - 1)), min_size=1, max_size=4),
    st.sampled_from([(), (3,), (2, 2)]),
    st.sampled_from([np.float32, np.float64]),
)
def test_rows_go_back_where_they_were_taken(batches, shape, dtype):
    rng = np.random.default_rng(0)
    table = rng.normal(size=(V, *shape)).astype(dtype)
    tables, expected = TableRows(table), table.copy()
    for batch in batches:
        at = np.array(sorted(batch), np.int64)
        rows = tables.take(at)
        np.testing.assert_array_equal(rows, expected[at])
        rows *= 2
        expected[at] *= 2
        tables.put_back(at)
        np.testing.assert_array_equal(table, expected)


def test_a_table_given_column_by_column_is_trained_too():
    table = ad.Parameter(np.asfortranarray(np.ones((V, D))))
    table.grad = RowSparse(np.array([2]), np.ones((1, D)), (V, D))
    ad.SGD([table], 0.5).step()
    expected = np.ones((V, D))
    expected[2] = 0.5
    np.testing.assert_array_equal(table.data, expected)
