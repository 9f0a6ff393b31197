"""How numbers look on pages: no more digits than their intervals carry, and a true minus.

Terminal, JSON and CSV have them in full (``wording``).
"""

from __future__ import annotations

import re

MINUS = "\N{MINUS SIGN}"
UNDEFINED = "-"
NARROW = 1.0  # percentage points: an interval that is narrower carries a second decimal
LEAST_P = 0.001

Bounds = tuple[float, float]


def percent_figure(value: float | None, interval: Bounds | None = None) -> str:
    """Return ``84.9``, ``84.93`` where the interval is narrow, ``-`` of what is not defined."""
    return UNDEFINED if value is None else _with_minus(f"{value:.{decimals(interval)}f}")


def signed_figure(value: float | None, interval: Bounds | None = None) -> str:
    """Return a difference with its sign, its digits as those of ``percent_figure``."""
    return UNDEFINED if value is None else _with_minus(f"{value:+.{decimals(interval)}f}")


def interval_figure(interval: Bounds | None) -> str:
    """Return ``80.1 to 84.9``, and ``-`` where there is no interval."""
    if interval is None:
        return UNDEFINED
    low, high = (percent_figure(end, interval) for end in interval)
    return f"{low} to {high}"


def p_figure(p: float | None) -> str:
    """Return ``0.23``, ``0.012`` and ``< 0.001``: more digits than these carry nothing."""
    if p is None:
        return UNDEFINED
    if p < LEAST_P:
        return f"< {LEAST_P}"
    return f"{p:.2f}" if p >= 0.1 else f"{p:.3f}"


def rounded_figure(value: float | None) -> str:
    """Return a number of any size with three digits."""
    return UNDEFINED if value is None else _with_minus(f"{value:.3g}")


def hundredths_figure(value: float | None) -> str:
    """Return a number from -1 to 1, a cosine or a correlation, with two decimals."""
    return UNDEFINED if value is None else _with_minus(f"{value:.2f}")


def share_figure(value: float) -> str:
    """Return a share of 1 in percent, never rounded to none or all."""
    if value < 0.005:
        return "under 1%"
    return "over 99%" if value >= 0.995 else f"{value:.0%}"


def with_minuses(text: str) -> str:
    """Return a sentence with true minuses: before numbers, and between what is subtracted."""
    return re.sub(r"(?<![\w.])-(?=\d)|(?<= )-(?= )", MINUS, text)


def decimals(interval: Bounds | None) -> int:
    """Return how many decimals a figure in percent has beside its interval."""
    is_narrow = interval is not None and interval[1] - interval[0] < NARROW
    return 2 if is_narrow else 1


def _with_minus(number: str) -> str:
    """Return a number with a true minus; what rounds to nothing has no sign."""
    if not number.strip("+-0."):
        return number.lstrip("+-")
    return number.replace("-", MINUS)
