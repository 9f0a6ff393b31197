"""What kind of mistakes there are: types taken for another, and entities cut wrongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.console import RenderableType

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE
from ner_window.evaluation.mentions import Mentions
from ner_window.terminal import Alternatives, Column, Shown, Table

KINDS = ["correct", "boundary", "type", "boundary and type", "no overlap"]  # in JSON
IN_WORDS = ["right", "wrong boundary", "wrong type", "wrong in both"]  # on pages, in the terminal
OTHERS = "others"  # mentions whose boundaries the other side does not have: cut wrongly, or alone
CORRECT, BOUNDARY, TYPE, BOTH, APART = range(len(KINDS))


@dataclass(frozen=True)
class Confusion(Shown):
    """How often which type was predicted for which, of mentions with equal boundaries.

    ``counts`` (types + 1, types + 1) has gold rows and predicted columns. In the last column are
    the gold mentions that no prediction shares its boundaries with, in the last row such
    predictions. Rows add up to the gold counts, columns to the predicted ones.
    """

    names: list[str]
    counts: IntArray

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the rows as plain numbers, for JSON; O stands for no mention."""
        names = [*self.names, OUTSIDE]
        return {
            name: dict(zip(names, row, strict=True))
            for name, row in zip(names, self.counts.tolist(), strict=True)
        }

    def __rich__(self) -> RenderableType:
        """Return the table or, where it is too wide, what is taken for what."""
        heads = [
            Column("same boundaries", is_number=False, wraps=True),
            *map(Column, [*self.names, OTHERS]),
        ]
        rows = [
            [f"  {name}", *map(str, row)]
            for name, row in zip([*self.names, OTHERS], self.counts.tolist(), strict=True)
        ]
        rows[-1][-1] = ""  # what is neither gold nor predicted is not counted
        return Alternatives(Table(heads, rows), self._pairs())

    def _pairs(self) -> Table:
        """Return the mistakes, the most frequent first: of many types, most are never mixed up."""
        gold = predicted = [*self.names, OTHERS]
        wrong = [
            (int(self.counts[row, column]), name, other)
            for row, name in enumerate(gold)
            for column, other in enumerate(predicted)
            if row != column and self.counts[row, column]
        ]
        heads = [
            Column("same boundaries", is_number=False, wraps=True),
            Column("found as", is_number=False),
        ]
        rows = sorted(wrong, key=lambda each: -each[0])
        return Table(
            [*heads, Column("mentions")],
            [[f"  {name}", other, str(count)] for count, name, other in rows],
        )


def confusion(mentions: Mentions) -> Confusion:
    """Count which types mentions have in gold and predicted data."""
    gold, predicted, none = mentions.gold, mentions.predicted, len(mentions.names)
    partner = gold.partners_in(predicted)
    is_paired = partner >= 0
    is_spurious = predicted.partners_in(gold) < 0
    rows = np.concatenate((gold.types, np.full(int(is_spurious.sum()), none)))
    taken_for = np.full(len(gold), none)
    taken_for[is_paired] = predicted.types[partner[is_paired]]
    columns = np.concatenate((taken_for, predicted.types[is_spurious]))
    cells = np.bincount(rows * (none + 1) + columns, minlength=(none + 1) ** 2)
    return Confusion(mentions.names, cells.reshape(none + 1, none + 1))


@dataclass(frozen=True)
class ErrorSplit(Shown):
    """How many gold and how many predicted mentions are of which kind, (kinds,) each.

    A mention that is not correct has a *type* error where one of the other side has its boundaries;
    else a *boundary* error where one of its type overlaps with it; else it is wrong in *boundary
    and type* where any overlaps with it; else it is *missed* (gold) or *spurious* (predicted).
    """

    gold: list[int]
    predicted: list[int]

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the counts by side and kind, for JSON."""
        sides = {"gold": (self.gold, "missed"), "predicted": (self.predicted, "spurious")}
        return {
            side: dict(zip([*KINDS[:APART], apart], counts, strict=True))
            for side, (counts, apart) in sides.items()
        }

    def __rich__(self) -> Table:
        """Return a row for each kind, of both sides."""
        kinds = [*IN_WORDS, "missed or spurious"]
        return Table(
            [Column("kind of error", is_number=False, wraps=True), Column("gold"), Column("found")],
            [
                [f"  {kind}", str(gold), str(found)]
                for kind, gold, found in zip(kinds, self.gold, self.predicted, strict=True)
            ],
        )


def error_split(mentions: Mentions) -> ErrorSplit:
    """Count the kinds of mistakes on both sides."""
    found = outcomes(mentions)
    return ErrorSplit(found.gold.sum(axis=0).tolist(), found.predicted.sum(axis=0).tolist())


@dataclass(frozen=True)
class Outcomes:
    """What became of the mentions of each type, counted by kind, as ``ErrorSplit`` has the kinds.

    ``gold`` and ``predicted`` (types, kinds) each add up to all mentions of their side: what is
    correct, over the sum, is recall on the one side and precision on the other.
    """

    names: list[str]
    gold: IntArray
    predicted: IntArray


def outcomes(mentions: Mentions) -> Outcomes:
    """Count the kinds of mistakes by type, on both sides."""
    gold, predicted = mentions.gold, mentions.predicted
    return Outcomes(
        mentions.names,
        _by_type(gold, error_kinds(gold, predicted, mentions.is_found)),
        _by_type(predicted, error_kinds(predicted, gold, mentions.is_correct)),
    )


def _by_type(spans: Spans, kinds: IntArray) -> IntArray:
    cells = np.bincount(spans.types * len(KINDS) + kinds, minlength=len(spans.names) * len(KINDS))
    return cells.reshape(len(spans.names), len(KINDS))


def error_kinds(spans: Spans, others: Spans, is_correct: BoolArray) -> IntArray:
    """Return the kind of each span, (spans,), the first that holds in the order of ErrorSplit."""
    has_partner = spans.partners_in(others) >= 0
    overlaps_type = np.zeros(len(spans), bool)
    for number in range(len(spans.names)):
        of_type = spans.types == number
        alike = others.subset(others.types == number)
        overlaps_type[of_type] = _overlaps(spans.subset(of_type), alike)
    conditions = [is_correct, has_partner, overlaps_type, _overlaps(spans, others)]
    return np.select(conditions, [CORRECT, TYPE, BOUNDARY, BOTH], APART)


def _overlaps(spans: Spans, others: Spans) -> BoolArray:
    """Tell of each span whether it has a token in common with one of the others."""
    first = np.searchsorted(others.ends, spans.starts, side="right")
    after = np.searchsorted(others.starts, spans.ends, side="left")
    overlaps: BoolArray = after > first
    return overlaps
