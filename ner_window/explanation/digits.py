"""Numbers that stand below each other: with as many decimals, so that they can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence

DIGITS = 3  # of the smallest number of a column
MOST_DECIMALS = 5
LEAST_SHARE = 0.001


def comparable(values: Sequence[float]) -> list[str]:
    """Return numbers with equal decimals: three digits of the smallest, five decimals at most.

    Numbers that are all smaller than that carry a power of ten.
    """
    sizes = [abs(value) for value in values if value and math.isfinite(value)]
    if sizes and (max(sizes) < 10.0 ** (DIGITS - 1 - MOST_DECIMALS) or max(sizes) >= 1e6):
        return [f"{value:.{DIGITS - 1}e}" for value in values]
    decimals = max((DIGITS - 1 - math.floor(math.log10(size)) for size in sizes), default=0)
    return [f"{value:.{min(max(decimals, 0), MOST_DECIMALS)}f}" for value in values]


def percentage(share: float) -> str:
    """Return ``93.2%``, and never 0 or 100: ``under 0.1%``, ``over 99.9%``."""
    if share < LEAST_SHARE:
        return f"under {LEAST_SHARE:.1%}"
    return f"over {1 - LEAST_SHARE:.1%}" if share > 1 - LEAST_SHARE else f"{share:.1%}"
