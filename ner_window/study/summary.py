"""What a study says at the terminal: tables, notes and, last, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType

from ner_window.study.conditions import conditions, setting
from ner_window.study.differences import Difference
from ner_window.study.findings import Findings
from ner_window.study.results import StudyResults
from ner_window.study.sets import SetDifference, SetStatistics
from ner_window.study.sets_in_words import on_break_even
from ner_window.study.slices import SliceDifferences
from ner_window.study.statistics import Cell, Statistics
from ner_window.study.study_config import Study
from ner_window.study.verdict import METRICS, notes, verdict_arms
from ner_window.terminal import Column, Line, Piece, Role, Table, apart, together
from ner_window.wording import interval_text, p_text

INTERVAL = Column("95% interval", is_number=False, role=Role.interval)
SIZE, VALUE, P = Column("size"), Column("value"), Column("p")


def summary(study: Study, results: StudyResults, findings: Findings) -> Group:
    """Return tables, notes, the verdict, and what that depends on."""
    statistics = findings.statistics
    on_sets = [on_break_even(findings.break_even)] if findings.break_even else []
    said = [*notes(study, results, statistics), *on_sets]
    parts: list[RenderableType] = [
        _means(f"{METRICS[study.metric]} on {study.reported}", statistics),
        _differences(statistics),
        *_rates(results, statistics),
        *_slices(statistics),
        *_sets(findings),
        together(*(f"- {note}" for note in said)),
        together(
            Line((findings.verdict, Role.headline), hang=0),
            setting(study, results, findings),
            *(f"- {condition}" for condition in conditions(study, results, findings)),
        ),
    ]
    return together(*apart(parts))


def _means(title: str, statistics: Statistics) -> Table:
    columns = [
        Column(title, is_number=False, wraps=True),
        SIZE,
        Column("tokens", rank=3),
        Column("lr"),
        Column("seeds", rank=4),
        Column("mean"),
        Column("deviation"),
        INTERVAL,
        Column("seen", rank=2),
        Column("new", rank=1),
    ]
    return Table(columns, map(_cell_row, statistics.cells))


def _cell_row(cell: Cell) -> list[Piece]:
    return [
        cell.arm,
        cell.size,
        f"{cell.tokens:,.0f}",
        f"{cell.learning_rate:g}" + "*" * bool(cell.at_rates),
        str(len(cell.seeds)),
        (f"{cell.mean:.2f}", Role.headline),
        _two_digits(cell.deviation),
        interval_text(cell.interval),
        _two_digits(cell.seen.mean),
        _two_digits(cell.unseen.mean),
    ]


def _two_digits(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"


def _differences(statistics: Statistics) -> Table:
    columns = [
        Column("difference", is_number=False, wraps=True),
        *(SIZE, VALUE, INTERVAL, P, Column("p sizes"), Column("p all", rank=2)),
        Column(f"p +-{statistics.margin:g}", rank=1),
    ]
    return Table(columns, [row for each in statistics.differences for row in _difference(each)])


def _difference(difference: Difference) -> Iterator[list[Piece]]:
    """Yield the row of a difference, and one for each pair of learning rates that may be best."""
    further = (difference.pair_p, difference.adjusted_p, difference.equivalence_p)
    yield [
        f"{difference.other} - {difference.one}",
        difference.size,
        _tested(difference.value, difference.is_told_apart),
        interval_text(difference.interval),
        *map(p_text, (difference.p, *further)),
    ]
    for each in difference.at_rates:
        rates = f"  lr {each.other_rate:g} - lr {each.one_rate:g}"
        told = [f"{each.value:+.2f}", interval_text(each.interval), p_text(each.p)]
        yield [rates, f"{each.share:.0%}", *told, *("" for _ in further)]


def _tested(value: float, is_detected: bool) -> Piece:
    return (f"{value:+.2f}", Role.detected if is_detected else Role.undecided)


def _rates(results: StudyResults, statistics: Statistics) -> list[Table]:
    """Return a table of the learning rates that tuning does not tell apart, if there are any."""
    rows = []
    for cell in statistics.cells:
        tried = {each.rate: each for each in results.choices[cell.arm, cell.size].tried}
        for each in cell.at_rates:
            held_out = tried[each.learning_rate]
            on_held_out = [f"{held_out.f1:.2f}", interval_text(held_out.interval)]
            figures = [f"{each.learning_rate:g}", f"{each.share:.0%}", *on_held_out]
            reported = [_two_digits(each.mean), interval_text(each.interval)]
            rows.append([cell.arm, cell.size, *figures, *reported])
    columns = [
        Column("* not told apart", is_number=False),
        *(SIZE, Column("lr"), Column("share"), Column("held out")),
        Column(INTERVAL.head, rank=1, is_number=False, role=Role.interval),
        *(Column("mean"), INTERVAL),
    ]
    return [Table(columns, rows)] if rows else []


def _slices(statistics: Statistics) -> list[Table]:
    """Return the differences by what training showed, of the arms that the verdict is about."""
    one, other = verdict_arms(statistics)
    rows = [row for each in statistics.slices_of_pair(one, other) for row in _slice_rows(each)]
    columns = [
        Column(f"{other} - {one}, mentions", is_number=False, wraps=True),
        SIZE,
        VALUE,
        INTERVAL,
        P,
    ]
    return [Table(columns, rows)] if rows else []


def _slice_rows(slices: SliceDifferences) -> Iterator[list[Piece]]:
    named = {"seen": slices.seen, "new": slices.unseen, "new - seen": slices.contrast}
    for name, each in named.items():
        if each:
            value = _tested(each.value, each.is_detected)
            yield [name, slices.size, value, interval_text(each.interval), p_text(each.p)]


def _sets(findings: Findings) -> list[RenderableType]:
    """Return what is found on each set, of the arms that the verdict is about, if there are any."""
    one, other = findings.verdict_arms
    line = findings.break_even.sets if findings.break_even else ()
    predicted = {each.name: f"{each.predicted.value:+.2f}" for each in line}
    rows = [
        _set_row(each, pair, predicted.get(each.name, "-"))
        for each in findings.sets
        if findings.held_out and (pair := each.pair(one, other))
    ]
    if not rows:
        return []
    columns = [
        Column(f"{other} - {one}, by set", is_number=False, wraps=True),
        *(Column("new names"), Column(one, rank=3), Column(other, rank=3), VALUE, INTERVAL, P),
        *(Column("sets"), Column("seen", rank=2), Column("new", rank=2)),
        Column("predicted", rank=1),
    ]
    units = [
        f"{each.name}: intervals from {each.units.description}"
        for each in findings.held_out
        if each.units.name != "documents"
    ]
    return [together(Table(columns, rows), *units)]


def _set_row(of: SetStatistics, pair: SetDifference, predicted: str) -> list[Piece]:
    difference = pair.difference
    one, other = (of.cell(arm) for arm in (difference.one, difference.other))
    assert one and other
    seen, new = (
        f"{pair.by_novelty[name].value:+.2f}" if name in pair.by_novelty else "-"
        for name in ("seen", "new")
    )
    return [
        of.name,
        "-" if of.new_names is None else f"{of.new_names:.0f}%",
        *(f"{cell.mean:.2f}" for cell in (one, other)),
        f"{difference.value:+.2f}",
        interval_text(difference.interval),
        *map(p_text, (difference.p, pair.sets_p)),
        *(seen, new, predicted),
    ]
