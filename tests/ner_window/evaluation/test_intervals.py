"""Intervals of precision, recall and F1: by hand, at the ends, and by laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.evaluation.intervals import figure_intervals, figures, share_intervals
from ner_window.scoring.score import Counts

COUNTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(0, 1)), min_size=2, max_size=12
)


def counts_of(units):
    """Gold, predicted and correct of each unit, (units, 3)."""
    rows = [(gold, found, int(share * min(gold, found))) for gold, found, share in units]
    return np.array(rows)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_figures_are_those_of_the_scorer(gold, found, correct):
    correct = min(gold, found, correct)
    counts = Counts(gold, found, correct)
    expected = [counts.precision, counts.recall, counts.f1]
    values = figures(np.array([gold, found, correct]))
    np.testing.assert_allclose(np.nan_to_num(values), expected, atol=1e-12)
    assert np.isnan(values).tolist() == [not found, not gold, not gold + found]


def test_of_many_alike_units_it_is_that_of_a_share():
    """Mentions that are independent, one in each unit: Wilson's interval of so many."""
    parts = np.repeat([1.0, 0.0], [300, 100])
    low, high = share_intervals(parts, np.ones(400))
    share, z2 = 0.75, 1.96**2 / 400
    half = np.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2)
    middle = (share + z2 / 2) / (1 + z2)
    assert (low, high) == pytest.approx((middle - half, middle + half), abs=0.001)


def test_units_that_differ_have_wider_intervals_than_their_mentions():
    alike, apart = np.full(20, 15.0), np.repeat([20.0, 10.0], 10)
    widths = [np.diff(share_intervals(parts, np.full(20, 20.0)))[0] for parts in (alike, apart)]
    assert widths[1] > 1.5 * widths[0]


def test_where_all_is_right_there_is_room_below():
    ends = figure_intervals(np.full((10, 3), 3))
    assert ends[:, 1] == pytest.approx(100)
    assert 80 < ends[0, 0] == ends[1, 0] == ends[2, 0] < 95


@pytest.mark.parametrize("units", [[[9, 9, 5]], [[9, 9, 5], [0, 0, 0]], [[0, 0, 0]] * 3])
def test_a_single_unit_has_no_interval(units):
    assert np.isnan(figure_intervals(np.array(units))).all()


@given(COUNTS)
def test_an_interval_holds_its_figure_and_stays_within_0_and_100(units):
    counts = counts_of(units)
    for (low, high), figure in zip(
        figure_intervals(counts), figures(counts.sum(axis=0)), strict=True
    ):
        if not np.isnan(low):
            assert 0 <= low <= figure + 1e-9
            assert figure - 1e-9 <= high <= 100
            assert low < high


@given(COUNTS)
def test_the_order_of_units_and_units_without_mentions_are_of_no_account(units):
    counts = counts_of(units)
    other = np.concatenate((counts[::-1], np.zeros((3, 3), int)))
    np.testing.assert_allclose(figure_intervals(counts), figure_intervals(other), atol=1e-6)


@given(COUNTS)
def test_groups_have_the_intervals_that_each_has_alone(units):
    counts = counts_of(units)
    both = figure_intervals(np.stack((counts, counts[::-1] // 2), axis=1))
    np.testing.assert_allclose(both[0], figure_intervals(counts), atol=1e-6)
