"""The page about a study, and its plots as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from ner_window.files import new_file
from ner_window.pages.picture import Picture
from ner_window.pages.rendering import rendered
from ner_window.report import study_plots
from ner_window.report.plots import Estimate
from ner_window.report.study_plots import LearningCurve
from ner_window.study.arms import SUMMARIES, Arm
from ner_window.study.pitfall import NEAR
from ner_window.study.results import StudyResults
from ner_window.study.statistics import Cell, Crossing, Statistics
from ner_window.study.studied_vectors import chosen_runs
from ner_window.study.study_config import Study
from ner_window.study.tuning import mean_f1
from ner_window.study.vector_analysis import VectorAnalysis
from ner_window.study.verdict import METRICS, notes, verdict
from ner_window.training.run_folder import describe_environment
from ner_window.wording import duration

TEMPLATE = Path(__file__).parent / "templates" / "study.html"
PAGE, PLOTS = "study.html", "plots"
SECTIONS = {
    "curves": "Learning curves",
    "differences": "Differences",
    "mentions": "Seen and unseen mentions",
    "crossings": "Crossing points",
    "drift": "Drift of the vectors",
    "pitfall": "Left behind: the pitfall",
    "swap": "Swapped back",
    "movements": "Words that moved furthest",
    "method": "How it was done",
}
SHOWN_PAIRS = 10  # the others are folded away


@dataclass(frozen=True)
class ReportedStudy:
    """A study as its page shows it; ``vectors`` is what happened to those of each arm."""

    study: Study
    results: StudyResults
    statistics: Statistics
    vectors: Mapping[Arm, VectorAnalysis]

    @property
    def metric(self) -> str:
        """What is compared, as it is written."""
        return METRICS[self.statistics.metric]

    @property
    def sizes(self) -> dict[str, float]:
        """The sizes with their tokens, on average, smallest first, where there are runs."""
        tokens = {cell.size: cell.tokens for cell in self.statistics.cells}
        return {size: tokens[size] for size in self.results.sizes if size in tokens}

    @property
    def rows(self) -> dict[Arm, list[Cell | None]]:
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

    @property
    def facts(self) -> dict[str, str]:
        """How much was done."""
        runs = self.results.runs
        return {
            "Runs": f"{len(runs):,}",
            "Seeds": f"{self.study.seeds}",
            "Reported on": f"{self.study.reported}, {self.statistics.unit_count:,} "
            f"{self.statistics.units}",
            "Training time": duration(sum(run.seconds for run in runs)),
        }


def study_page(reported: ReportedStudy) -> str:
    """Return the page of a study as HTML."""
    study, results = reported.study, reported.results
    environment = {**describe_environment(study.base), "sha256": results.hashes}
    del environment["started"]  # so that the page of the same results is the same to the byte
    rates = sorted(study.tuning.learning_rates) if study.tuning else []
    return rendered(
        TEMPLATE,
        reported=reported,
        statistics=reported.statistics,
        verdict=verdict(reported.statistics),
        notes=notes(study, results, reported.statistics),
        sections=SECTIONS,
        near=NEAR,
        shown=SHOWN_PAIRS,
        size_headings=[f"{tokens:,.0f} tokens" for tokens in reported.sizes.values()],
        rate_headings=[f"{rate:g}" for rate in rates],
        summaries=SUMMARIES,
        seen=chosen_runs(results),
        swapped={arm: v.swap_back for arm, v in reported.vectors.items() if v.swap_back},
        plots={name: picture.within_page() for name, picture in study_pictures(reported).items()},
        tuned={cell: mean_f1(results.tuning, cell) for cell in results.rates},
        config=study.to_yaml(),
        environment=yaml.safe_dump(environment, sort_keys=False),
    )


def write_page(reported: ReportedStudy, folder: Path) -> list[Path]:
    """Write the page and, as SVG and PNG, its plots into a folder; return what was written.

    Each file appears whole or not at all. Raises InputError where that cannot be done.
    """
    pages = {folder / PAGE: study_page(reported).encode()}
    for name, picture in study_pictures(reported).items():
        pages[folder / PLOTS / f"{name}.svg"] = picture.svg()
        pages[folder / PLOTS / f"{name}.png"] = picture.png()
    (folder / PLOTS).mkdir(exist_ok=True)
    for path, content in pages.items():
        with new_file(path, may_replace=True) as file:
            file.write(content)
    return [folder / PAGE, folder / PLOTS]


def study_pictures(reported: ReportedStudy) -> dict[str, Picture]:
    """Return the plots of a study by name, those that there is something to draw for."""
    pictures = [
        _curves(reported),
        _differences(reported),
        _mentions(reported),
        _drift(reported),
        *_movements(reported.vectors),
    ]
    return {picture.name: picture for picture in pictures if picture}


def _curves(reported: ReportedStudy) -> Picture:
    curves = []
    for arm, cells in reported.rows.items():
        known = [cell for cell in cells if cell]
        estimates = [Estimate(arm, cell.mean, cell.interval) for cell in known]
        if known:
            curves.append(LearningCurve(arm, [cell.tokens for cell in known], estimates))
    ends = ", ".join(
        f"{curve.label} {curve.estimates[-1].value:.1f} at {curve.tokens[-1]:,.0f} tokens"
        for curve in curves
    )
    alt = f"Learning curves of {reported.metric}: {ends}."
    arms: Sequence[str] = reported.results.arms
    return study_plots.learning_curves("curves", alt, reported.metric, curves, arms)


def _differences(reported: ReportedStudy) -> Picture | None:
    """Draw the arms against the first one, without random vectors: these are too far off."""
    first, *others = reported.results.arms
    curves = []
    for arm in others:
        rows = reported.statistics.of_pair(first, arm)
        estimates = [Estimate(arm, row.value, row.interval) for row in rows]
        if rows and (arm != "scratch" or others == ["scratch"]):
            curves.append(LearningCurve(arm, [row.tokens for row in rows], estimates))
    if not curves:
        return None
    ends = ", ".join(f"{curve.label} {curve.estimates[-1].value:+.1f}" for curve in curves)
    alt = f"Differences of {reported.metric} from {first}; at the largest size: {ends}."
    label = f"{reported.metric} minus that of {first}"
    arms: Sequence[str] = reported.results.arms
    crossing = reported.drawn_crossing
    return study_plots.differences("differences", alt, label, curves, arms, crossing)


def _mentions(reported: ReportedStudy) -> Picture | None:
    cells = [cell for cells in reported.rows.values() if (cell := cells[-1])]
    groups = {
        "seen": [Estimate(c.arm, c.seen.mean, c.seen.interval) for c in cells if c.seen.mean],
        "unseen": [
            Estimate(c.arm, c.unseen.mean, c.unseen.interval) for c in cells if c.unseen.mean
        ],
    }
    if not all(len(rows) == len(cells) for rows in groups.values()):
        return None
    alt = "; ".join(
        f"{group}: " + ", ".join(f"{row.label} {row.value:.1f}" for row in rows)
        for group, rows in groups.items()
    )
    return study_plots.side_by_side(
        "mentions", f"By what training showed: {alt}.", reported.metric, groups
    )


def _drift(reported: ReportedStudy) -> Picture | None:
    """Draw the drift of the arms whose vectors moved, each as in the learning curves."""
    analyses = reported.vectors.items()
    drifts = {str(arm): v.drift for arm, v in analyses if v.drift and v.drift.moved}
    if not drifts:
        return None
    alt = ", ".join(f"{arm} {drift.total.cosine.median:.3g}" for arm, drift in drifts.items())
    arms: Sequence[Arm] = reported.results.arms
    return study_plots.drift_by_frequency(
        "drift", f"Drift of words by frequency; medians of all words: {alt}.", drifts, arms
    )


def _movements(vectors: Mapping[Arm, VectorAnalysis]) -> list[Picture]:
    return [
        study_plots.movements(
            f"movements-{arm}",
            f"The words that moved furthest in {arm}, before and after: "
            + ", ".join(arrow.word for arrow in analysis.projection.arrows),
            analysis.projection,
        )
        for arm, analysis in vectors.items()
        if analysis.projection
    ]
