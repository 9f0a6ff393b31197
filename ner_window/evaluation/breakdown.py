"""Precision, recall and F1 by group of mentions, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.evaluation.intervals import Interval, as_interval, figure_intervals
from ner_window.evaluation.mentions import Grouping, Mentions
from ner_window.evaluation.units import Units
from ner_window.scoring.score import Counts
from ner_window.wording import interval_text

FIGURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class GroupScore:
    """The counts of a group, and the 95% interval of each of its figures.

    An interval is None where units are too few, and where fewer than two of them have anything
    that its figure is a share of.
    """

    counts: Counts
    intervals: dict[str, Interval]

    def as_dict(self) -> dict[str, object]:
        """Return all figures as plain values, for JSON."""
        intervals = {f"{name}_interval": interval for name, interval in self.intervals.items()}
        return {**self.counts.as_dict(), **intervals}


@dataclass(frozen=True)
class ScoreTable:
    """The rows of a grouping, by the names of its groups."""

    title: str
    rows: dict[str, GroupScore]

    def as_dict(self) -> dict[str, object]:
        """Return all rows as plain values, for JSON."""
        return {name: row.as_dict() for name, row in self.rows.items()}

    def __str__(self) -> str:
        heading = f"{'gold':>7}{'found':>7}{'correct':>8}{'precision':>11}{'recall':>8}{'F1':>8}"
        lines = [f"{f'by {self.title}':<22}{heading}  95% interval"]
        lines += [f"  {name:<20}{_cells(row)}" for name, row in self.rows.items()]
        return "\n".join(lines)


def _cells(row: GroupScore) -> str:
    counts = row.counts
    return (
        f"{counts.gold:>7}{counts.predicted:>7}{counts.correct:>8}{counts.precision:>11.2f}"
        f"{counts.recall:>8.2f}{counts.f1:>8.2f}  {interval_text(row.intervals['f1'])}"
    )


def unit_counts(mentions: Mentions, grouping: Grouping, units: Units) -> IntArray:
    """Return the counts by unit and group, (units, groups, 3): gold, predicted, correct."""
    width = len(grouping.names)
    gold, predicted, is_correct = mentions.gold, mentions.predicted, mentions.is_correct
    columns = (
        units.counts(gold.sentences, grouping.gold, width),
        units.counts(predicted.sentences, grouping.predicted, width),
        units.counts(predicted.sentences[is_correct], grouping.predicted[is_correct], width),
    )
    return np.stack(columns, axis=-1)


def breakdown(mentions: Mentions, groupings: Sequence[Grouping], units: Units) -> list[ScoreTable]:
    """Return the table of each grouping, with the intervals that the units tell."""
    counts = [unit_counts(mentions, grouping, units) for grouping in groupings]
    return [_table(grouping, part, units) for grouping, part in zip(groupings, counts, strict=True)]


def _table(grouping: Grouping, counts: IntArray, units: Units) -> ScoreTable:
    """Return a table of counts (units, groups, 3)."""
    totals, ends = counts.sum(axis=0), figure_intervals(counts)
    rows = {}
    for group, name in enumerate(grouping.names):
        intervals = {
            figure: as_interval(ends[group, column]) if units.are_enough else None
            for column, figure in enumerate(FIGURES)
        }
        rows[name] = GroupScore(Counts(*totals[group].tolist()), intervals)
    return ScoreTable(grouping.title, rows)
