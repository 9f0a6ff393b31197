"""A mean over seeds and units: its standard error, interval and p are of one t-test."""

import numpy as np
import pytest
from scipy import stats

from ner_window.study.resampled_mean import ResampledMean


def mean_of(value, of_seeds, of_units, of_both, of_rates=0.0):
    """A mean over 5 seeds and 40 units whose resamples have just these standard deviations."""
    unit = np.array([-1.0, 1.0])
    resamples = (of * unit for of in (of_seeds, of_units, of_both))
    return ResampledMean(value, *resamples, seeds=5, units=40, of_rates=of_rates * unit)


def test_standard_error_interval_and_p_by_hand():
    mean = mean_of(2.0, 0.5, 0.6, 0.9)
    again = 40 / 39
    variance = 0.25 + again * (2 * 0.36 + 0.25 - 0.81)
    error = variance**0.5
    freedom = variance**2 / (0.25**2 / 4 + (again * 0.36) ** 2 / 39)
    assert mean.standard_error == pytest.approx(error)
    assert mean.interval == pytest.approx(stats.t.interval(0.95, freedom, 2.0, error))
    assert mean.p == pytest.approx(2 * stats.t.sf(2.0 / error, freedom))
    assert mean.equivalence_p(3.0) == pytest.approx(stats.t.sf(1.0 / error, freedom))
    assert mean.equivalence_p(2.0) == pytest.approx(0.5)
    assert (-1.0 * mean).p == mean.p


def test_chance_is_never_taken_for_less_than_that_of_seeds_or_of_units():
    assert mean_of(1.0, 0.2, 0.1, 2.0).standard_error == pytest.approx(0.2)
    assert mean_of(1.0, 0.1, 0.3, 2.0).standard_error == pytest.approx(0.3 * (40 / 39) ** 0.5)


def test_the_choice_of_a_learning_rate_adds_its_variance():
    without, chosen = mean_of(1.0, 0.3, 0.3, 0.4), mean_of(1.0, 0.3, 0.3, 0.4, of_rates=0.5)
    assert chosen.standard_error**2 == pytest.approx(without.standard_error**2 + 0.25)
    assert chosen.p > without.p


def test_what_does_not_vary_tells_nothing():
    mean = mean_of(3.0, 0.5, 0.6, 0.8)
    still = mean - mean
    assert (still.value, still.standard_error, still.interval, still.p) == (0, 0, None, 1)
    assert still.percentile_interval(0, 100) is None
    constant = [np.full(500, 3.3) * (1 + 4e-16 * (np.arange(500) % 2)) for _ in range(4)]
    alike = ResampledMean(3.3, *constant[:3], seeds=5, units=40, of_rates=constant[3])
    assert (alike.interval, alike.p, alike.equivalence_p(9)) == (None, 1, 1)
    assert alike.percentile_interval(0, 100) is None


def test_sums_are_those_of_each_resample():
    rng = np.random.default_rng(1)
    one, other = (
        ResampledMean(v, *rng.normal(v, 1, (3, 50)), 3, 9, np.full(50, v)) for v in (4.0, 6.0)
    )
    between = 0.25 * one + 0.75 * other
    assert between.value == 5.5
    np.testing.assert_allclose(between.of_both, 0.25 * one.of_both + 0.75 * other.of_both)
    assert (other - one).value == 2


def test_the_interval_of_a_mean_with_bounds_stays_between_them():
    around = 99 + np.random.default_rng(2).normal(0, 1, (3, 500))
    mean = ResampledMean(99.0, *around, seeds=5, units=40, of_rates=np.full(500, 99.0))
    low, high = mean.percentile_interval(0, 100)
    assert 90 < low < 99
    assert high == 100
    assert mean.interval[1] > 100
