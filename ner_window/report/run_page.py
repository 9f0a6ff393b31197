"""The page about one run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from ner_window.config.inline import inline
from ner_window.evaluation.distance import Distance, distance_of
from ner_window.evaluation.mistakes import APART, KINDS, Confusion
from ner_window.files import yaml_text
from ner_window.pages.rendering import rendered
from ner_window.report import plots
from ner_window.report.graph_picture import graph_picture
from ner_window.report.instructive_errors import MOST, instructive_errors
from ner_window.report.plots import Curve
from ner_window.report.reported_run import ReportedRun
from ner_window.report.set_scores import set_scores
from ner_window.report.verdict import verdict
from ner_window.training.epoch_record import EpochRecord
from ner_window.wording import counted

TEMPLATE = Path(__file__).parent / "templates" / "run.html"
SHOWN_ERRORS = 20  # the others are folded away
DEEPEST = 45  # percent of color in a cell, so that its number stays legible
SECTIONS = {
    "learning": "Learning",
    "types": "By type",
    "confusions": "Confusions",
    "groups": "By novelty, length and words",
    "held-out": "Held-out sets",
    "calibration": "Calibration",
    "kinds": "Kinds of errors",
    "errors": "Instructive errors",
    "data": "Data and config",
    "graph": "Computation graph",
    "cost": "Cost",
    "health": "Gradients and units",
}


def run_page(run: ReportedRun) -> str:
    """Return the page of a run as HTML."""
    evaluation = run.evaluation
    sets = set_scores(run.recorded)
    sections = {key: title for key, title in SECTIONS.items() if sets or key != "held-out"}
    return rendered(
        TEMPLATE,
        run=run,
        evaluation=evaluation,
        total=evaluation.total.rows["all"],
        verdict=verdict(evaluation),
        sections=sections,
        sets=sets,
        distances=_distances(run) if sets else {},
        plots=_plots(run),
        confusion=_confusion_rows(evaluation.confusion),
        kinds=list(
            zip(
                [*KINDS[:APART], "missed or spurious"],
                evaluation.errors.gold,
                evaluation.errors.predicted,
                strict=True,
            )
        ),
        errors=instructive_errors(run.model, run.predictions),
        most=MOST,
        shown=SHOWN_ERRORS,
        config=yaml_text(run.config.without_folders()),
        environment=_environment(run),
        inline=inline,
        graph=graph_picture(run),
        cost=_cost(run),
    )


def _distances(run: ReportedRun) -> dict[str, Distance]:
    """Return how far from its training data each set is that a run was scored on."""
    train, vectors = run.corpora["train"], run.model.vectors
    return {
        name: distance_of(corpus, train, vectors)
        for name, corpus in run.corpora.items()
        if corpus is not train
    }


def _environment(run: ReportedRun) -> str:
    """Return what the run folder says of versions and files, without what the page says besides."""
    shown = {k: v for k, v in run.environment.items() if k not in ("config", "changes")}
    return yaml_text(shown)


def _plots(run: ReportedRun) -> dict[str, Markup | None]:
    epochs, evaluation = run.epochs, run.evaluation
    types = plots.f1_bars(evaluation.tables["type"])
    calibration = evaluation.calibration
    figures = ", ".join(f"{row.label} {row.value:.1f}" for row in types)
    return {
        "loss": _curve("loss", "loss", [record.loss for record in epochs], run.kept_epoch),
        "f1": _f1_curve(epochs, run.kept_epoch),
        "learning_rate": _curve("rate", "learning rate", [r.learning_rate for r in epochs]),
        "types": plots.bars("types", f"Bars of F1 by type: {figures}.", types),
        "calibration": plots.reliability(
            "calibration",
            "Share of correct entities over confidence; the expected calibration error is "
            f"{calibration.expected_error:.1f} points.",
            calibration,
        )
        if calibration
        else None,
        "gradient_norm": _curve(
            "norm", "norm of the gradient", [record.gradient_norm for record in epochs]
        ),
        "units": _unit_curves(epochs),
    }


def _curve(name: str, title: str, values: list[float], kept_epoch: int | None = None) -> Markup:
    epochs = counted(len(values), "epoch")
    alt = f"Curve of the {title} over {epochs}, from {values[0]:.3g} to {values[-1]:.3g}."
    return plots.curves(name, alt, title, [Curve(title, values)], kept_epoch)


def _f1_curve(epochs: list[EpochRecord], kept_epoch: int) -> Markup | None:
    """Return the curve of F1, None where no data was held out to choose the epoch on."""
    values = [record.f1 for record in epochs if record.f1 is not None]
    return _curve("f1", "F1", values, kept_epoch) if values else None


def _unit_curves(epochs: list[EpochRecord]) -> Markup:
    dead = [100 * record.dead_units for record in epochs]
    saturated = [100 * record.saturated_units for record in epochs]
    alt = f"Hidden units at the end: {dead[-1]:.0f}% are dead, {saturated[-1]:.0f}% are saturated."
    drawn = [Curve("dead", dead), Curve("saturated", saturated)]
    return plots.curves("units", alt, "% of the hidden units", drawn, limits=(-3, 103))


@dataclass(frozen=True)
class HeatCell:
    """A count of the heat map, and how deep its color is, in percent."""

    count: int
    depth: int
    is_right: bool


@dataclass(frozen=True)
class HeatRow:
    """A row of the heat map."""

    name: str
    cells: list[HeatCell]


def _confusion_rows(confusion: Confusion) -> list[HeatRow]:
    """Return the cells, shaded by the root of their share of the row, that rare ones be seen."""
    rows = []
    for number, counts in enumerate(confusion.counts.tolist()):
        whole = max(sum(counts), 1)
        cells = [
            HeatCell(count, round(DEEPEST * math.sqrt(count / whole)), is_right=place == number)
            for place, count in enumerate(counts)
        ]
        name = [*confusion.names, "spurious"][number]
        rows.append(HeatRow(name, cells))
    rows[-1].cells.pop()  # what is neither gold nor predicted is not counted
    return rows


def _cost(run: ReportedRun) -> dict[str, str]:
    seconds = [record.seconds for record in run.epochs]
    speeds = [record.tokens_per_second for record in run.epochs]
    memory = run.scores.peak_memory_mb
    return {
        "Epochs": f"{len(seconds)}",
        "Time of an epoch": f"{sum(seconds) / len(seconds):.3g} s",
        "Time of all epochs": f"{sum(seconds):.3g} s",
        "Training speed": f"{sum(speeds) / len(speeds):,.0f} tokens/s",
        "Peak memory": f"{memory:,.0f} MB" if memory is not None else "not recorded",
    }
