"""Resampling: the same in a loop, and true to its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.evaluation.bootstrap import percentile_interval, resampled
from ner_window.evaluation.intervals import figures


def drawn_counts(units, seed):
    """Gold, predicted and correct of each unit, (units, 3)."""
    rng = np.random.default_rng(seed)
    gold, found = rng.integers(0, 5, (2, units))
    return np.stack((gold, found, rng.integers(0, np.minimum(gold, found) + 1)), axis=1)


@given(st.integers(1, 8), st.integers(0, 99))
def test_every_resample_draws_as_many_units_as_there_are(units, seed):
    assert (resampled(np.ones((units, 1)), 20, seed) == units).all()


def test_resamples_are_those_of_a_loop():
    counts = drawn_counts(7, 1)
    rng = np.random.default_rng(5)
    expected = [counts[drawn].sum(axis=0) for drawn in rng.integers(0, 7, (30, 7))]
    np.testing.assert_array_equal(resampled(counts, 30, 5), expected)
    in_parts = resampled(counts, 30, 5, entries_at_once=20)  # a few resamples at a time
    np.testing.assert_array_equal(in_parts, expected)


def test_the_interval_has_the_width_that_theory_says():
    rng = np.random.default_rng(0)
    correct = rng.integers(0, 2, 400)
    counts = np.stack((np.ones_like(correct), np.ones_like(correct), correct), axis=1)
    low, high = percentile_interval(figures(resampled(counts))[:, 1])
    share = correct.mean()
    deviation = 100 * np.sqrt(share * (1 - share) / 400)
    assert high - low == pytest.approx(2 * 1.96 * deviation, rel=0.1)
    assert low < 100 * share < high


def test_resamples_without_a_figure_are_left_out():
    assert percentile_interval(np.array([np.nan, 3.0, np.nan])) == (3.0, 3.0)
    assert percentile_interval(np.array([np.nan])) is None
