"""The page that shows several runs side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from ner_window.evaluation.breakdown import GroupScore
from ner_window.pages.downloads import csv_link
from ner_window.pages.picture import series_class
from ner_window.pages.rendering import rendered
from ner_window.report import plots
from ner_window.report.differing_settings import differing_settings
from ner_window.report.error_bars import ErrorBar
from ner_window.report.learning import FEWEST_EPOCHS
from ner_window.report.paired_runs import Paired, correction
from ner_window.report.plots import Curve
from ner_window.report.reported_run import ReportedRun
from ner_window.report.set_scores import sets_side_by_side
from ner_window.report.what_was_run import short_name, what_was_run
from ner_window.wording import listed, shortened

TEMPLATE = Path(__file__).parent / "templates" / "comparison.html"
GROUPINGS = {"type": "F1 by type", "novelty": "F1 by novelty"}
SECTIONS = {
    "total": "F1",
    "held-out": "Held-out sets",
    "paired": "Compared with the first run",
    "sentences": "Sentences that differ",
    "groups": "By type and novelty",
    "learning": "Learning",
    "configs": "Configs",
}
LONGEST_LABEL = 24  # characters, in plots
NAMING_SETTINGS = 2  # that a name has at most


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


def entries_of(
    runs: Sequence[ReportedRun], folder: str, names: Sequence[str] = ()
) -> list[ComparedRun]:
    """Number and name the runs, as folders of different places may have one name.

    Parameters
    ----------
    runs
        The runs.
    folder
        That of their own pages, seen from the page, with a slash, or empty.
    names
        What the first runs are called; the others are called as their folders and, where that
        is one name, as they are set.
    """
    called = [*names, *_names(runs)[len(names) :]]
    return [
        ComparedRun(run, f"{number} {name}", f"{folder}{number}-{run.name}.html")
        for number, (run, name) in enumerate(zip(runs, called, strict=True), start=1)
    ]


def _names(runs: Sequence[ReportedRun]) -> list[str]:
    names = [short_name(run) for run in runs]
    counts = Counter(names)
    settings = differing_settings([run.config for run in runs])
    told = [
        ", ".join(
            f"{key.rpartition('.')[2]} {values[place]}"
            for key, values in list(settings.items())[:NAMING_SETTINGS]
        )
        for place in range(len(runs))
    ]
    return [
        f"{name}, {set_}" if counts[name] > 1 and set_ else name
        for name, set_ in zip(names, told, strict=True)
    ]


def comparison_page(
    entries: Sequence[ComparedRun], paired: Sequence[Paired], sentences_file: str
) -> str:
    """Return the page of several runs as HTML; links lead to their own pages beside it.

    Parameters
    ----------
    entries
        The runs.
    paired
        Those but the first, compared with it.
    sentences_file
        Where the file of all sentences lies on which they differ, seen from the page.
    """
    runs, labels = [entry.run for entry in entries], [entry.label for entry in entries]
    sets = sets_side_by_side(runs)
    ranked = sorted(entries, key=lambda entry: -entry.total.counts.f1)
    return rendered(
        TEMPLATE,
        entries=entries,
        ranked=ranked,
        labels=labels,
        looks=[series_class(number) for number in range(len(entries))],
        data=listed(dict.fromkeys(run.split for run in runs)),
        answer=_answer(ranked, paired, labels[0]),
        facts={entry.label: what_was_run(entry.run) for entry in entries},
        sections={
            name: title
            for name, title in SECTIONS.items()
            if (name != "held-out" or sets) and (name != "sentences" or _differ(paired, labels[0]))
        },
        plots=_plots(entries),
        sets=sets,
        tables=[_side_by_side(entries, name, title) for name, title in GROUPINGS.items()],
        paired=paired,
        sentences_file=sentences_file,
        correction=correction(paired),
        descriptions=dict.fromkeys(
            pair.comparison.units.description for pair in paired if pair.comparison
        ),
        differences=differing_settings([run.config for run in runs]),
        chosen_alike=all(run.caveats == runs[0].caveats for run in runs),
        runs_file=_runs_file(entries),
    )


def _answer(ranked: Sequence[ComparedRun], paired: Sequence[Paired], first: str) -> str:
    """Return which run has the highest F1, and what is detected against the first one."""
    best = ranked[0].total
    f1 = f"{ranked[0].label} has the highest F1, {best.counts.f1:.1f}"
    return "; ".join([f1, *(pair.phrase(first) for pair in paired)]) + "."


def _differ(paired: Sequence[Paired], first: str) -> bool:
    return any(pair.differing(first) for pair in paired)


def _plots(entries: Sequence[ComparedRun]) -> dict[str, Markup | None]:
    bars = [
        ErrorBar(_in_plot(entry), entry.total.counts.f1, entry.total.intervals["f1"])
        for entry in entries
    ]
    figures = ", ".join(f"{bar.label}: {bar.value:.1f}" for bar in bars)
    return {
        "total": plots.dots("total", f"F1 of the runs with intervals: {figures}.", bars),
        "loss": _overlaid(entries, "loss", "loss"),
        "f1": _overlaid(entries, "f1", "F1"),
    }


def _in_plot(entry: ComparedRun) -> str:
    return shortened(entry.label, LONGEST_LABEL)


def _overlaid(entries: Sequence[ComparedRun], field: str, title: str) -> Markup | None:
    """Draw a figure of all runs over the epochs, None where no run has a curve of it."""
    drawn = [
        Curve(_in_plot(entry), [getattr(record, field) for record in entry.run.epochs])
        for entry in entries
    ]
    known = [curve for curve in drawn if curve.is_known]
    if max((len(curve.values) for curve in known), default=0) < FEWEST_EPOCHS:
        return None
    ends = ", ".join(f"{curve.label} ends at {curve.values[-1]:.3g}" for curve in known)
    return plots.curves(field, f"Curves of the {title} by epoch: {ends}.", title, drawn)


def _side_by_side(entries: Sequence[ComparedRun], name: str, title: str) -> SideBySide:
    """Return the scores by group, of groups that some run has anything of."""
    tables = [entry.run.evaluation.tables.get(name) for entry in entries]
    groups = dict.fromkeys(group for table in tables if table for group in table.rows)
    rows = {group: [t.rows.get(group) if t else None for t in tables] for group in groups}
    return SideBySide(
        title,
        {
            group: scores
            for group, scores in rows.items()
            if any(score and score.figure("f1") is not None for score in scores)
        },
    )


def _runs_file(entries: Sequence[ComparedRun]) -> Markup:
    figures = ("gold", "predicted", "correct", "precision", "recall", "f1")
    rows = [
        [entry.label, entry.run.split, *(getattr(entry.total.counts, name) for name in figures)]
        for entry in entries
    ]
    return csv_link("runs.csv", ["run", "data", *figures], rows)
