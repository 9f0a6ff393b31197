"""Whether entities that a model is 80% sure of are correct 80% of the time.

Sources: reliability tables, Niculescu-Mizil and Caruana 2005; the expected calibration
error, Naeini et al. 2015 and Guo et al. 2017, equation 3.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from ner_window.arrays import BoolArray, FloatArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The predicted entities with a confidence from ``low`` up to ``high``.

    ``confidence`` is their mean confidence and ``precision`` the share of them that is correct, in
    percent; both are None where there are none.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    precision: float | None


@dataclass(frozen=True)
class Calibration:
    """The bins of a reliability table and the expected calibration error, in points of percent."""

    bins: list[Bin]
    expected_error: float

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{'confidence':<22}{'found':>7}{'mean':>8}{'correct':>9}"]
        for bin_ in self.bins:
            shares = (
                f"{bin_.confidence:>7.1f}%{bin_.precision:>8.1f}%"
                if bin_.confidence is not None
                else f"{'-':>8}{'-':>9}"
            )
            lines.append(f"  {bin_.low:>3.0f} to {bin_.high:>3.0f}%{bin_.count:>16}{shares}")
        lines.append(f"expected calibration error: {self.expected_error:.2f} points")
        return "\n".join(lines)


def calibration(confidences: FloatArray, is_correct: BoolArray) -> Calibration:
    """Compare confidences (n,), from 0 to 1, with what is correct (n,), in ten bins.

    The expected calibration error is the mean over the entities of the distance between confidence
    and precision of their bin; 0 where there are no entities.
    """
    numbers = np.minimum((confidences * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(numbers, minlength=BINS)
    sure, right = (
        np.bincount(numbers, weights=values, minlength=BINS) for values in (confidences, is_correct)
    )
    bins = [
        Bin(
            low=100 * number / BINS,
            high=100 * (number + 1) / BINS,
            count=count,
            confidence=100 * float(sure[number]) / count if count else None,
            precision=100 * float(right[number]) / count if count else None,
        )
        for number, count in enumerate(counts.tolist())
    ]
    error = 100 * float(np.abs(sure - right).sum()) / max(len(confidences), 1)
    return Calibration(bins, error)
