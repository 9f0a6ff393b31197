"""The plots of reports: a run's, and those of several side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from ner_window.evaluation.breakdown import ScoreTable
from ner_window.evaluation.calibration import Bin
from ner_window.evaluation.intervals import Interval, share_interval
from ner_window.pages.picture import (
    DATA,
    HEIGHT,
    INK,
    Axes,
    Picture,
    series_look,
    tell_values,
)
from ner_window.report.error_bars import ROW_HEIGHT, ErrorBar, draw_row

ALONE = {"color": DATA, "marker": "o"}  # a curve that is compared with no other


@dataclass(frozen=True)
class Curve:
    """The values (epochs,) of a figure after each epoch; a value may be None."""

    label: str
    values: Sequence[float | None]

    @property
    def is_known(self) -> bool:
        """Whether there is any value to draw."""
        return any(value is not None for value in self.values)


def f1_bars(table: ScoreTable) -> list[ErrorBar]:
    """Return the F1 of each row of a table."""
    return [ErrorBar(name, row.counts.f1, row.intervals["f1"]) for name, row in table.rows.items()]


def curves(
    name: str,
    alt: str,
    title: str,
    drawn: Sequence[Curve],
    kept_epoch: int | None = None,
    limits: tuple[float, float] | None = None,
) -> Markup:
    """Draw curves over the epochs.

    Parameters
    ----------
    name, alt
        Those of the picture.
    title
        What the curves show.
    drawn
        The curves; one without values takes its place among the colors, and no more.
    kept_epoch
        The epoch that a line marks, None for none.
    limits
        Those of the values, None for as far as they go.
    """

    def paint(axes: Axes) -> None:
        known = [(number, curve) for number, curve in enumerate(drawn) if curve.is_known]
        for number, curve in known:
            _draw_curve(axes, curve, series_look(number) if len(drawn) > 1 else ALONE)
        if kept_epoch is not None:
            axes.axvline(kept_epoch, color=INK, linestyle=":", label=f"kept: epoch {kept_epoch}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="epoch", ylabel=title, ylim=limits)
        if len(drawn) > 1 or kept_epoch is not None:
            entries = len(known) + (kept_epoch is not None)
            axes.figure.legend(fontsize=9, loc="outside lower center", ncols=min(entries, 3))

    return _drawing(name, alt, HEIGHT, paint)


def _draw_curve(axes: Axes, curve: Curve, look: dict[str, Any]) -> None:
    known = [(n, value) for n, value in enumerate(curve.values, start=1) if value is not None]
    epochs, values = zip(*known, strict=True) if known else ((), ())
    (line,) = axes.plot(epochs, values, label=curve.label, **look, markersize=4)
    tell_values(line, [f"{curve.label}, epoch {n}: {value:.4g}" for n, value in known])


def bars(name: str, alt: str, drawn: Sequence[ErrorBar]) -> Markup:
    """Draw F1 as a bar for each row, with its interval."""

    def paint(axes: Axes) -> None:
        places = range(len(drawn))
        drawn_bars = axes.barh(
            places, [row.value for row in drawn], color=DATA, alpha=0.6, height=0.55
        )
        for bar, row in zip(drawn_bars, drawn, strict=True):
            tell_values(bar, [row.told])
        _intervals(axes, drawn, marker="")
        axes.set_xlim(0, 105)

    return _drawing(name, alt, _height(drawn), paint)


def dots(name: str, alt: str, drawn: Sequence[ErrorBar]) -> Markup:
    """Draw F1 as a dot for each row, on its interval."""

    def paint(axes: Axes) -> None:
        _intervals(axes, drawn, marker="o")
        axes.margins(y=0.5 / len(drawn))

    return _drawing(name, alt, _height(drawn), paint)


def _height(rows: Sequence[ErrorBar]) -> float:
    return 0.9 + ROW_HEIGHT * len(rows)


def _intervals(axes: Axes, rows: Sequence[ErrorBar], marker: str) -> None:
    """Draw intervals, the first row on top, and name the rows."""
    for place, row in enumerate(rows):
        draw_row(axes, row, place, DATA, marker)
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set(xlabel="F1, with its 95% interval")


def reliability(name: str, alt: str, bins: Sequence[Bin]) -> Markup:
    """Draw the share that is correct over the confidence; on the diagonal the two agree.

    Under each point stands how many entities it is of; its interval takes them as independent.
    """
    filled = [ErrorBar(f"{bin_.count}", *_share_of(bin_)) for bin_ in bins if bin_.count]
    places = [bin_.confidence for bin_ in bins if bin_.count]

    def paint(axes: Axes) -> None:
        axes.plot((0, 100), (0, 100), color=INK, linestyle=":", label="as sure as it should be")
        for place, bar in zip(places, filled, strict=True):
            axes.plot((place, place), bar.bounds, color=INK, marker="_", linewidth=1.2)
            axes.text(place, -11, bar.label, ha="center", va="center", fontsize=8)
        line = axes.plot(
            places, [bar.value for bar in filled], color=DATA, marker="o", linestyle=""
        )
        told = zip(places, filled, strict=True)
        tell_values(line[0], [f"says {sure:.1f}%: {bar.told}" for sure, bar in told])
        axes.set(xlabel="confidence, %; above it, entities", ylabel="right, %")
        axes.set(xlim=(-4, 104), ylim=(-18, 106), yticks=range(0, 101, 20))
        axes.figure.legend(fontsize=9, loc="outside lower center")

    return _drawing(name, alt, 3.5, paint)


def _share_of(bin_: Bin) -> tuple[float, Interval]:
    """Return the share of a bin that is right, with the interval of as many independent ones."""
    assert bin_.precision is not None
    share = bin_.precision / 100
    ends = share_interval(share, share * (1 - share) / bin_.count, math.inf, bin_.count, 1)
    return bin_.precision, ends and (100 * ends[0], 100 * ends[1])


def _drawing(name: str, alt: str, height: float, paint: Callable[[Axes], None]) -> Markup:
    return Picture(name, alt, height, paint).within_page()
