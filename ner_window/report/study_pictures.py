"""What is drawn of a study, with a sentence for those who cannot see it."""

from __future__ import annotations

from ner_window.pages.figures import hundredths_figure, signed_figure
from ner_window.pages.picture import Picture
from ner_window.report import study_plots, vector_plots
from ner_window.report.error_bars import ErrorBar
from ner_window.report.reported_study import ReportedStudy
from ner_window.report.study_plots import ArmRow, LearningCurve
from ner_window.study.arms import label_of
from ner_window.study.drift import degrees


def study_pictures(reported: ReportedStudy) -> dict[str, Picture]:
    """Return the plots of a study by name, those that there is something to draw for."""
    pictures = [
        _curves(reported),
        _forest(reported),
        _differences(reported),
        _break_even(reported),
        _mentions(reported),
        _drift(reported),
        *_partings(reported),
    ]
    return {picture.name: picture for picture in pictures if picture}


def _curves(reported: ReportedStudy) -> Picture:
    """Draw the arms over the sizes; of a single size, in rows."""
    curves = []
    for arm, cells in reported.rows.items():
        known = [cell for cell in cells if cell]
        bars = [ErrorBar(label_of(arm), cell.mean, cell.interval) for cell in known]
        hollow = [place for place, cell in enumerate(known) if reported.is_at_edge(cell)]
        if known:
            curves.append(LearningCurve(arm, [cell.tokens for cell in known], bars, hollow))
    ends = ", ".join(
        f"{label_of(curve.arm)} {curve.bars[-1].value:.1f} at {curve.tokens[-1]:,.0f} tokens"
        for curve in curves
    )
    alt = f"{reported.metric} of the arms: {ends}."
    arms = reported.results.arms
    if len(reported.sizes) > 1:
        return study_plots.learning_curves("curves", alt, reported.metric, curves, arms)
    rows = [ArmRow(curve.arm, curve.bars[0], bool(curve.hollow)) for curve in curves]
    label = f"{reported.metric}, with its 95% interval"
    return study_plots.arm_rows("curves", alt, label, rows, arms, zero=False)


def _forest(reported: ReportedStudy) -> Picture | None:
    """Draw the arms against the first one at the largest size, but for those too far off."""
    first, drawn = reported.results.arms[0], []
    for each in reported.statistics.differences:
        is_drawn = each.one == first and each.other not in reported.arms_left_out
        if is_drawn and each.size == reported.largest:
            bar = ErrorBar(label_of(each.other), each.value, each.interval)
            drawn.append(ArmRow(each.other, bar))
    if not drawn:
        return None
    found = ", ".join(
        f"{row.bar.label} {signed_figure(row.bar.value, row.bar.interval)}" for row in drawn
    )
    tokens = f"{reported.sizes[reported.largest]:,.0f} tokens"
    alt = f"Differences of {reported.metric} from {label_of(first)} with {tokens}: {found}."
    label = f"{reported.metric} minus that of {label_of(first)}, with its 95% interval"
    return study_plots.arm_rows("forest", alt, label, drawn, reported.results.arms, zero=True)


def _differences(reported: ReportedStudy) -> Picture | None:
    """Draw the same over the sizes, where there are several."""
    first, *others = reported.results.arms
    curves = []
    for arm in others:
        rows = reported.statistics.of_pair(first, arm)
        bars = [ErrorBar(label_of(arm), row.value, row.interval) for row in rows]
        if rows and arm not in reported.arms_left_out:
            tokens = [row.tokens for row in rows]
            curves.append(LearningCurve(arm, tokens, bars, figure=signed_figure))
    if not curves or len(reported.sizes) < 2:
        return None
    ends = ", ".join(f"{curve.bars[-1].label} {curve.bars[-1].value:+.1f}" for curve in curves)
    alt = f"Differences of {reported.metric} from {label_of(first)}; at the largest size: {ends}."
    label = f"{reported.metric} minus that of {label_of(first)}"
    arms, crossing = reported.results.arms, reported.drawn_crossing
    return study_plots.differences("differences", alt, label, curves, arms, crossing)


def _break_even(reported: ReportedStudy) -> Picture | None:
    found = reported.findings.break_even
    if found is None or not reported.findings.held_out:
        return None
    sets = ", ".join(
        f"{each.name} {each.measured:+.1f} at {each.predicted.new_names:.0f}%"
        for each in found.sets
    )
    label = f"{reported.metric} of {label_of(found.other)} minus {label_of(found.one)}"
    low, high = found.line[0].value, found.line[-1].value
    alt = f"{label}: {low:+.1f} without new names, {high:+.1f} with no other; measured: {sets}."
    return study_plots.break_even("break-even", alt, label, found)


def _mentions(reported: ReportedStudy) -> Picture | None:
    cells = [cell for cells in reported.rows.values() if (cell := cells[-1])]
    estimates = {
        "seen": [(cell.arm, cell.seen) for cell in cells],
        "new": [(cell.arm, cell.unseen) for cell in cells],
    }
    groups = {
        group: [ErrorBar(label_of(arm), of.mean, of.interval) for arm, of in rows if of.mean]
        for group, rows in estimates.items()
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
    drifts = {arm: v.drift for arm, v in analyses if v.drift and v.drift.moved}
    if not drifts:
        return None
    alt = ", ".join(
        f"{label_of(arm)} {degrees(drift.total.cosine.median):.0f} degrees"
        for arm, drift in drifts.items()
    )
    alt = f"By how much words turned, by frequency; medians of all words: {alt}."
    return vector_plots.drift_by_frequency("drift", alt, drifts, reported.results.arms)


def _partings(reported: ReportedStudy) -> list[Picture]:
    """Draw what became of the pairs of each arm whose vectors moved."""
    pictures = []
    for arm in reported.vectors:
        pairs = reported.shown_pairs(arm)
        told = ", ".join(
            f"{pair.word} and {pair.partner} {hundredths_figure(pair.cosine_before)} to "
            f"{hundredths_figure(pair.cosine_after)}"
            for pair in pairs
        )
        number = reported.results.arms.index(arm)
        alt = f"Cosines of pairs in {label_of(arm)}, before and after training: {told}."
        if pairs:
            pictures.append(vector_plots.partings(f"partings-{arm}", alt, pairs, number))
    return pictures
