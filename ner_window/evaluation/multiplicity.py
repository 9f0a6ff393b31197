"""Several tests at a time: p-values that are corrected for their number."""

from __future__ import annotations

from collections.abc import Sequence


def holm(values: Sequence[float]) -> list[float]:
    """Return Holm's p of each p: p (m - rank), never below that of a smaller p, at most 1.

    Rejecting where it is below 5% makes a false claim, whichever differences are real, in at most
    5% of families of tests (Holm 1979).
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, largest = [0.0] * len(values), 0.0
    for rank, number in enumerate(order):
        largest = max(largest, min(values[number] * (len(order) - rank), 1.0))
        adjusted[number] = largest
    return adjusted
