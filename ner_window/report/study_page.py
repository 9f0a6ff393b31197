"""The page about a study, and its plots as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ner_window.report import study_plots
from ner_window.report.picture import Picture
from ner_window.report.plots import Estimate
from ner_window.report.rendering import rendered
from ner_window.report.study_plots import Crossing, LearningCurve
from ner_window.study.pitfall import NEAR
from ner_window.study.vector_analysis import VectorAnalysis

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
MOST_DIFFERENCES = 12  # rows of the plot; the table has all


@dataclass(frozen=True)
class Figure:
    """What an arm reaches at a size: mean and deviation over the seeds, 95% interval."""

    mean: float
    deviation: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Difference:
    """The difference between two arms at a size, with its interval and p."""

    label: str
    tokens: int
    value: float
    interval: tuple[float, float]
    p: float
    is_detected: bool

    @property
    def p_text(self) -> str:
        return f"{self.p:.4f}"

    @property
    def verdict(self) -> str:
        return "detected" if self.is_detected else "not detected"


@dataclass(frozen=True)
class Tuned:
    """The held-out figures of the learning rates that were tried, and the one that was chosen."""

    chosen: float
    scores: Mapping[float, float]


@dataclass(frozen=True)
class ShownStudy:
    """What the page says of a study; everything else it derives.

    ``arms`` gives the figures of each arm, one for each of ``sizes`` (in tokens, ascending), None
    where there is none; ``mentions`` those of each group of mentions, an estimate for each arm.
    ``metric`` names what all of them are, in percent.
    ``vectors`` holds what happened to the vectors of each arm, in the run that ``vectors_note``
    names. ``method`` tells in sentences how it was done.
    """

    name: str
    split: str
    metric: str
    verdict: str
    facts: Mapping[str, str]
    sizes: Sequence[int]
    arms: Mapping[str, Sequence[Figure | None]]
    interval_note: str
    differences: Sequence[Difference]
    test_note: str
    mentions: Mapping[str, Sequence[Estimate]]
    crossing: Crossing | None
    crossings: Sequence[str]
    vectors: Mapping[str, VectorAnalysis]
    vectors_note: str
    method: Sequence[str]
    rates: Sequence[float]
    tuning: Mapping[str, Tuned]
    failures: Sequence[str]
    config: str
    environment: str


@dataclass(frozen=True)
class StudyPictures:
    """The plots of a study; None, or nothing, where there is nothing to draw."""

    curves: Picture
    differences: Picture | None
    mentions: Picture | None
    drift: Picture | None
    movements: Mapping[str, Picture]

    def all(self) -> list[Picture]:
        """Return every plot."""
        single = (self.curves, self.differences, self.mentions, self.drift)
        return [picture for picture in single if picture] + list(self.movements.values())


def study_page(study: ShownStudy) -> str:
    """Return the page of a study as HTML."""
    pictures = study_pictures(study)
    single = ("curves", "differences", "mentions", "drift")
    drawn = {name: getattr(pictures, name) for name in single}
    return rendered(
        "study.html",
        study=study,
        sections=SECTIONS,
        near=NEAR,
        shown=SHOWN_PAIRS,
        swapped={arm: v.swap_back for arm, v in study.vectors.items() if v.swap_back},
        plots={
            **{name: picture and picture.within_page() for name, picture in drawn.items()},
            "movements": {a: picture.within_page() for a, picture in pictures.movements.items()},
        },
        captions=_captions(study),
    )


def write_plots(study: ShownStudy, folder: Path) -> None:
    """Write every plot of a study into a folder, as SVG and as PNG."""
    for picture in study_pictures(study).all():
        (folder / f"{picture.name}.svg").write_bytes(picture.svg())
        (folder / f"{picture.name}.png").write_bytes(picture.png())


def study_pictures(study: ShownStudy) -> StudyPictures:
    """Return the plots of a study."""
    return StudyPictures(
        curves=_curves(study),
        differences=_differences(study),
        mentions=_mentions(study),
        drift=_drift(study),
        movements=_movements(study.vectors),
    )


def _curves(study: ShownStudy) -> Picture:
    curves = []
    for arm, figures in study.arms.items():
        known = [(size, f) for size, f in zip(study.sizes, figures, strict=True) if f]
        estimates = [Estimate(arm, figure.mean, figure.interval) for _, figure in known]
        if known:
            curves.append(LearningCurve(arm, [size for size, _ in known], estimates))
    ends = ", ".join(
        f"{curve.label} {curve.estimates[-1].value:.1f} at {curve.tokens[-1]:,} tokens"
        for curve in curves
    )
    return study_plots.learning_curves(
        "curves",
        f"Learning curves of {study.metric}: {ends}.",
        study.metric,
        curves,
        study.crossing,
    )


def _differences(study: ShownStudy) -> Picture | None:
    if not study.differences:
        return None
    rows = [
        Estimate(f"{row.label}, {study_plots.short(row.tokens)}", row.value, row.interval)
        for row in study.differences[:MOST_DIFFERENCES]
    ]
    alt = ", ".join(f"{row.label}: {row.value:+.1f}" for row in rows)
    return study_plots.differences("differences", f"Differences: {alt}.", study.metric, rows)


def _mentions(study: ShownStudy) -> Picture | None:
    if not study.mentions:
        return None
    alt = "; ".join(
        f"{group}: " + ", ".join(f"{row.label} {row.value:.1f}" for row in rows)
        for group, rows in study.mentions.items()
    )
    return study_plots.side_by_side(
        "mentions", f"By what training showed: {alt}.", study.metric, study.mentions
    )


def _drift(study: ShownStudy) -> Picture | None:
    """Draw the drift of the arms whose vectors moved, each as in the learning curves."""
    analyses = study.vectors.items()
    drifts = {arm: v.drift for arm, v in analyses if v.drift and v.drift.moved}
    if not drifts:
        return None
    alt = ", ".join(f"{arm} {drift.total.cosine.median:.3g}" for arm, drift in drifts.items())
    return study_plots.drift_by_frequency(
        "drift", f"Drift of words by frequency; medians of all words: {alt}.", drifts, [*study.arms]
    )


def _movements(vectors: Mapping[str, VectorAnalysis]) -> dict[str, Picture]:
    return {
        arm: study_plots.movements(
            f"movements-{arm}",
            f"The words that moved furthest in {arm}, before and after: "
            + ", ".join(arrow.word for arrow in analysis.projection.arrows),
            analysis.projection,
        )
        for arm, analysis in vectors.items()
        if analysis.projection
    }


def _captions(study: ShownStudy) -> dict[str, str | dict[str, str]]:
    crossing = " The dotted line is where two arms cross, the gray its interval."
    movements = {
        arm: f"{arm}: the plane holds {analysis.projection.share:.0%} of the variance of the "
        f"pretrained vectors, and {analysis.projection.movement:.0%} of the movement."
        for arm, analysis in study.vectors.items()
        if analysis.projection
    }
    return {
        "curves": f"{study.metric} on {study.split} over the size of the training set, with 95% "
        "bands." + (crossing if study.crossing else ""),
        "differences": "Differences with their 95% intervals; left of the dotted line the first "
        "arm is worse.",
        "mentions": f"{study.metric} on mentions that training showed with their type, and on "
        "mentions of which it showed no word as part of a mention.",
        "drift": "Median drift by how often training showed a word; the bands hold the middle "
        "half of the words.",
        "movements": movements,
    }
