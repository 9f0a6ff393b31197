"""The differences between the arms of a study on mentions that training showed, and on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ner_window.evaluation.intervals import Interval
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.study.arms import ArmName
from ner_window.study.draws import Draws
from ner_window.study.resampled_mean import ResampledMean, within


@dataclass(frozen=True)
class SliceDifference:
    """A difference in points, its 95% interval, and its two-sided p, looked at alone."""

    value: float
    interval: Interval
    p: float

    @classmethod
    def of(cls, mean: ResampledMean | None, most: float = 100) -> SliceDifference | None:
        """Return what is said of a difference that was resampled, None where there is none.

        ``most`` is what it can be at most.
        """
        return None if mean is None else cls(mean.value, within(mean.interval, most), mean.p)

    @property
    def is_detected(self) -> bool:
        """Whether it is detected at the 5% level."""
        return self.p < SIGNIFICANT


@dataclass(frozen=True)
class SliceDifferences:
    """Arm ``other`` minus arm ``one`` at a size on mentions that training showed, and on others.

    ``contrast`` is the difference of these differences, unseen minus seen: below 0 where ``other``
    does worse, against ``one``, on what training did not show. None where there are no mentions of
    one kind.
    """

    one: ArmName
    other: ArmName
    size: str
    tokens: float
    seeds: list[int]
    seen: SliceDifference | None
    unseen: SliceDifference | None
    contrast: SliceDifference | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return asdict(self)


def slice_differences_of(
    draws: Mapping[str, Draws], pairs: Sequence[tuple[int, int]]
) -> list[SliceDifferences]:
    """Return the differences of pairs of arms by what training showed, at every size."""
    sizes = range(len(draws["all"].results.sizes))
    found = [_by_slice(draws, *pair, size) for pair in pairs for size in sizes]
    return [each for each in found if each.seen or each.unseen]


def _by_slice(draws: Mapping[str, Draws], one: int, other: int, size: int) -> SliceDifferences:
    everything = draws["all"]
    seen, unseen = (draws[group].difference(one, other, size) for group in ("seen", "unseen"))
    contrast = None if seen is None or unseen is None else unseen - seen
    return SliceDifferences(
        one=everything.results.arms[one],
        other=everything.results.arms[other],
        size=everything.results.sizes[size],
        tokens=everything.tokens[size],
        seeds=everything.common_seeds(one, other, size),
        seen=SliceDifference.of(seen),
        unseen=SliceDifference.of(unseen),
        contrast=SliceDifference.of(contrast, most=200),
    )
