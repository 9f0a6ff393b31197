"""Resampling: the same in a loop, and true to its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.evaluation.bootstrap import (
    Units,
    figures,
    paired_tests,
    percentile_interval,
    resampled,
)
from ner_window.scoring.score import Counts


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


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_figures_are_those_of_the_scorer(gold, found, correct):
    correct = min(gold, found, correct)
    counts = Counts(gold, found, correct)
    expected = [counts.precision, counts.recall, counts.f1]
    values = figures(np.array([gold, found, correct]))
    np.testing.assert_allclose(np.nan_to_num(values), expected, atol=1e-12)
    assert np.isnan(values).tolist() == [not found, not gold, not gold + found]


def test_resamples_without_a_figure_are_left_out():
    assert percentile_interval(np.array([np.nan, 3.0, np.nan])) == (3.0, 3.0)
    assert percentile_interval(np.array([np.nan])) is None


@given(st.integers(1, 30), st.integers(0, 99))
def test_a_system_does_not_differ_from_itself(units, seed):
    counts = drawn_counts(units, seed)
    result = paired_tests(counts, counts)
    assert result.difference == 0
    assert result.interval == (0, 0)
    assert result.bootstrap_p == result.randomization_p == 1
    assert result.detectable == 0


@given(st.integers(1, 30), st.integers(0, 99))
def test_the_difference_changes_sign_with_the_sides(units, seed):
    one, other = drawn_counts(units, seed), drawn_counts(units, seed + 1)
    other[:, 0] = one[:, 0]
    other[:, 2] = np.minimum(other[:, 2], one[:, 0])
    there, back = paired_tests(one, other), paired_tests(other, one)
    assert there.difference == pytest.approx(-back.difference)
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
    assert there.bootstrap_p == pytest.approx(back.bootstrap_p)
    assert there.randomization_p == pytest.approx(back.randomization_p, abs=0.02)
    assert 0 < there.randomization_p <= 1


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
    assert result.bootstrap_p == pytest.approx(1 / 1001)
    assert result.randomization_p == pytest.approx(1 / 10001)
    assert result.detectable == pytest.approx(2.8 * result.standard_error)


def test_units_are_documents_where_the_text_marks_them():
    text = Tokens.of([["a"], ["b"], ["c"]])
    assert Units.of(text).name == "sentences"
    with pytest.raises(InputError, match="no documents to resample"):
        Units.of(text, "documents")
    marked = Tokens(text.words, text.lengths, documents=np.array([3, 3, 7]))
    units = Units.of(marked)
    assert (units.name, units.count, units.of_sentence.tolist()) == ("documents", 2, [0, 0, 1])
    assert Units.of(marked, "sentences").count == 3
    counted = units.counts(np.array([0, 1, 2, 2]), np.array([0, 1, 1, 1]), 2)
    assert counted.tolist() == [[1, 1], [0, 2]]
