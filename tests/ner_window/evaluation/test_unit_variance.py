"""The degrees of freedom of a variance, as its covariance matrix has them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.evaluation.unit_variance import corrected_variance, degrees_of_freedom


@given(st.lists(st.integers(1, 20), min_size=2, max_size=12), st.sampled_from([1, 2]))
def test_degrees_of_freedom_are_those_of_the_matrix(sizes, power):
    leverage = np.array(sizes) / sum(sizes)
    to_residual = np.eye(len(sizes)) - np.outer(leverage, np.ones(len(sizes)))
    scale = np.diag((1 - leverage) ** -0.5)
    covariance = scale @ to_residual @ np.diag(leverage**power) @ to_residual.T @ scale
    expected = np.trace(covariance) ** 2 / (covariance**2).sum()
    assert degrees_of_freedom(leverage, leverage**power) == pytest.approx(expected)


@pytest.mark.parametrize("units", [2, 5, 40])
def test_of_equal_units_one_degree_is_used_up(units):
    leverage = np.full(units, 1 / units)
    assert degrees_of_freedom(leverage, leverage) == pytest.approx(units - 1)
    residuals = np.arange(units) - (units - 1) / 2
    assert corrected_variance(residuals / units, leverage) == pytest.approx(
        residuals.var(ddof=1) * units / units**2
    )
