"""What a study says on each held-out set beside the reported data, at the largest size.

A verdict on one text need not hold on another: what training shows of a text decides. So the same
runs are scored on other sets, and each set has its differences, resampled from its own documents.

The difference of two arms is tested on every set, the reported data among them; which arm is
better on a set is said with all sets counted (Holm 1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Any

from ner_window.evaluation.multiplicity import holm
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.evaluation.units import Units
from ner_window.study.arms import ArmName
from ner_window.study.differences import Difference
from ner_window.study.draws import Draws
from ner_window.study.results import UNSEEN, StudiedSet, StudyResults
from ner_window.study.slices import SliceDifference, SliceDifferences
from ner_window.study.statistics import Cell, Statistics, statistics_of

PARTS_OF_NEW = {"partly": slice(1, 3), "unseen": slice(3, 4)}  # of SEEN_GROUPS, as UNSEEN is


@dataclass(frozen=True)
class SetDifference:
    """Arm ``other`` minus arm ``one`` on a set, at the largest size.

    ``sets_p`` is Holm's p over all sets; on the reported data it is never below what the verdict
    goes by, which counts sizes. ``by_novelty`` has the difference on mentions that training showed
    with their type (seen), of which it showed a word or another type (partly), of which it showed
    no word (unseen), and on both of these (new); what a set has none of is left out.
    """

    difference: Difference
    by_novelty: Mapping[str, SliceDifference]
    sets_p: float

    @property
    def better(self) -> ArmName | None:
        """The better arm, None where that is undecided, or known of two models alone."""
        if self.sets_p >= SIGNIFICANT or self.difference.is_of_two_models:
            return None
        return self.difference.other if self.difference.value > 0 else self.difference.one

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values, for JSON."""
        difference = self.difference
        return {
            "one": difference.one,
            "other": difference.other,
            "difference": difference.value,
            "interval": difference.interval,
            "p": difference.p,
            "sets_p": self.sets_p,
            "better": self.better,
            "seeds": difference.seeds,
            "by_novelty": {name: asdict(each) for name, each in self.by_novelty.items()},
        }


@dataclass(frozen=True)
class SetStatistics:
    """What a study says on a set: its arms and the differences of all pairs of them.

    ``new_names`` are mentions that training does not show with their type, in percent of all, None
    where there is none; ``studied`` tells how far the set is from training, where that is known.
    """

    name: str
    units: Units
    new_names: float | None
    studied: StudiedSet | None
    cells: Sequence[Cell]
    pairs: Sequence[SetDifference]

    def cell(self, arm: ArmName) -> Cell | None:
        """Return the figures of an arm, None where no run has succeeded."""
        return next((cell for cell in self.cells if cell.arm == arm), None)

    def pair(self, one: ArmName, other: ArmName) -> SetDifference | None:
        """Return the difference of two arms, None where they have no common seed."""
        return next((each for each in self.pairs if _arms(each) == (one, other)), None)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON: the first pair, and all ``pairs``."""
        return {
            **(self.pairs[0].as_dict() if self.pairs else {}),
            "units": self.units.description,
            "new_names": self.new_names,
            "distance": self.studied and self.studied.distance.as_dict(),
            "left_out": dict(self.studied.left_out) if self.studied else {},
            "arms": {cell.arm: asdict(cell) for cell in self.cells},
            "pairs": [pair.as_dict() for pair in self.pairs],
        }


def set_statistics_of(results: StudyResults, statistics: Statistics) -> list[SetStatistics]:
    """Return what a study says on each set, the reported data first.

    ``results`` are all of the runs, scored on the sets, ``statistics`` what they say on the
    reported data.
    """
    largest = results.at_largest_size()
    reported = results.reported
    found = [_on_set(results.sets.get(reported), largest, statistics)]
    for name in results.sets:
        there = largest.on(name)
        if name != reported and there.runs:
            own = statistics_of(there, statistics.metric, statistics.margin, statistics.resamples)
            found.append(_on_set(results.sets[name], there, own))
    return _counting_sets(found)


def _on_set(
    studied: StudiedSet | None, results: StudyResults, statistics: Statistics
) -> SetStatistics:
    """Return what is said on one set; ``results`` are those at the largest size on it."""
    (size,) = results.sizes
    draws = {
        name: Draws(results, statistics.metric, group, statistics.resamples)
        for name, group in PARTS_OF_NEW.items()
    }
    slices = {(each.one, each.other): each for each in statistics.slices if each.size == size}
    return SetStatistics(
        name=results.reported,
        units=results.units,
        new_names=_new_names(results),
        studied=studied,
        cells=[cell for cell in statistics.cells if cell.size == size],
        pairs=[
            SetDifference(
                difference=each,
                by_novelty=_by_novelty(slices.get((each.one, each.other)), draws, results.arms),
                sets_p=each.pair_p,
            )
            for each in statistics.differences
            if each.size == size
        ],
    )


def _new_names(results: StudyResults) -> float | None:
    """Return the share of new mentions, in percent, mean over the runs.

    Of one seed they have the same; another seed draws other documents, to which others are new.
    """
    gold = [run.counts[..., 0].sum(axis=0) for run in results.runs]
    shares = [100 * float(each[UNSEEN].sum() / each.sum()) for each in gold if each.sum()]
    return fmean(shares) if shares else None


def _by_novelty(
    slices: SliceDifferences | None, draws: Mapping[str, Draws], arms: Sequence[ArmName]
) -> dict[str, SliceDifference]:
    if slices is None:
        return {}
    pair = arms.index(slices.one), arms.index(slices.other)
    parts = {name: SliceDifference.of(each.difference(*pair, 0)) for name, each in draws.items()}
    found = {"seen": slices.seen, **parts, "new": slices.unseen}
    return {name: each for name, each in found.items() if each}


def _arms(pair: SetDifference) -> tuple[ArmName, ArmName]:
    return pair.difference.one, pair.difference.other


def _counting_sets(sets: Sequence[SetStatistics]) -> list[SetStatistics]:
    """Correct the p of each pair of arms for the number of sets that it is tested on."""
    counted = {
        (name, arms): p
        for arms in {_arms(pair) for each in sets for pair in each.pairs}
        for name, p in _holm_over(sets, *arms).items()
    }
    return [
        replace(
            each,
            pairs=[
                replace(pair, sets_p=max(pair.sets_p, counted.get((each.name, _arms(pair)), 1)))
                for pair in each.pairs
            ],
        )
        for each in sets
    ]


def _holm_over(sets: Sequence[SetStatistics], one: ArmName, other: ArmName) -> dict[str, float]:
    """Return p by set, where a set has enough text to be tested."""
    pairs = {each.name: pair.difference for each in sets if (pair := each.pair(one, other))}
    tested = {name: pair.p for name, pair in pairs.items() if pair.interval is not None}
    return dict(zip(tested, holm([*tested.values()]), strict=True))
