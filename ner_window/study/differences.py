"""The differences between the arms of a study, each with its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ner_window.evaluation.intervals import Interval
from ner_window.evaluation.multiplicity import holm
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.study.arms import ArmName
from ner_window.study.at_rates import DifferenceAtRates, difference_at_rates
from ner_window.study.draws import Draws
from ner_window.study.resampled_mean import within


@dataclass(frozen=True)
class Difference:
    """Arm ``other`` minus arm ``one`` at a size, over the ``seeds`` that both have.

    ``detectable`` is the difference that a study like this one detects with 80% power, looked at
    alone: it is for planning a larger one, and no bound of the difference, which the interval is.
    ``p`` is two-sided, for this difference alone. ``pair_p`` is Holm's for what is said of two
    arms: at the largest and the smallest size, which a verdict names, it is that of these two; at a
    size between them that of all sizes of the pair; at the largest one it counts held-out sets,
    too. ``adjusted_p`` is Holm's for all differences of the study together. ``equivalence_p`` is
    that of two one-sided tests: where it is small, the difference lies within the margin of the
    study; ``pair_equivalence_p`` is corrected for sizes as ``pair_p`` is. ``at_rates`` has the
    difference with each pair of learning rates, where there is more than one.
    """

    one: ArmName
    other: ArmName
    size: str
    tokens: float
    seeds: list[int]
    value: float
    interval: Interval
    standard_error: float
    detectable: float
    p: float
    pair_p: float
    adjusted_p: float
    equivalence_p: float
    pair_equivalence_p: float
    at_rates: Sequence[DifferenceAtRates] = ()

    @property
    def is_detected(self) -> bool:
        """Whether the difference, looked at alone, is detected at the 5% level."""
        return self.p < SIGNIFICANT

    @property
    def is_told_apart(self) -> bool:
        """Whether it is detected with the other sizes of its pair counted, as a verdict does."""
        return self.pair_p < SIGNIFICANT

    @property
    def is_equivalent(self) -> bool:
        """Whether it lies within the margin, the other sizes of its pair counted."""
        return self.pair_equivalence_p < SIGNIFICANT

    @property
    def is_detected_among_all(self) -> bool:
        """Whether it is detected with all other differences of the study taken into account."""
        return self.adjusted_p < SIGNIFICANT

    @property
    def depends_on_rates(self) -> bool:
        """Whether what is detected, looked at alone, is not the same with all rates."""
        return len({each.sign for each in self.at_rates}) > 1

    @property
    def is_of_two_models(self) -> bool:
        """Whether there is one seed: then it is known of these two models, not of the arms."""
        return len(self.seeds) == 1

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            **asdict(self),
            "is_detected": self.is_detected,
            "is_told_apart": self.is_told_apart,
            "is_equivalent": self.is_equivalent,
            "is_detected_among_all": self.is_detected_among_all,
            "depends_on_rates": self.depends_on_rates,
        }


def differences_of(
    draws: Draws, pairs: Sequence[tuple[int, int]], margin: float
) -> list[Difference]:
    """Return the differences of pairs of arms at every size that both have, smallest first.

    ``margin`` is in points: what is to count as no difference.
    """
    found = []
    for pair in pairs:
        sizes = range(len(draws.results.sizes))
        each = [_difference(draws, *pair, size, margin) for size in sizes]
        found += _with_pair_p([difference for difference in each if difference])
    adjusted = holm([difference.p for difference in found])
    return [replace(each, adjusted_p=p) for each, p in zip(found, adjusted, strict=True)]


def _difference(draws: Draws, one: int, other: int, size: int, margin: float) -> Difference | None:
    """Return arm other minus arm one, with the p that are corrected still to be found."""
    mean = draws.difference(one, other, size)
    if mean is None:
        return None
    equivalence_p = mean.equivalence_p(margin)
    return Difference(
        one=draws.results.arms[one],
        other=draws.results.arms[other],
        size=draws.results.sizes[size],
        tokens=draws.tokens[size],
        seeds=draws.common_seeds(one, other, size),
        value=mean.value,
        interval=within(mean.interval),
        standard_error=mean.standard_error,
        detectable=mean.detectable,
        p=mean.p,
        pair_p=mean.p,
        adjusted_p=mean.p,
        equivalence_p=equivalence_p,
        pair_equivalence_p=equivalence_p,
        at_rates=difference_at_rates(draws, one, other, size),
    )


def _with_pair_p(pair: list[Difference]) -> list[Difference]:
    """Correct the p of the sizes of a pair: the ends for both of them, the others for all sizes."""
    p = _for_ends_and_others([each.p for each in pair])
    equivalence = _for_ends_and_others([each.equivalence_p for each in pair])
    return [
        replace(each, pair_p=own, pair_equivalence_p=own_equivalence)
        for each, own, own_equivalence in zip(pair, p, equivalence, strict=True)
    ]


def _for_ends_and_others(values: list[float]) -> list[float]:
    adjusted = holm(values)
    if len(values) > 1:
        adjusted[0], adjusted[-1] = holm([values[0], values[-1]])
    return adjusted
