"""What a study finds, on the reported data and on held-out sets, and what that is in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ner_window.study.break_even import BreakEven, break_evens_of
from ner_window.study.draws import Metric
from ner_window.study.results import StudyResults
from ner_window.study.sets import SetStatistics, set_statistics_of
from ner_window.study.sets_in_words import by_sets
from ner_window.study.statistics import RESAMPLES, Statistics, statistics_of
from ner_window.study.verdict import sentences_of, verdict_arms


@dataclass(frozen=True)
class Findings:
    """The statistics of the reported data at all sizes, and those of every set at the largest.

    The reported data is the first of ``sets``; ``break_evens`` tell how the differences of all
    pairs of arms depend on the share of new names. ``premise`` is what the verdict presupposes and
    a reader would not, as the start of a sentence; it may be empty.
    """

    statistics: Statistics
    sets: Sequence[SetStatistics]
    break_evens: Sequence[BreakEven] = ()
    premise: str = ""

    @property
    def held_out(self) -> Sequence[SetStatistics]:
        """The held-out sets."""
        return self.sets[1:]

    @property
    def verdict(self) -> str:
        """What is found, the sentences as one text."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> list[str]:
        """What is found, in sentences."""
        first, *others = sentences_of(self.statistics)
        return [self._presupposing(first), *others, *by_sets(self.sets, *self.verdict_arms)]

    def _presupposing(self, sentence: str) -> str:
        if not self.premise:
            return sentence
        return f"{self.premise}, {sentence[0].lower()}{sentence[1:]}"

    @property
    def verdict_arms(self) -> tuple[str, str]:
        """The arms that the verdict is about."""
        return verdict_arms(self.statistics)

    @property
    def break_even(self) -> BreakEven | None:
        """That of the arms that the verdict is about, None where they have not both mentions."""
        arms = self.verdict_arms
        return next((each for each in self.break_evens if (each.one, each.other) == arms), None)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "verdict": self.verdict,
            **self.statistics.as_dict(),
            "sets": {each.name: each.as_dict() for each in self.sets},
            "break_evens": [each.as_dict() for each in self.break_evens],
        }


def findings_of(
    results: StudyResults, metric: Metric = "f1", margin: float = 1.0, resamples: int = RESAMPLES
) -> Findings:
    """Return what the runs of a study say; parameters as :func:`statistics_of` has them."""
    statistics = statistics_of(results, metric, margin, resamples)
    sets = set_statistics_of(results, statistics)
    break_evens = break_evens_of(results, statistics, sets)
    return Findings(_counting_sets(statistics, sets), sets, break_evens)


def _counting_sets(statistics: Statistics, sets: Sequence[SetStatistics]) -> Statistics:
    """Let the p that a verdict goes by count sets, too, at the size that they are scored at."""
    sets_p = {
        (pair.difference.one, pair.difference.other, pair.difference.size): pair.sets_p
        for pair in sets[0].pairs
    }
    differences = [
        replace(each, pair_p=sets_p.get((each.one, each.other, each.size), each.pair_p))
        for each in statistics.differences
    ]
    return replace(statistics, differences=differences, sets=len(sets))
