"""What became of the gold and of the predicted entities of each type: one table for both sides.

The rows of each side add up to its entities: right ones over all are recall for the gold side, and
precision for the predicted one. Cells lead to their errors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.evaluation.mistakes import APART, BOTH, BOUNDARY, CORRECT, TYPE, Confusion, Outcomes
from ner_window.report.error_parts import Part, PartNames

ORDER = (CORRECT, APART, BOUNDARY, TYPE, BOTH)
DEEPEST = 45  # percent of color in a cell, so that its number stays legible


@dataclass(frozen=True)
class OutcomeCell:
    """A count, the key of what it leads to, and how deep its color is, in percent.

    Of entities with a wrong type ``taken`` has the other types: name, count and key.
    """

    count: int
    key: str | None
    depth: int
    taken: list[tuple[str, int, str]]


@dataclass(frozen=True)
class OutcomeRow:
    """A type of a side, or all of them: right ones, the cells of the errors, and their sum."""

    name: str
    right: int
    cells: list[OutcomeCell]
    total: int
    is_whole: bool = False


def outcome_rows(
    side: str, outcomes: Outcomes, confusion: Confusion, names: PartNames, parts: Mapping[str, Part]
) -> list[OutcomeRow]:
    """Return the rows of a side, gold or predicted, all types together last.

    Parameters
    ----------
    side
        The side.
    outcomes
        The counts.
    confusion
        Which types are taken for which.
    names, parts
        Where the cells lead to.
    """
    counts = outcomes.gold if side == "gold" else outcomes.predicted
    pairs = confusion.counts if side == "gold" else confusion.counts.T
    errors = max(_wrong(outcomes.gold), _wrong(outcomes.predicted), 1)  # one shade for both sides
    rows = [
        OutcomeRow(
            name,
            int(counts[number, CORRECT]),
            [
                OutcomeCell(
                    count=int(counts[number, kind]),
                    key=_key_in(parts, names.of_outcome(side, number, kind)),
                    depth=round(DEEPEST * math.sqrt(counts[number, kind] / errors)),
                    taken=list(_taken(side, number, pairs, names)) if kind == TYPE else [],
                )
                for kind in ORDER[1:]
            ],
            int(counts[number].sum()),
        )
        for number, name in enumerate(outcomes.names)
    ]
    return [*rows, _whole(counts)]


def _wrong(counts: IntArray) -> int:
    return int(counts.sum() - counts[:, CORRECT].sum())


def _key_in(parts: Mapping[str, Part], key: str) -> str | None:
    return key if key in parts else None


def _taken(
    side: str, number: int, pairs: IntArray, names: PartNames
) -> Iterator[tuple[str, int, str]]:
    """Yield the types that one is taken for, or is said of: name, count, key."""
    for other, name in enumerate(names.types):
        if other != number and pairs[number, other]:
            gold, predicted = (number, other) if side == "gold" else (other, number)
            yield name, int(pairs[number, other]), names.of_pair(gold, predicted)


def _whole(counts: IntArray) -> OutcomeRow:
    sums = np.asarray(counts).sum(axis=0).tolist() if len(counts) else [0] * len(ORDER)
    cells = [OutcomeCell(sums[kind], None, 0, []) for kind in ORDER[1:]]
    return OutcomeRow("all", sums[CORRECT], cells, sum(sums), is_whole=True)
