"""What is drawn of a study, with a sentence for those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ner_window.pages.picture import Picture
from ner_window.report import study_plots
from ner_window.report.error_bars import ErrorBar
from ner_window.report.reported_study import ReportedStudy
from ner_window.report.study_plots import LearningCurve
from ner_window.study.arms import ArmName
from ner_window.study.vector_analysis import VectorAnalysis


def study_pictures(reported: ReportedStudy) -> dict[str, Picture]:
    """Return the plots of a study by name, those that there is something to draw for."""
    pictures = [
        _curves(reported),
        _differences(reported),
        _break_even(reported),
        _mentions(reported),
        _drift(reported),
        *_movements(reported.vectors),
    ]
    return {picture.name: picture for picture in pictures if picture}


def _curves(reported: ReportedStudy) -> Picture:
    curves = []
    for arm, cells in reported.rows.items():
        known = [cell for cell in cells if cell]
        bars = [ErrorBar(arm, cell.mean, cell.interval) for cell in known]
        if known:
            curves.append(LearningCurve(arm, [cell.tokens for cell in known], bars))
    ends = ", ".join(
        f"{curve.label} {curve.bars[-1].value:.1f} at {curve.tokens[-1]:,.0f} tokens"
        for curve in curves
    )
    alt = f"Learning curves of {reported.metric}: {ends}."
    arms: Sequence[str] = reported.results.arms
    return study_plots.learning_curves("curves", alt, reported.metric, curves, arms)


def _differences(reported: ReportedStudy) -> Picture | None:
    """Draw the arms against the first one, but for those that are too far off."""
    first, *others = reported.results.arms
    left_out, curves = reported.arms_left_out, []
    for arm in others:
        if arm in left_out:
            continue
        rows = reported.statistics.of_pair(first, arm)
        bars = [ErrorBar(arm, row.value, row.interval) for row in rows]
        if rows:
            curves.append(LearningCurve(arm, [row.tokens for row in rows], bars))
    if not curves:
        return None
    ends = ", ".join(f"{curve.label} {curve.bars[-1].value:+.1f}" for curve in curves)
    alt = f"Differences of {reported.metric} from {first}; at the largest size: {ends}."
    label = f"{reported.metric} minus that of {first}"
    arms: Sequence[str] = reported.results.arms
    crossing = reported.drawn_crossing
    return study_plots.differences("differences", alt, label, curves, arms, crossing)


def _break_even(reported: ReportedStudy) -> Picture | None:
    found = reported.findings.break_even
    if found is None or not reported.findings.held_out:
        return None
    sets = ", ".join(
        f"{each.name} {each.measured:+.1f} at {each.predicted.new_names:.0f}%"
        for each in found.sets
    )
    label = f"{reported.metric} of {found.other} minus {found.one}"
    low, high = found.line[0].value, found.line[-1].value
    alt = f"{label}: {low:+.1f} without new names, {high:+.1f} with no other; measured: {sets}."
    return study_plots.break_even("break-even", alt, label, found)


def _mentions(reported: ReportedStudy) -> Picture | None:
    cells = [cell for cells in reported.rows.values() if (cell := cells[-1])]
    groups = {
        "seen": [ErrorBar(c.arm, c.seen.mean, c.seen.interval) for c in cells if c.seen.mean],
        "new": [ErrorBar(c.arm, c.unseen.mean, c.unseen.interval) for c in cells if c.unseen.mean],
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
    arms: Sequence[ArmName] = reported.results.arms
    return study_plots.drift_by_frequency(
        "drift", f"Drift of words by frequency; medians of all words: {alt}.", drifts, arms
    )


def _movements(vectors: Mapping[ArmName, VectorAnalysis]) -> list[Picture]:
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
