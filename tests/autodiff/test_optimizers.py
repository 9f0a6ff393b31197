"""Optimizers against their formulas, and sparse updates against dense ones."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autodiff as ad
from autodiff import RowSparse

RATE = 0.1


def reference(name):
    """One update as the papers write it, on plain arrays: (theta, g, state, t) -> theta."""

    def sgd(theta, g, state, t):
        return theta - RATE * g

    def adagrad(theta, g, state, t):
        state["G"] = state.get("G", 0) + g**2
        return theta - RATE * g / (np.sqrt(state["G"]) + 1e-10)

    def adam(theta, g, state, t):
        state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
        state["v"] = 0.999 * state.get("v", 0) + 0.001 * g**2
        m, v = state["m"] / (1 - 0.9**t), state["v"] / (1 - 0.999**t)
        return theta - RATE * m / (np.sqrt(v) + 1e-8)

    return {"SGD": sgd, "Adagrad": adagrad, "Adam": adam}[name]


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "Adam"])
def test_100_steps_follow_the_formula(name):
    rng = np.random.default_rng(0)
    parameter = ad.Parameter(rng.normal(size=(4, 3)))
    theta, state = parameter.data.copy(), {}
    optimizer = getattr(ad, name)([parameter], RATE)
    for t in range(1, 101):
        gradient = rng.normal(size=(4, 3))
        parameter.grad = gradient
        optimizer.step()
        theta = reference(name)(theta, gradient, state, t)
        np.testing.assert_allclose(parameter.data, theta, rtol=1e-10)


@given(st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=6))
@pytest.mark.parametrize("name", ["SGD", "Adagrad"])
def test_a_sparse_update_is_the_dense_one(name, batches):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(6, 2))
    sparse, dense = ad.Parameter(start), ad.Parameter(start)
    sparse_optimizer = getattr(ad, name)([sparse], RATE)
    dense_optimizer = getattr(ad, name)([dense], RATE)
    for indices in batches:
        gradient = RowSparse(
            np.array(indices, np.int64), rng.normal(size=(len(indices), 2)), (6, 2)
        )
        sparse.grad, dense.grad = gradient, gradient.to_dense()
        sparse_optimizer.step()
        dense_optimizer.step()
        np.testing.assert_allclose(sparse.data, dense.data, rtol=1e-12)


def test_sparse_adam_is_adam_on_touched_rows_and_leaves_the_others():
    rng = np.random.default_rng(0)
    start = rng.normal(size=(5, 2))
    lazy, dense = ad.Parameter(start), ad.Parameter(start[[1, 3]])
    lazy_optimizer, dense_optimizer = ad.SparseAdam([lazy], RATE), ad.Adam([dense], RATE)
    for _ in range(20):
        values = rng.normal(size=(2, 2))
        lazy.grad = RowSparse(np.array([3, 1]), values, (5, 2))
        dense.grad = values[::-1]
        lazy_optimizer.step()
        dense_optimizer.step()
    np.testing.assert_allclose(lazy.data[[1, 3]], dense.data, rtol=1e-12)
    np.testing.assert_array_equal(lazy.data[[0, 2, 4]], start[[0, 2, 4]])


def test_duplicated_rows_are_summed_before_they_are_squared():
    twice, once = ad.Parameter(np.zeros((2, 1))), ad.Parameter(np.zeros((2, 1)))
    twice.grad = RowSparse(np.array([0, 0]), np.array([[1.0], [2.0]]), (2, 1))
    once.grad = RowSparse(np.array([0]), np.array([[3.0]]), (2, 1))
    for parameter in (twice, once):
        ad.Adagrad([parameter], RATE).step()
    np.testing.assert_array_equal(twice.data, once.data)


def test_adam_refuses_rows_and_names_the_alternative():
    table = ad.Parameter(np.zeros((2, 1)), "words")
    table.grad = RowSparse(np.array([0]), np.ones((1, 1)), (2, 1))
    with pytest.raises(ad.SparseGradientError, match=r"words.*SparseAdam"):
        ad.Adam([table]).step()
    table.grad = np.ones((2, 1))
    with pytest.raises(ad.SparseGradientError, match="use Adam"):
        ad.SparseAdam([table]).step()


def test_float32_stays_float32():
    for name in ("SGD", "Adagrad", "Adam"):
        parameter = ad.Parameter(np.ones(3, np.float32))
        parameter.grad = np.ones(3, np.float32)
        getattr(ad, name)([parameter], RATE).step()
        assert parameter.dtype == np.float32


def test_a_parameter_without_gradient_stays():
    parameter = ad.Parameter(1.0)
    optimizer = ad.SGD([parameter], RATE)
    optimizer.step()
    assert parameter.data == 1
    parameter.grad = np.array(1.0)
    optimizer.zero_grad()
    assert parameter.grad is None


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_learning_rate_is_positive(rate):
    with pytest.raises(ValueError, match="learning rate"):
        ad.SGD([], rate)


def test_a_step_of_each_optimizer_goes_downhill():
    for name in ("SGD", "Adagrad", "Adam"):
        w = ad.Parameter(np.array([3.0, -2.0]))
        optimizer = getattr(ad, name)([w], RATE)
        graph = ad.Graph(ad.squared_norm(w))
        losses = [graph.forward()]
        for _ in range(200):
            graph.backward()
            optimizer.step()
            losses.append(graph.forward())
        assert losses[-1] < losses[0] / 4


ALL = ["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW"]


@pytest.mark.parametrize("name", ["Momentum", "Nesterov", "RMSprop", "Adam", "AdamW"])
def test_who_would_move_untouched_rows_refuses(name):
    table = ad.Parameter(np.zeros((2, 1)), "words")
    table.grad = RowSparse(np.array([0]), np.ones((1, 1)), (2, 1))
    with pytest.raises(ad.SparseGradientError, match=f"{name} moves every row of words"):
        getattr(ad, name)([table], 0.1).step()


@pytest.mark.parametrize("name", [*ALL, "SparseAdam"])
def test_a_saved_state_goes_on_as_if_nothing_had_happened(name):
    rng = np.random.default_rng(0)
    gradients = rng.normal(size=(6, 3, 2))
    sparse = name == "SparseAdam"

    def train(parameter, optimizer, steps):
        for gradient in steps:
            parameter.grad = RowSparse(np.arange(3), gradient, (3, 2)) if sparse else gradient
            optimizer.step()

    whole = ad.Parameter(np.ones((3, 2)))
    train(whole, getattr(ad, name)([whole], 0.1), gradients)
    first = ad.Parameter(np.ones((3, 2)))
    optimizer = getattr(ad, name)([first], 0.1)
    train(first, optimizer, gradients[:3])
    state = optimizer.state_dict()
    assert all(isinstance(value, np.ndarray) for value in state.values())
    second = ad.Parameter(first.data)
    other = getattr(ad, name)([second], 0.7)
    other.load_state_dict(state)
    train(second, other, gradients[3:])
    np.testing.assert_array_equal(second.data, whole.data)


def test_a_state_of_something_else_is_refused_and_changes_nothing():
    adam = ad.Adam([ad.Parameter(np.ones(2))])
    before = adam.state_dict()
    for other in (ad.SGD([ad.Parameter(np.ones(2))], 0.1), ad.Adam([ad.Parameter(np.ones(3))])):
        with pytest.raises(ValueError, match="does not fit Adam"):
            adam.load_state_dict(other.state_dict())
    for name, value in adam.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_groups_have_learning_rates_of_their_own():
    slow, fast = ad.Parameter(1.0), ad.Parameter(1.0)
    groups = [{"parameters": [slow], "learning_rate": 0.1}, {"parameters": [fast]}]
    optimizer = ad.SGD(groups, learning_rate=0.5)
    slow.grad = fast.grad = np.array(1.0)
    optimizer.step()
    assert (slow.data, fast.data) == (0.9, 0.5)
    optimizer.groups[1].learning_rate = 0.0
    optimizer.step()
    assert (slow.data, fast.data) == (0.8, 0.5)
    optimizer.learning_rate = 0.2
    assert [group.learning_rate for group in optimizer.groups] == [0.2, 0.2]
    with pytest.raises(ValueError, match="not both"):
        ad.SGD([slow, {"parameters": [fast]}], 0.1)
    with pytest.raises(ValueError, match="not negative"):
        optimizer.learning_rate = -1


@pytest.mark.parametrize("name", ALL)
def test_parameters_that_miss_a_step_keep_their_own_count(name):
    """Gathered in one block or not, each parameter is as if it were alone."""
    rng = np.random.default_rng(0)
    together = [ad.Parameter(np.ones(2)), ad.Parameter(np.ones(3))]
    alone = [ad.Parameter(np.ones(2)), ad.Parameter(np.ones(3))]
    one = getattr(ad, name)(together, 0.1)
    each = [getattr(ad, name)([parameter], 0.1) for parameter in alone]
    for has_gradient in ([True, True], [True, False], [True, True], [False, True], [True, True]):
        for i, present in enumerate(has_gradient):
            gradient = rng.normal(size=together[i].shape)
            together[i].grad = alone[i].grad = gradient if present else None
        one.step()
        for optimizer in each:
            optimizer.step()
        for left, right in zip(together, alone, strict=True):
            np.testing.assert_allclose(left.data, right.data, rtol=1e-14)


def test_two_optimizers_of_the_same_parameters_take_turns():
    shared = [ad.Parameter(np.ones(2)), ad.Parameter(np.ones(3))]
    alone = [ad.Parameter(np.ones(2)), ad.Parameter(np.ones(3))]
    first, second = ad.SGD(shared, 0.1), ad.Momentum(shared, 0.1)
    plain, momentum = ad.SGD(alone, 0.1), [ad.Momentum([p], 0.1) for p in alone]
    for turn in range(6):
        for parameter in (*shared, *alone):
            parameter.grad = np.full(parameter.shape, turn + 1.0)
        (first if turn % 2 else second).step()
        for optimizer in [plain] if turn % 2 else momentum:
            optimizer.step()
        for left, right in zip(shared, alone, strict=True):
            np.testing.assert_allclose(left.data, right.data)


def test_a_copy_goes_its_own_way():
    w = ad.Parameter(np.ones(2))
    optimizer = ad.SGD([w], 0.1)
    w.grad = np.ones(2)
    optimizer.step()
    copied, its_optimizer = copy.deepcopy((w, optimizer))
    copied.grad = np.ones(2)
    its_optimizer.step()
    np.testing.assert_allclose(copied.data, 0.8)
    np.testing.assert_allclose(w.data, 0.9)


def test_gradients_of_another_shape_and_half_steps():
    dense, table = ad.Parameter(np.ones(2), "w"), ad.Parameter(np.ones((2, 1)), "words")
    optimizer = ad.Adam([{"parameters": [dense]}, {"parameters": [table]}], 0.1)
    dense.grad = np.ones(2)
    table.grad = RowSparse(np.array([0]), np.ones((1, 1)), (2, 1))
    with pytest.raises(ad.SparseGradientError):
        optimizer.step()
    np.testing.assert_array_equal(dense.data, 1)
    dense.grad = np.ones(3)
    with pytest.raises(ad.ShapeError, match="Adam on w"):
        optimizer.step()


def test_what_an_optimizer_is_given_is_checked():
    w = ad.Parameter(1.0)
    with pytest.raises(ValueError, match="given twice"):
        ad.SGD([w, w], 0.1)
    with pytest.raises(ValueError, match="not \\['lr'\\]"):
        ad.SGD([{"parameters": [w], "lr": 0.5}], 0.1)
    with pytest.raises(TypeError, match="updates Parameters, got Tensor"):
        ad.SGD([ad.Tensor(1.0)], 0.1)


def test_clipping_does_not_overflow():
    parameter = ad.Parameter(np.zeros(2, np.float32))
    parameter.grad = np.full(2, 1e20, np.float32)
    assert ad.clip_global_norm([parameter], 1.0) == pytest.approx(1e20 * 2**0.5)
    np.testing.assert_allclose(parameter.grad, 0.5**0.5, rtol=1e-6)


def test_clipping_leaves_small_gradients_alone():
    parameter = ad.Parameter(np.zeros(2))
    parameter.grad = np.array([3.0, 4.0])
    assert ad.clip_global_norm([parameter, ad.Parameter(1.0)], 10) == 5
    np.testing.assert_array_equal(parameter.grad, [3, 4])
    assert ad.clip_global_norm([parameter], 1) == 5
    np.testing.assert_allclose(parameter.grad, [0.6, 0.8])
    with pytest.raises(ValueError, match="positive"):
        ad.clip_global_norm([parameter], 0)


def test_an_update_between_forward_and_backward_is_found():
    w = ad.Parameter([1.0, 2.0], "w")
    graph = ad.Graph(ad.squared_norm(w))
    graph.backward()
    ad.SGD([w], 0.1).step()
    with pytest.raises(ad.GraphError, match="w was assigned to"):
        graph.backward()
