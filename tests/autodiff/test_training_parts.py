"""Initializers, schedules and the gradient check itself."""

import math

import numpy as np
import pytest

import autodiff as ad
from autodiff import initializers, schedules


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("xavier_uniform", 2 / 800),
        ("xavier_normal", 2 / 800),
        ("he_uniform", 2 / 500),
        ("he_normal", 2 / 500),
    ],
)
def test_initializers_have_their_variance(name, variance):
    weights = getattr(initializers, name)(np.random.default_rng(0), (300, 500))
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(0, abs=0.001)
    assert weights.var() == pytest.approx(variance, rel=0.02)
    if name.endswith("uniform"):
        assert np.abs(weights).max() <= math.sqrt(3 * variance)


def test_zeros_and_uniform():
    assert not initializers.zeros((2, 3)).any()
    assert initializers.uniform(np.random.default_rng(0), (1000,), 0.5).var() == pytest.approx(
        0.25 / 3, rel=0.1
    )


@pytest.mark.parametrize(
    ("schedule", "step", "factor"),
    [
        (schedules.constant(), 1000, 1),
        (schedules.linear(10), 0, 1),
        (schedules.linear(10), 5, 0.5),
        (schedules.linear(10), 11, 0),
        (schedules.cosine(10), 5, 0.5),
        (schedules.cosine(10), 10, 0),
        (schedules.halving(10, every=2), 19, 1),
        (schedules.halving(10, every=2), 20, 0.5),
        (schedules.halving(10, every=2), 45, 0.25),
        (schedules.exponential(10, rate=0.5), 15, math.exp(-0.75)),
        (schedules.triangular(4, lowest=0.2), 0, 0.2),
        (schedules.triangular(4, lowest=0.2), 4, 1),
        (schedules.triangular(4, lowest=0.2), 6, 0.6),
        (schedules.triangular(4, lowest=0.2), 12, 1),
        (schedules.triangular2(4, lowest=0.2), 4, 1),
        (schedules.triangular2(4, lowest=0.2), 12, 0.6),
        (schedules.warm_up(4, schedules.linear(10)), 0, 0.25),
        (schedules.warm_up(4, schedules.linear(10)), 3, 1),
        (schedules.warm_up(4, schedules.linear(10)), 4, 1),
        (schedules.warm_up(4, schedules.linear(10)), 9, 0.5),
    ],
)
def test_schedules(schedule, step, factor):
    assert schedule(step) == pytest.approx(factor)


def test_reduce_on_plateau_follows_the_score_and_its_state_is_saved():
    schedule = schedules.ReduceOnPlateau(patience=1, by=0.5)
    factors = []
    for score in (1, 2, 2, 2, 3, 2, 2, 2, 2):
        schedule.observe(score)
        factors.append(schedule(0))
    assert factors == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
    other = schedules.ReduceOnPlateau(patience=1, by=0.5)
    other.load_state_dict(schedule.state_dict())
    assert other.state_dict() == schedule.state_dict()
    assert other(0) == 0.125


def test_a_gradient_check_needs_a_scalar_in_float64():
    with pytest.raises(ad.GraphError, match="scalar"):
        ad.gradient_check(ad.Graph(ad.Parameter([1.0, 2.0]) * 2.0))
    with pytest.raises(ad.GraphError, match="float64"):
        ad.gradient_check(ad.Graph(ad.sum(ad.Parameter(np.ones(2, np.float32)))))


def test_a_gradient_check_restores_the_sources():
    x = ad.Parameter([1.0, 2.0], "x")
    (report,) = ad.gradient_check(ad.Graph(ad.squared_norm(x)))
    assert report.passed
    assert "x " in str(report)
    np.testing.assert_array_equal(x.data, [1, 2])


def test_zero_weights_never_break_symmetry():
    rng = np.random.default_rng(0)
    x, tags = rng.normal(size=(20, 4)), rng.integers(0, 2, 20)
    w, b = ad.Parameter(np.zeros((3, 4))), ad.Parameter(np.zeros(3))
    u, c = ad.Parameter(np.full((2, 3), 0.5)), ad.Parameter(np.zeros(2))
    h = ad.tanh(ad.affine(ad.Tensor(x), w, b))
    graph = ad.Graph(ad.softmax_cross_entropy(ad.affine(h, u, c), ad.Tensor(tags)))
    optimizer = ad.SGD([w, b, u, c], 0.5)
    for _ in range(50):
        graph.forward()
        graph.backward()
        optimizer.step()
    np.testing.assert_array_equal(w.data[0], w.data[1])
    np.testing.assert_array_equal(w.data[0], w.data[2])
