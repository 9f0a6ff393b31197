"""The page that shows several runs side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from ner_window.errors import InputError
from ner_window.evaluation.breakdown import FIGURES, GroupScore
from ner_window.evaluation.comparison import Comparison, compare
from ner_window.evaluation.multiplicity import holm
from ner_window.evaluation.paired_test import SIGNIFICANT
from ner_window.pages.rendering import rendered
from ner_window.report import plots
from ner_window.report.error_bars import ErrorBar
from ner_window.report.plots import Curve
from ner_window.report.reported_run import ReportedRun
from ner_window.report.set_scores import sets_side_by_side
from ner_window.wording import listed

TEMPLATE = Path(__file__).parent / "templates" / "comparison.html"
ABSENT = "-"
GROUPINGS = {"type": "F1 by type", "novelty": "F1 by novelty"}


@dataclass(frozen=True)
class ComparedRun:
    """A run on the page: its label, which no other one has, and the file of its own page."""

    run: ReportedRun
    label: str
    file: str

    @property
    def total(self) -> GroupScore:
        """The scores over all types."""
        return self.run.evaluation.total.rows["all"]


@dataclass(frozen=True)
class SideBySide:
    """A table with a column for each run; a row of a run that lacks it is None."""

    title: str
    rows: dict[str, list[GroupScore | None]]


@dataclass(frozen=True)
class Paired:
    """A run compared with the first; ``reason`` says why it could not be, where it could not.

    ``adjusted_p`` is Holm's, for all runs that are tested against the first together.
    """

    label: str
    comparison: Comparison | None
    reason: str = ""
    adjusted_p: float | None = None

    @property
    def is_detected(self) -> bool:
        """Whether the difference is detected at the 5% level with the others taken into account."""
        return self.adjusted_p is not None and self.adjusted_p < SIGNIFICANT

    @property
    def p(self) -> float | None:
        """That of the test looked at alone."""
        return self.comparison.tests.p if self.comparison else None


def entries_of(runs: Sequence[ReportedRun], folder: str) -> list[ComparedRun]:
    """Number the runs, as folders of different places may have one name.

    ``folder`` is that of their own pages, seen from the page, with a slash, or empty.
    """
    return [
        ComparedRun(run, f"{number} {run.name}", f"{folder}{number}-{run.name}.html")
        for number, run in enumerate(runs, start=1)
    ]


def comparison_page(entries: Sequence[ComparedRun]) -> str:
    """Return the page of several runs as HTML; links lead to their own pages beside it."""
    first, *others = entries
    paired = _with_holm([_paired(first, other) for other in others])
    return rendered(
        TEMPLATE,
        entries=entries,
        data=listed(dict.fromkeys(entry.run.split for entry in entries)),
        figures=FIGURES,
        plots=_plots(entries),
        sets=sets_side_by_side([entry.run for entry in entries]),
        tables=[_side_by_side(entries, name, title) for name, title in GROUPINGS.items()],
        paired=paired,
        correction=_correction(paired),
        descriptions=dict.fromkeys(
            pair.comparison.units.description for pair in paired if pair.comparison
        ),
        differences=_differences(entries),
    )


def _plots(entries: Sequence[ComparedRun]) -> dict[str, Markup | None]:
    bars = [
        ErrorBar(entry.label, entry.total.counts.f1, entry.total.intervals["f1"])
        for entry in entries
    ]
    figures = ", ".join(f"{bar.label}: {bar.value:.1f}" for bar in bars)
    return {
        "total": plots.dots("total", f"F1 of the runs with intervals: {figures}.", bars),
        "loss": _overlaid(entries, "loss", "loss"),
        "f1": _overlaid(entries, "f1", "F1"),
    }


def _overlaid(entries: Sequence[ComparedRun], field: str, title: str) -> Markup | None:
    """Draw a figure of all runs over the epochs, None where no run has it."""
    drawn = [
        Curve(entry.label, [getattr(record, field) for record in entry.run.epochs])
        for entry in entries
    ]
    known = [curve for curve in drawn if any(value is not None for value in curve.values)]
    if not known:
        return None
    ends = ", ".join(f"{curve.label} ends at {curve.values[-1]:.3g}" for curve in known)
    return plots.curves(field, f"Curves of the {title} by epoch: {ends}.", title, known)


def _side_by_side(entries: Sequence[ComparedRun], name: str, title: str) -> SideBySide:
    tables = [entry.run.evaluation.tables.get(name) for entry in entries]
    groups = dict.fromkeys(group for table in tables if table for group in table.rows)
    return SideBySide(
        title,
        {group: [table.rows.get(group) if table else None for table in tables] for group in groups},
    )


def _paired(first: ComparedRun, other: ComparedRun) -> Paired:
    one, two = first.run, other.run
    if one.corpora[one.split].sha256 != two.corpora[two.split].sha256:
        return Paired(other.label, None, "not compared: it is held to another file")
    try:
        return Paired(other.label, compare(one.predictions, two.predictions))
    except InputError as error:
        return Paired(other.label, None, f"not compared: {error}")


def _with_holm(pairs: Sequence[Paired]) -> list[Paired]:
    """Correct the tests for their number."""
    tested = [pair.p for pair in pairs if pair.p is not None]
    adjusted = iter(holm(tested))
    return [replace(pair, adjusted_p=None if pair.p is None else next(adjusted)) for pair in pairs]


def _correction(pairs: Sequence[Paired]) -> str:
    """Say whether the tests are corrected for their number."""
    tests = sum(pair.p is not None for pair in pairs)
    if tests < 2:
        return "There is one test, which needs no correction." if tests else "There is no test."
    return (
        f"There are {tests} tests against the first run: what is detected is so with Holm's "
        "correction for their number, while p and interval are those of each test alone, so that "
        "an interval may leave out 0 where nothing is detected."
    )


def _differences(entries: Sequence[ComparedRun]) -> dict[str, list[str]]:
    """Return the settings in which the configs differ, with the value of each run."""
    configs = [dict(_settings(entry.run.config.model_dump(by_alias=True))) for entry in entries]
    keys = dict.fromkeys(key for config in configs for key in config)
    rows = {key: [config.get(key, ABSENT) for config in configs] for key in keys}
    return {key: _told_apart(values) for key, values in rows.items() if not _are_equal(values)}


def _are_equal(values: Sequence[object]) -> bool:
    return all(value == values[0] for value in values)


def _settings(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield every setting under its full name."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _told_apart(values: Sequence[object]) -> list[str]:
    """Return different values as text, of paths their ends, no longer than tells them apart."""
    distinct = len(set(map(str, values)))
    longest = max(len(value.parts) if isinstance(value, Path) else 1 for value in values)
    for length in range(1, longest + 1):
        texts = [_text(value, length) for value in values]
        if len(set(texts)) == distinct:
            break
    return texts


def _text(value: object, length: int) -> str:
    if isinstance(value, Path):
        return "/".join(value.parts[-length:])
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=lambda path: path.name)
