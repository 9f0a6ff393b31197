"""The test of a difference of F1, and approximate randomization beside it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ner_window.evaluation.paired_test import paired_tests


def drawn_counts(units, seed):
    """Gold, predicted and correct of each unit, (units, 3)."""
    rng = np.random.default_rng(seed)
    gold, found = rng.integers(0, 5, (2, units))
    return np.stack((gold, found, rng.integers(0, np.minimum(gold, found) + 1)), axis=1)


@given(st.integers(5, 30), st.integers(0, 99))
def test_a_system_does_not_differ_from_itself(units, seed):
    counts = drawn_counts(units, seed)
    result = paired_tests(counts, counts)
    assert (result.difference, result.p, result.randomization_p) == (0, 1, 1)
    low, high = result.interval
    assert low == -high < 0  # on other text the two may differ


@given(st.integers(5, 30), st.integers(0, 99))
def test_the_difference_changes_sign_with_the_sides(units, seed):
    one, other = drawn_counts(units, seed), drawn_counts(units, seed + 1)
    other[:, 0] = one[:, 0]
    other[:, 2] = np.minimum(other[:, 2], one[:, 0])
    there, back = paired_tests(one, other), paired_tests(other, one)
    assert there.difference == pytest.approx(-back.difference)
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
    assert there.p == pytest.approx(back.p)
    assert there.randomization_p == pytest.approx(back.randomization_p, abs=0.02)
    assert 0 < there.randomization_p <= 1


@given(st.integers(2, 40), st.integers(0, 999))
def test_interval_and_verdict_agree(units, seed):
    one, other = drawn_counts(units, seed), drawn_counts(units, seed + 1000)
    result = paired_tests(one, other)
    if result.interval is not None:
        low, high = result.interval
        assert result.is_detected == (low > 0 or high < 0) == (result.p < 0.05)


@pytest.mark.parametrize("units", [0, 1])
def test_of_a_single_unit_nothing_is_told(units):
    counts = np.tile([3, 3, 2], (units, 1)).astype(int)
    result = paired_tests(counts, counts)
    assert (result.interval, result.p, result.detectable, result.is_detected) == (
        *(None, None, None),
        False,
    )


def test_randomization_is_that_of_all_shuffles():
    """With three units that differ, each of the eight shuffles can be looked at."""
    one = np.array([[1, 1, 1], [1, 1, 0], [1, 1, 0], [1, 1, 0], [1, 1, 1]])
    other = np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]])
    result = paired_tests(one, other)
    assert result.difference == pytest.approx(60)
    assert result.randomization_p == pytest.approx(2 / 8, abs=0.02)


def test_a_clear_difference_is_found():
    one, other = np.tile([1, 1, 0], (300, 1)), np.tile([1, 1, 0], (300, 1))
    other[::3, 2] = 1
    result = paired_tests(one, other)
    assert result.interval[0] > 0
    assert result.p < 1e-6
    assert result.randomization_p == pytest.approx(1 / 10001)
    errors = stats.t.ppf(0.975, result.freedom) + stats.t.ppf(0.8, result.freedom)
    assert result.detectable == pytest.approx(errors * result.standard_error)
    assert 2.8 < errors < 2.83


def test_a_difference_that_is_the_same_everywhere_is_found():
    one, other = np.tile([2, 2, 1], (30, 1)), np.tile([2, 2, 2], (30, 1))
    result = paired_tests(one, other)
    assert result.is_detected
    assert result.interval[0] < result.difference < result.interval[1]
