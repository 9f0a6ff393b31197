"""A mean over seeds and units: its standard error, interval and p are of one t-test."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ner_window.study.resampled_mean import ResampledMean, UnitEffects, within

UNIT = np.array([-1.0, 1.0])
UNITS = 40


def effects_of(deviation, units=UNITS, total=1e9):
    """Units of one size whose corrected deviation is this; a single mention hardly counts."""
    residuals = deviation * np.sqrt((1 - 1 / units) / units) * np.tile(UNIT, units // 2)
    return UnitEffects(residuals, np.full(units, 1 / units), total, 1)


def mean_of(value, of_seeds, of_units, of_both, of_rates=0.0, seeds=5):
    """A mean over 40 units whose resamples have just these standard deviations."""
    resamples = (of * UNIT for of in (of_seeds, of_units, of_both))
    again = np.sqrt(UNITS / (UNITS - 1))
    return ResampledMean(
        value, *resamples, seeds, effects_of(of_units * again), of_rates=of_rates * UNIT
    )


def test_standard_error_interval_and_p_by_hand():
    mean = mean_of(2.0, 0.5, 0.6, 0.9)
    again = 40 / 39
    variance = 0.25 + again * (2 * 0.36 + 0.25 - 0.81)
    error = variance**0.5
    freedom = variance**2 / (0.25**2 / 4 + (again * 0.36) ** 2 / 39)
    assert mean.standard_error == pytest.approx(error)
    assert mean.freedom == pytest.approx(freedom)
    assert mean.interval == pytest.approx(stats.t.interval(0.95, freedom, 2.0, error))
    assert mean.p == pytest.approx(2 * stats.t.sf(2.0 / error, freedom))
    assert mean.equivalence_p(3.0) == pytest.approx(stats.t.sf(1.0 / error, freedom))
    assert mean.equivalence_p(2.0) == pytest.approx(0.5)
    errors = stats.t.ppf(0.975, freedom) + stats.t.ppf(0.8, freedom)
    assert mean.detectable == pytest.approx(errors * error)
    assert (-1.0 * mean).p == mean.p


def test_chance_is_never_taken_for_less_than_that_of_seeds_or_of_units():
    assert mean_of(1.0, 0.2, 0.1, 2.0).standard_error == pytest.approx(0.2)
    assert mean_of(1.0, 0.1, 0.3, 2.0).standard_error == pytest.approx(0.3 * (40 / 39) ** 0.5)


def test_the_choice_of_a_learning_rate_adds_its_variance():
    without, chosen = mean_of(1.0, 0.3, 0.3, 0.4), mean_of(1.0, 0.3, 0.3, 0.4, of_rates=0.5)
    assert chosen.standard_error**2 == pytest.approx(without.standard_error**2 + 0.25)
    assert chosen.p > without.p


@pytest.mark.parametrize("seeds", [2, 3])
def test_few_seeds_that_happen_to_agree_are_not_taken_for_sure(seeds):
    """t^2 is the mean of both, by the variances that they are of."""
    mean = mean_of(1.0, 0.1, 0.3, 0.32, seeds=seeds)
    parts, freedoms = np.array([0.1**2, mean.standard_error**2 - 0.1**2]), np.array([seeds - 1, 39])
    low, high = mean.interval
    assert high - low == pytest.approx(2 * (parts @ stats.t.ppf(0.975, freedoms) ** 2) ** 0.5)
    assert mean.freedom < mean_of(1.0, 0.1, 0.3, 0.32, seeds=4).freedom
    alone = mean_of(1.0, 0.3, 0.0, 0.3, seeds=seeds)
    assert alone.freedom == pytest.approx(seeds - 1)


def test_what_does_not_vary_is_known_to_a_mention():
    still = (mean := mean_of(3.0, 0.5, 0.6, 0.8)) - mean
    still = replace(still, effects=replace(still.effects, total=200.0, size=2))
    assert (still.value, still.standard_error, still.p) == (0, 1, 1)
    assert still.interval == pytest.approx(stats.t.interval(0.95, 39, 0, 1))
    assert still.equivalence_p(9) < 0.001


@pytest.mark.parametrize("leverage", [np.full(4, 0.25), np.array([1.0, 0, 0, 0, 0, 0])])
def test_too_few_units_tell_nothing(leverage):
    effects = UnitEffects(np.zeros(len(leverage)), leverage, 30.0, 2)
    mean = ResampledMean(50.0, UNIT, UNIT, UNIT, 5, effects, 0 * UNIT)
    assert (mean.interval, mean.share_interval, mean.p, mean.equivalence_p(99)) == (
        None,
        None,
        1,
        1,
    )


def test_a_unit_with_many_mentions_makes_a_mean_less_sure():
    even, leverage = mean_of(1.0, 0.1, 0.5, 0.51), np.full(UNITS, 0.5 / (UNITS - 1))
    leverage[0] = 0.5
    uneven = replace(even, effects=replace(even.effects, leverage=leverage))
    assert uneven.standard_error > even.standard_error
    assert uneven.freedom < even.freedom / 2


def test_sums_are_those_of_each_resample():
    rng = np.random.default_rng(1)
    one, other = (
        ResampledMean(v, *rng.normal(v, 1, (3, 50)), 3, effects_of(1.0), np.full(50, v))
        for v in (4.0, 6.0)
    )
    between = 0.25 * one + 0.75 * other
    assert between.value == 5.5
    np.testing.assert_allclose(between.of_both, 0.25 * one.of_both + 0.75 * other.of_both)
    np.testing.assert_allclose(between.effects.residuals, one.effects.residuals)
    assert (other - one).value == 2


def test_the_interval_of_the_mean_of_an_arm_stays_between_0_and_100():
    mean = replace(mean_of(99.0, 0.5, 0.5, 0.7), effects=effects_of(0.5, total=2000.0))
    low, high = mean.share_interval
    assert 90 < low < 99 < high < 100
    whole = replace(mean_of(100.0, 0.0, 0.0, 0.0), effects=effects_of(0.0, total=60.0))
    low, high = whole.share_interval
    assert low == pytest.approx(100 * 60 / (60 + 1.96**2), abs=0.01)  # Wilson's, of 60 mentions
    assert high == pytest.approx(100)


def test_a_difference_of_percentages_is_at_most_100():
    assert within((-120.0, 130.0)) == (-100, 100)
    assert within((-20.0, 130.0), 200) == (-20, 130)
    assert within(None) is None
