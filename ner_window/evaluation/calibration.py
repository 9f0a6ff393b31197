"""Whether entities that a model is 80% sure of are correct 80% of the time.

What a confidence means stands in :mod:`ner_window.model.confidence`. Sources: reliability tables,
Niculescu-Mizil and Caruana 2005; the expected calibration error, Naeini et al. 2015 and Guo et al.
2017, equation 3. It is never 0, not even for a perfectly calibrated model (Roelofs et al. 2022),
so that what such a model would show stands beside it: labels drawn from the confidences, as in the
consistency sampling of Broecker and Smith 2007.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from rich.console import Group

from ner_window.arrays import FloatArray, IntArray
from ner_window.evaluation.bootstrap import RESAMPLES, SEED, percentile_interval
from ner_window.evaluation.intervals import LEVEL
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.sureness import Sureness, sureness
from ner_window.evaluation.units import Units
from ner_window.terminal import Column, Role, Shown, Table, together
from ner_window.wording import interval_text

BINS = 10
LABELS_AT_ONCE = 1 << 22  # bounds the memory
DRAWN_ONE_BY_ONE = 20_000  # labels; of more, the sums of bins are drawn
ROUNDING = 1e-9  # points, by which sums in another order may differ


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

    def joined(self, higher: Bin) -> Bin:
        """Return this bin and the next one as one."""
        count = self.count + higher.count
        return Bin(
            self.low,
            higher.high,
            count,
            _mean(count, (self.count, self.confidence), (higher.count, higher.confidence)),
            _mean(count, (self.count, self.precision), (higher.count, higher.precision)),
        )


def _mean(count: int, *parts: tuple[int, float | None]) -> float | None:
    return sum(n * (value or 0) for n, value in parts) / count if count else None


@dataclass(frozen=True)
class Calibration(Shown):
    """A reliability table, and what it comes to.

    ``expected_error`` is the expected calibration error, in points of percent. With the same
    confidences, a perfectly calibrated model would show ``perfect_mean`` on average, and in 95% of
    cases a value within ``perfect_range``. ``total`` is about all entities, ``types`` about those
    of each type.
    """

    bins: list[Bin]
    expected_error: float
    perfect_mean: float
    perfect_range: tuple[float, float]
    total: Sureness
    types: dict[str, Sureness]

    def bins_of(self, least: int) -> list[Bin]:
        """Return the bins in order, neighbors joined until each has so many entities, if it can."""
        joined: list[Bin] = []
        for bin_ in self.bins:
            if joined and joined[-1].count < least:
                bin_ = joined.pop().joined(bin_)
            joined.append(bin_)
        if len(joined) > 1 and joined[-1].count < least:
            last = joined.pop()
            joined.append(joined.pop().joined(last))
        return joined

    @property
    def is_within_chance(self) -> bool:
        """Whether a perfectly calibrated model would show more in 1 of 40 cases at least."""
        return self.expected_error <= self.perfect_range[1] + ROUNDING

    @property
    def disagreement(self) -> str | None:
        """Why the error and the difference of all entities say different things, if they do."""
        if self.total.interval is None or self.is_within_chance == (self.total.tendency is None):
            return None
        if self.is_within_chance:
            return (
                f"the model is {self.total.tendency} though the error is within chance: the error "
                "is of ten bins, regardless of their signs, so that it takes more entities to tell "
                "a shift of one sign"
            )
        return (
            "the error is beyond chance though neither over- nor under-confidence is detected: "
            "bins may be off in both directions, or entities of a document right or wrong together"
        )

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        types = {name: row.as_dict() for name, row in self.types.items()}
        return {**asdict(self), "total": self.total.as_dict(), "types": types}

    def __rich__(self) -> Group:
        """Return the bins, what they come to, and what is so of each type."""
        bins = [Column("confidence", is_number=False), *map(Column, ("found", "mean", "right"))]
        types = [
            Column("by type", is_number=False, wraps=True),
            *map(Column, ("found", "says", "right", "difference")),
            Column(f"{LEVEL}% interval", is_number=False, role=Role.interval),
        ]
        return together(
            Table(bins, map(_bin_cells, self.bins)),
            f"expected calibration error: {self.expected_error:.2f} points",
            f"a perfectly calibrated model with these confidences: {self.perfect_mean:.2f} points, "
            f"{LEVEL}% of the time {interval_text(self.perfect_range)}",
            self.total,
            *([self.disagreement] if self.disagreement else []),
            Table(types, [_type_cells(name, row) for name, row in self.types.items()]),
        )


def _bin_cells(bin_: Bin) -> list[str]:
    return [f"  {bin_.low:>3.0f} to {bin_.high:>3.0f}%", str(bin_.count), *_shares(bin_)]


def _type_cells(name: str, row: Sureness) -> list[str]:
    figures = [*_shares(row), _signed(row.difference), interval_text(row.interval)]
    return [f"  {name}", str(row.count), *figures]


def _shares(row: Bin | Sureness) -> tuple[str, str]:
    if row.confidence is None:
        return "-", "-"
    return f"{row.confidence:.1f}%", f"{row.precision:.1f}%"


def _signed(difference: float | None) -> str:
    return "-" if difference is None else f"{difference:+.2f}"


def calibration(
    confidences: FloatArray, mentions: Mentions, units: Units, seed: int = SEED
) -> Calibration:
    """Compare the confidences of predicted entities with which of them are correct.

    The expected calibration error is the mean over the entities of the distance between confidence
    and precision of their bin, of ten; 0 where there are no entities.

    Parameters
    ----------
    confidences
        Of the predicted mentions, (n,), from 0 to 1.
    mentions
        Gold and predicted mentions.
    units
        What the intervals draw.
    seed
        Of what is drawn.
    """
    is_correct, numbers = mentions.is_correct, _bin_of(confidences)
    counts, sure, right = (
        np.bincount(numbers, weights=values, minlength=BINS)
        for values in (np.ones_like(confidences), confidences, is_correct)
    )
    bins = [
        Bin(
            low=100 * number / BINS,
            high=100 * (number + 1) / BINS,
            count=int(count),
            confidence=100 * float(sure[number]) / count if count else None,
            precision=100 * float(right[number]) / count if count else None,
        )
        for number, count in enumerate(counts.tolist())
    ]
    perfect = perfect_errors(confidences, seed)
    low, high = percentile_interval(perfect) or (0.0, 0.0)
    total, types = sureness(confidences, mentions, units)
    return Calibration(
        bins=bins,
        expected_error=100 * float(np.abs(sure - right).sum()) / max(len(confidences), 1),
        perfect_mean=float(perfect.mean()),
        perfect_range=(low, high),
        total=total,
        types=types,
    )


def _bin_of(confidences: FloatArray) -> IntArray:
    numbers: IntArray = np.minimum((confidences * BINS).astype(np.int64), BINS - 1)
    return numbers


def perfect_errors(
    confidences: FloatArray, seed: int = SEED, one_by_one: int = DRAWN_ONE_BY_ONE
) -> FloatArray:
    """Return what the expected calibration error would be if the confidences were right, in points.

    Each entity is correct with the probability that its confidence (n,) says, by itself: where
    entities of a document are right and wrong together, chance alone shows more. Of more than
    ``one_by_one`` entities the sums of the bins are drawn from normal distributions.
    """
    rng, numbers = np.random.default_rng(seed), _bin_of(confidences)
    if len(confidences) > one_by_one:
        variances = np.bincount(numbers, weights=confidences * (1 - confidences), minlength=BINS)
        sums = rng.normal(0, np.sqrt(variances), (RESAMPLES, BINS))
    else:
        is_in = (numbers[:, np.newaxis] == np.arange(BINS)).astype(np.float64)
        sums = np.concatenate([off @ is_in for off in _drawn_apart(confidences, rng)])
    errors: FloatArray = 100 * np.abs(sums).sum(axis=1) / max(len(confidences), 1)
    return errors


def _drawn_apart(confidences: FloatArray, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield confidence minus drawn label of each entity, (some resamples, n)."""
    at_once = max(LABELS_AT_ONCE // max(len(confidences), 1), 1)
    for start in range(0, RESAMPLES, at_once):
        rows = min(at_once, RESAMPLES - start)
        yield confidences - (rng.random((rows, len(confidences))) < confidences)
