"""Precision, recall and F1 by group of mentions, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.evaluation.bootstrap import Units, figures, percentile_interval, resampled
from ner_window.evaluation.mentions import Grouping, Mentions
from ner_window.scoring.score import Counts
from ner_window.wording import interval_text

Interval = tuple[float, float] | None

FIGURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class GroupScore:
    """The counts of a group, and the 95% interval of each of its figures.

    An interval is None where its figure is a share of nothing.
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


def breakdown(
    mentions: Mentions, groupings: Sequence[Grouping], units: Units, seed: int
) -> list[ScoreTable]:
    """Return the table of each grouping; all of them are resampled together.

    Parameters
    ----------
    mentions
        Gold and predicted mentions.
    groupings
        The group of each of them, in as many ways as there are tables.
    units
        What is drawn: sentences or documents.
    seed
        Of the resamples.
    """
    counts = [unit_counts(mentions, grouping, units) for grouping in groupings]
    borders = np.cumsum([part.shape[1] for part in counts])[:-1]
    sums = np.split(resampled(np.concatenate(counts, axis=1), seed=seed), borders, axis=1)
    return [
        _table(grouping, part.sum(axis=0), figures(drawn))
        for grouping, part, drawn in zip(groupings, counts, sums, strict=True)
    ]


def _table(grouping: Grouping, totals: IntArray, drawn: FloatArray) -> ScoreTable:
    """Return a table of counts (groups, 3) and resampled figures (resamples, groups, 3)."""
    rows = {}
    for group, name in enumerate(grouping.names):
        values = zip(FIGURES, drawn[:, group].T, strict=True)
        intervals = {figure: percentile_interval(column) for figure, column in values}
        rows[name] = GroupScore(Counts(*totals[group].tolist()), intervals)
    return ScoreTable(grouping.title, rows)
