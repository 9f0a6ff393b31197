"""Precision, recall and F1 by group of mentions, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.evaluation.intervals import LEVEL, Interval, as_interval, figure_intervals
from ner_window.evaluation.mentions import Grouping, Mentions
from ner_window.evaluation.units import Units
from ner_window.scoring.score import Counts
from ner_window.terminal import Column, Line, Role, Shown, Table
from ner_window.wording import interval_phrase, interval_text

FIGURES = ("precision", "recall", "f1")
INTERVAL = f"{LEVEL}% interval"


@dataclass(frozen=True)
class GroupScore:
    """The counts of a group, and the 95% interval of each of its figures.

    An interval is None where units are too few, and where fewer than two of them have anything
    that its figure is a share of.
    """

    counts: Counts
    intervals: dict[str, Interval]

    def figure(self, name: str) -> float | None:
        """Return a figure in percent, None where there is nothing that it could be a share of."""
        gold, predicted = self.counts.gold, self.counts.predicted
        wholes = {"precision": predicted, "recall": gold, "f1": gold + predicted}
        value: float = getattr(self.counts, name)
        return value if wholes[name] else None

    def as_dict(self) -> dict[str, object]:
        """Return all figures as plain values, for JSON."""
        intervals = {f"{name}_interval": interval for name, interval in self.intervals.items()}
        return {**self.counts.as_dict(), **intervals}


@dataclass(frozen=True)
class ScoreTable(Shown):
    """The rows of a grouping, by the names of its groups."""

    title: str
    rows: dict[str, GroupScore]

    def as_dict(self) -> dict[str, object]:
        """Return all rows as plain values, for JSON."""
        return {name: row.as_dict() for name, row in self.rows.items()}

    def __rich__(self) -> Table:
        """Return the rows in which there is anything, as far as they fit without counts."""
        columns = [
            Column(f"by {self.title}", is_number=False, wraps=True),
            Column("gold"),
            Column("found", rank=3),
            Column("right", rank=4),
            Column("precision", rank=2),
            Column("recall", rank=1),
            Column("F1"),
            Column(INTERVAL, is_number=False, role=Role.interval),
        ]
        return Table(columns, [_cells(name, row) for name, row in self._rows_with_any()])

    @property
    def beside_shared_table(self) -> Table:
        """What the shared task's table lacks of these rows: gold counts, and all intervals."""
        columns = [
            Column(f"by {self.title}, {LEVEL}% intervals", is_number=False, wraps=True),
            Column("gold"),
            *(
                Column(head, rank, is_number=False, role=Role.interval)
                for head, rank in (("precision", 2), ("recall", 1), ("F1", 0))
            ),
        ]
        rows = [
            [f"  {name}", f"{row.counts.gold}", *(interval_text(row.intervals[f]) for f in FIGURES)]
            for name, row in self._rows_with_any()
        ]
        return Table(columns, rows)

    def _rows_with_any(self) -> list[tuple[str, GroupScore]]:
        rows = [*self.rows.items()]
        return [each for each in rows if each[1].counts.gold or each[1].counts.predicted] or rows


def _cells(name: str, row: GroupScore) -> list[str]:
    counts = row.counts
    return [
        f"  {name}",
        *map(str, (counts.gold, counts.predicted, counts.correct)),
        f"{counts.precision:.2f}" if counts.predicted else "-",
        f"{counts.recall:.2f}" if counts.gold else "-",
        f"{counts.f1:.2f}" if counts.gold or counts.predicted else "-",
        interval_text(row.intervals["f1"]),
    ]


def f1_line(f1: float, interval: Interval, about: str) -> Line:
    """Return an F1 in a sentence, with its interval and what that is about."""
    headline = (f"F1 {f1:.2f}", Role.headline)
    return Line(headline, ", ", (interval_phrase(LEVEL, interval), Role.interval), f" ({about})")


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
