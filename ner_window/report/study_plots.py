"""The plots of a study: learning curves, differences, and what training showed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import NullFormatter, NullLocator

from ner_window.pages.figures import interval_figure, percent_figure, signed_figure
from ner_window.pages.picture import (
    BACKGROUND,
    HEIGHT,
    INK,
    MARKERS,
    SERIES,
    Axes,
    Picture,
    series_look,
    tell_values,
)
from ner_window.report.error_bars import ROW_HEIGHT, ErrorBar, draw_row
from ner_window.study.arms import ArmName, label_of
from ner_window.study.break_even import BreakEven, SetPrediction
from ner_window.study.crossing import Crossing

BAND = 0.15  # opacity
LINE_SHARE = 0.06  # of the height of a plot: a line of text
MOST_LEVEL = 4  # sizes whose numbers stand beside each other
LINE_LENGTH, HANDLE_LENGTH = 60, 7  # characters: below a plot, and of a line in a key


@dataclass(frozen=True)
class LearningCurve:
    """What an arm reaches at each size, in tokens, ascending.

    ``hollow`` are the places of the points that are drawn hollow; ``figure`` writes a value.
    """

    arm: ArmName
    tokens: Sequence[float]
    bars: Sequence[ErrorBar]
    hollow: Sequence[int] = ()
    figure: Callable[..., str] = percent_figure

    @property
    def told(self) -> list[str]:
        """What each point says to a pointer that rests on it."""
        return [
            f"{label_of(self.arm)}, {tokens:,.0f} tokens: {self.figure(bar.value, bar.interval)}"
            f" ({interval_figure(bar.interval)})"
            for tokens, bar in zip(self.tokens, self.bars, strict=True)
        ]


def learning_curves(
    name: str, alt: str, metric: str, drawn: Sequence[LearningCurve], arms: Sequence[ArmName]
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
    arms: Sequence[ArmName],
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


@dataclass(frozen=True)
class ArmRow:
    """A figure of an arm, drawn hollow or not."""

    arm: ArmName
    bar: ErrorBar
    is_hollow: bool = False


def arm_rows(
    name: str, alt: str, label: str, drawn: Sequence[ArmRow], arms: Sequence[ArmName], zero: bool
) -> Picture:
    """Draw a figure of each arm, or its difference from another one, in rows.

    Parameters
    ----------
    name, alt
        Those of the picture.
    label
        What is drawn.
    drawn
        The figures.
    arms
        As for ``learning_curves``.
    zero
        Whether there is a line at 0.
    """

    def paint(axes: Axes) -> None:
        if zero:
            axes.axvline(0, color=INK, linewidth=1)
        for place, row in enumerate(drawn):
            look = series_look(arms.index(row.arm))
            draw_row(axes, row.bar, place, look["color"], look["marker"])
            if row.is_hollow:
                _hollow(axes, row.bar.value, place, look, row.bar.told)
        name_rows(axes, [row.bar.label for row in drawn])
        axes.set(xlabel=label)

    return Picture(name, alt, 0.9 + ROW_HEIGHT * len(drawn), paint)


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
            point = axes.plot([x], [y], "o", color=INK)
            tell_values(point[0], [f"{each.name}: {signed_figure(y, each.interval)} at {x:.0f}%"])
        _name_sets(axes, found.sets)
        axes.set(xlabel="new names, % of all", ylabel=label)

    return Picture(name, alt, 1.2 * HEIGHT, paint)


def _name_sets(axes: Axes, sets: Sequence[SetPrediction]) -> None:
    """Write the names of sets beside their points, no name on another."""
    low, high = axes.get_ylim()
    height = -math.inf
    for each in sorted(sets, key=lambda each: each.measured):
        x = each.predicted.new_names
        height = max(each.measured, height + LINE_SHARE * (high - low))
        side, shift = ("left", 6) if x < 50 else ("right", -6)  # within the axes
        axes.annotate(each.name, (x, height), (shift, 4), textcoords="offset points", ha=side)


def _draw_curves(axes: Axes, drawn: Sequence[LearningCurve], arms: Sequence[ArmName]) -> None:
    for curve in drawn:
        values, bounds = [bar.value for bar in curve.bars], [bar.bounds for bar in curve.bars]
        number = arms.index(curve.arm)
        band(axes, number, curve.arm, curve.tokens, values, bounds, curve.told)
        for place in curve.hollow:
            x, y = curve.tokens[place], values[place]
            _hollow(axes, x, y, series_look(number), curve.told[place])
    _token_axis(axes, sorted({size for curve in drawn for size in curve.tokens}))
    key(axes)


def _hollow(axes: Axes, x: float, y: float, look: Mapping[str, Any], told: str) -> None:
    """Draw a hollow point over one that is drawn."""
    (point,) = axes.plot(x, y, look["marker"], color=look["color"])
    point.set(markerfacecolor=BACKGROUND, markersize=6)
    tell_values(point, [told])


def band(
    axes: Axes,
    number: int,
    arm: ArmName,
    places: Sequence[float],
    values: Sequence[float],
    bounds: Sequence[tuple[float, float]],
    told: Sequence[str],
) -> None:
    """Draw a curve with a band, or a single value with a bar.

    Parameters
    ----------
    axes
        Where it is drawn.
    number
        The series whose look it has.
    arm
        Whose it is.
    places, values
        The points of the curve.
    bounds
        The ends of the band at each point.
    told
        What each point says of itself.
    """
    look = series_look(number)
    color = look["color"]
    lows, highs = zip(*bounds, strict=True)
    if len(places) == 1:
        axes.vlines(places, lows, highs, color=color, linewidth=1)
    axes.fill_between(places, lows, highs, color=color, alpha=BAND, linewidth=0)
    (line,) = axes.plot(places, values, label=label_of(arm), **look, markersize=4)
    tell_values(line, told)


def key(axes: Axes) -> None:
    """Write below the plot what its series are, in as many columns as there is room for."""
    handles, labels = axes.get_legend_handles_labels()
    room = max(1, LINE_LENGTH // (max(map(len, labels)) + HANDLE_LENGTH))
    axes.figure.legend(
        handles,
        labels,
        fontsize=9,
        loc="outside lower center",
        ncols=min(room, len(labels)),
        columnspacing=1,
    )


def _token_axis(axes: Axes, sizes: Sequence[float]) -> None:
    """Mark the sizes of the training set on a logarithmic axis."""
    if len(sizes) > 1:
        axes.set_xscale("log")
    labels, rotation = [f"{size:,.0f}" for size in sizes], 30 if len(sizes) > MOST_LEVEL else 0
    axes.set_xticks(sizes, labels, rotation=rotation)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel="training tokens")


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
        The figures of all arms in each group, by its name.
    """
    rows = list(next(iter(groups.values())))

    def paint(axes: Axes) -> None:
        for number, (group, bars) in enumerate(groups.items()):
            axes.plot([], [], MARKERS[number], color=INK, label=group)
            shift = 0.3 * (number / max(len(groups) - 1, 1) - 0.5)
            for place, bar in enumerate(bars):
                draw_row(axes, bar, place + shift, series_look(place)["color"], MARKERS[number])
        name_rows(axes, [row.label for row in rows])
        axes.set(xlabel=f"{metric}, with its 95% interval")
        key(axes)

    return Picture(name, alt, 1.2 + 1.3 * ROW_HEIGHT * len(rows), paint)


def name_rows(axes: Axes, labels: Sequence[str]) -> None:
    """Name the rows, the first one on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
