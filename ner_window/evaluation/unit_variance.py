"""The variance of what is summed over few units of unequal size, and how sure that variance is.

A ratio of two sums over units, such as F1, varies as the sum of its residuals: what is in the
numerator of a unit less the ratio times its denominator (Taylor's linearization; Cochran 1977,
section 6.3). A unit that has a large share of the denominators, its *leverage*, draws the ratio to
itself, so that its residual is too small: it is divided by sqrt(1 - leverage), and the quantiles
are those of t with fewer degrees of freedom than units (CR2; Bell and McCaffrey 2002).
"""

from __future__ import annotations

import numpy as np

from ner_window.arrays import FloatArray


def corrected_variance(residuals: FloatArray, leverage: FloatArray) -> FloatArray:
    """Return the variance of the sum of residuals (units, ...), given the leverage of the units.

    It is NaN or infinite where a single unit has all of the leverage.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        variance: FloatArray = (residuals**2 / (1 - leverage)).sum(axis=0)
    return variance


def degrees_of_freedom(leverage: FloatArray, variances: FloatArray) -> FloatArray:
    """Return Satterthwaite's degrees of freedom of the corrected variance, (...).

    Parameters
    ----------
    leverage
        Of the units, (units, ...); its sum over the units is 1.
    variances
        What the variances of the units are taken to be proportional to, (units, ...): the leverage,
        if what is in a unit is independent; its square, if it is wholly alike.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / (1 - leverage)
        total = variances.sum(axis=0)
        # the residuals' covariance is diag(variances) plus a matrix of rank 2, of leverage and
        # variances, whose squares are summed by its 2 by 2 core
        added = total * leverage**2 - 2 * leverage * variances
        trace = (weight * (variances + added)).sum(axis=0)
        hh, hv, vv = (
            (weight * one * other).sum(axis=0)
            for one, other in (
                (leverage, leverage),
                (leverage, variances),
                (variances, variances),
            )
        )
        of_rank_two = (total * hh - hv) ** 2 + hv**2 + 2 * (total * hv - vv) * -hh
        diagonal = (weight**2 * (variances**2 + 2 * variances * added)).sum(axis=0)
        freedom: FloatArray = trace**2 / (of_rank_two + diagonal)
    return freedom
