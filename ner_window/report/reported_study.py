"""A study as its page and its pictures see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ner_window.study.arms import Arm, ArmName
from ner_window.study.conditions import is_at_edge
from ner_window.study.crossing import Crossing
from ner_window.study.findings import Findings
from ner_window.study.results import StudyResults
from ner_window.study.statistics import Cell, Statistics
from ner_window.study.study_config import Study
from ner_window.study.tv_telly import Pair
from ner_window.study.vector_analysis import VectorAnalysis
from ner_window.study.verdict import METRICS

SHOWN_WORDS = 10  # and pairs of words, in each arm


@dataclass(frozen=True)
class ReportedStudy:
    """A study as its page shows it; ``vectors`` is what happened to those of each arm."""

    study: Study
    results: StudyResults
    findings: Findings
    vectors: Mapping[ArmName, VectorAnalysis]

    @property
    def statistics(self) -> Statistics:
        """What is found on the reported data."""
        return self.findings.statistics

    @property
    def arms_left_out(self) -> list[ArmName]:
        """The arms that are left to the table: too far off, unless there is nothing else to see."""
        others = self.results.arms[1:]
        far_off = [arm for arm in others if Arm.variants[arm].is_far_off]
        return [] if far_off == list(others) else far_off

    @property
    def metric(self) -> str:
        """What is compared, as it is written."""
        return METRICS[self.statistics.metric]

    @property
    def sizes(self) -> dict[str, float]:
        """The sizes with their tokens, on average, smallest first, where there are runs."""
        tokens = {size: self.statistics.tokens_of(size) for size in self.results.sizes}
        return {size: number for size, number in tokens.items() if number is not None}

    @property
    def rows(self) -> dict[ArmName, list[Cell | None]]:
        """The cells of each arm, one for each size."""
        return {
            arm: [self.statistics.cell(arm, size) for size in self.sizes]
            for arm in self.results.arms
        }

    @property
    def largest(self) -> str:
        """The largest size that has runs."""
        return [*self.sizes][-1]

    @property
    def drawn_crossing(self) -> Crossing | None:
        """The crossing that is marked: of the first arm, which others are held against."""
        crossing = self.statistics.crossing(self.results.arms[0], "finetuned")
        return crossing if crossing and crossing.tokens is not None else None

    def is_at_edge(self, cell: Cell) -> bool:
        """Tell whether the best learning rate of a cell is the smallest or largest of the grid."""
        return is_at_edge(self.study.tuning, self.results.choices[cell.arm, cell.size])

    def shown_pairs(self, arm: ArmName) -> list[Pair]:
        """Return the pairs of words of an arm that are drawn, the furthest apart first."""
        found = self.vectors[arm].pitfall
        if found is None:
            return []
        pairs = {(p.word, p.partner): p for p in [*found.watched, *found.pairs[:SHOWN_WORDS]]}
        return sorted(pairs.values(), key=lambda pair: pair.cosine_after)
