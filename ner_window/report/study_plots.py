"""The plots of a study: learning curves, differences, seen and new mentions, and the vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from ner_window.pages.picture import HEIGHT, INK, MARKERS, SERIES, Axes, Picture, series_look
from ner_window.report.error_bars import ROW_HEIGHT, ErrorBar, draw_row
from ner_window.study.break_even import BreakEven
from ner_window.study.crossing import Crossing
from ner_window.study.drift import Drift
from ner_window.study.projection import Projection

BAND = 0.15  # opacity
LEGEND = {"fontsize": 8, "loc": "outside lower center"}


@dataclass(frozen=True)
class LearningCurve:
    """What an arm reaches at each size, in tokens, ascending."""

    label: str
    tokens: Sequence[float]
    bars: Sequence[ErrorBar]


def learning_curves(
    name: str, alt: str, metric: str, drawn: Sequence[LearningCurve], arms: Sequence[str]
) -> Picture:
    """Draw a metric of arms over the size of the training set, with 95% bands.

    Parameters
    ----------
    name, alt
        Those of the picture.
    metric
        What is drawn.
    drawn
        The curves of arms.
    arms
        All that the study has, drawn or not, so that each looks the same in every plot.
    """

    def paint(axes: Axes) -> None:
        _draw_curves(axes, drawn, arms)
        axes.set(ylabel=metric)

    return Picture(name, alt, 1.2 * HEIGHT, paint)


def differences(
    name: str,
    alt: str,
    label: str,
    drawn: Sequence[LearningCurve],
    arms: Sequence[str],
    crossing: Crossing | None = None,
) -> Picture:
    """Draw the differences of arms from another one over the size of the training set.

    Parameters
    ----------
    name, alt
        Those of the picture.
    label
        What is drawn, minus what.
    drawn
        The curves of differences.
    arms
        As for ``learning_curves``.
    crossing
        Where two arms cross, None for nowhere: a dotted line, in the gray of its interval.
    """

    def paint(axes: Axes) -> None:
        axes.axhline(0, color=INK, linewidth=1)
        _draw_curves(axes, drawn, arms)
        if crossing is not None and crossing.tokens is not None:
            axes.axvline(crossing.tokens, color=INK, linestyle=":", linewidth=1)
            if crossing.interval is not None:
                axes.axvspan(*crossing.interval, color=INK, alpha=BAND / 2, linewidth=0)
        axes.set(ylabel=label)

    return Picture(name, alt, 1.2 * HEIGHT, paint)


def break_even(name: str, alt: str, label: str, found: BreakEven) -> Picture:
    """Draw a difference over the share of new names, with every set at its own.

    Parameters
    ----------
    name, alt
        Those of the picture.
    label
        What is drawn.
    found
        The line with its band, the interval of the tie in gray, and the sets with their intervals.
    """

    def paint(axes: Axes) -> None:
        axes.axhline(0, color=INK, linewidth=1)
        shares = [place.new_names for place in found.line]
        axes.plot(shares, [place.value for place in found.line], color=SERIES[0])
        told = [(place.new_names, *place.interval) for place in found.line if place.interval]
        if told:
            axes.fill_between(*np.transpose(told), color=SERIES[0], alpha=BAND, linewidth=0)
        if found.interval is not None:
            axes.axvspan(*found.interval, color=INK, alpha=BAND / 2, linewidth=0)
        for each in found.sets:
            x, y = each.predicted.new_names, each.measured
            if each.interval is not None:
                axes.plot([x, x], each.interval, color=INK, linewidth=1)
            axes.plot([x], [y], "o", color=INK)
            side, shift = ("left", 6) if x < 50 else ("right", -6)  # within the axes
            axes.annotate(each.name, (x, y), xytext=(shift, 4), textcoords="offset points", ha=side)
        axes.set(xlabel="new names, % of all", ylabel=label)

    return Picture(name, alt, 1.2 * HEIGHT, paint)


def _draw_curves(axes: Axes, drawn: Sequence[LearningCurve], arms: Sequence[str]) -> None:
    for curve in drawn:
        values, bounds = [bar.value for bar in curve.bars], [bar.bounds for bar in curve.bars]
        _band(axes, arms.index(curve.label), curve.label, curve.tokens, values, bounds)
    _token_axis(axes, sorted({size for curve in drawn for size in curve.tokens}))
    axes.figure.legend(**LEGEND, ncols=_columns(drawn))


def _band(
    axes: Axes,
    number: int,
    label: str,
    places: Sequence[float],
    values: Sequence[float],
    bounds: Sequence[tuple[float, float]],
) -> None:
    """Draw a curve with a band, or a single value with a bar.

    Parameters
    ----------
    axes
        Where it is drawn.
    number
        The series whose look it has.
    label
        What the legend says.
    places, values
        The points of the curve.
    bounds
        The ends of the band at each point.
    """
    look = series_look(number)
    color = look["color"]
    lows, highs = zip(*bounds, strict=True)
    if len(places) == 1:
        axes.vlines(places, lows, highs, color=color, linewidth=1)
    axes.fill_between(places, lows, highs, color=color, alpha=BAND, linewidth=0)
    axes.plot(places, values, label=label, **look, markersize=4)


def _columns(drawn: Sized) -> int:
    """Return how many columns a legend of several series has."""
    return len(drawn) if len(drawn) <= 4 else 3


def _token_axis(axes: Axes, sizes: Sequence[float]) -> None:
    """Mark the sizes of the training set on a logarithmic axis."""
    if len(sizes) > 1:
        axes.set_xscale("log")
    axes.set_xticks(sizes)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: short(size)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel="training tokens")


def short(number: float) -> str:
    """Return a number of tokens in three digits: 950, 5.2k, 204k, 1.3M."""
    for unit, factor in (("M", 1_000_000), ("k", 1000)):
        if number >= 0.9995 * factor:
            return f"{number / factor:.3g}{unit}"
    return f"{number:.0f}"


def side_by_side(
    name: str, alt: str, metric: str, groups: Mapping[str, Sequence[ErrorBar]]
) -> Picture:
    """Draw a metric of several groups of mentions, a row for each arm.

    Parameters
    ----------
    name, alt
        Those of the picture.
    metric
        What is drawn.
    groups
        The figures of the arms in each group, by its name; the arms are the same in all.
    """
    rows = list(next(iter(groups.values())))

    def paint(axes: Axes) -> None:
        for number, (group, bars) in enumerate(groups.items()):
            shift = 0.3 * (number / max(len(groups) - 1, 1) - 0.5)
            for place, bar in enumerate(bars):
                label = group if place == 0 else None
                draw_row(axes, bar, place + shift, SERIES[number], MARKERS[number], label)
        _name_rows(axes, [row.label for row in rows])
        axes.set(xlabel=f"{metric}, with its 95% interval")
        axes.figure.legend(**LEGEND, ncols=len(groups))

    return Picture(name, alt, 1.2 + 1.3 * ROW_HEIGHT * len(rows), paint)


def _name_rows(axes: Axes, labels: Sequence[str]) -> None:
    """Name the rows, the first one on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")


def drift_by_frequency(
    name: str, alt: str, drawn: Mapping[str, Drift], arms: Sequence[str]
) -> Picture:
    """Draw the median drift of words, 1 - cosine, over how often training showed them.

    The bands hold the middle half of the words.

    Parameters
    ----------
    name, alt
        Those of the picture.
    drawn
        The drift of each arm, by its name.
    arms
        As for ``learning_curves``.
    """
    labels = max((drift.bins for drift in drawn.values()), key=len)
    places = {bin_.least: place for place, bin_ in enumerate(labels)}

    def paint(axes: Axes) -> None:
        for arm, drift in drawn.items():
            quartiles = [bin_.cosine for bin_ in drift.bins]
            _band(
                axes,
                arms.index(arm),
                arm,
                [places[bin_.least] for bin_ in drift.bins],
                [figures.median for figures in quartiles],
                [(figures.first, figures.third) for figures in quartiles],
            )
        axes.set_xticks(range(len(labels)), [bin_.label for bin_ in labels], rotation=60)
        axes.set_ylim(bottom=0)
        axes.set(xlabel="how often training showed the word", ylabel="1 - cosine")
        axes.figure.legend(**LEGEND, ncols=_columns(drawn))

    return Picture(name, alt, 1.35 * HEIGHT, paint)


def movements(name: str, alt: str, projection: Projection) -> Picture:
    """Draw numbered arrows from where words were to where they are, and name them below."""
    types = sorted({arrow.type for arrow in projection.arrows})

    def paint(axes: Axes) -> None:
        for number, arrow in enumerate(projection.arrows, start=1):
            place = types.index(arrow.type) % len(SERIES)
            color, label = SERIES[place], f"{number} {arrow.word}, {arrow.type}"
            line = {"arrowstyle": "->", "color": color, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", arrow.after, arrow.before, arrowprops=line)
            axes.annotate(f"{number}", arrow.after, (2, 2), textcoords="offset points", fontsize=7)
            axes.plot(*arrow.before, MARKERS[place], color=color, label=label, markersize=4)
            axes.plot(*arrow.after)  # so that the axes reach as far
        axes.margins(0.08)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set(xlabel="first component", ylabel="second component")
        axes.figure.legend(
            fontsize=7, loc="outside lower center", ncols=3, columnspacing=1, handletextpad=0.1
        )

    return Picture(name, alt, 2 * HEIGHT, paint)
