"""Plots as SVG that stands within a page: colors are variables of its style sheet, text is text.

They are the same to the byte in every run. matplotlib writes colors as numbers only, so that the
variables are put in place of numbers that nothing else uses.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ner_window.evaluation.breakdown import Table
from ner_window.evaluation.calibration import Calibration

Axes = Any

INK, GRID = "#000001", "#000002"
SERIES = ("#000011", "#000012", "#000013", "#000014", "#000015", "#000016")
VARIABLES = {INK: "--ink", GRID: "--grid"} | {
    color: f"--series-{number}" for number, color in enumerate(SERIES, start=1)
}
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))
MARKERS = "osD^vP"  # series are told apart without colors too

WIDTH, HEIGHT = 4.4, 2.7  # inches: narrow, so that text stays legible on a phone
ROW_HEIGHT = 0.34
STYLE: Any = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "legend.frameon": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor"), INK),
    **dict.fromkeys(("xtick.color", "ytick.color"), INK),
}
METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


@dataclass(frozen=True)
class Curve:
    """The values (epochs,) of a figure after each epoch; a value may be None."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Estimate:
    """A figure in percent with its interval, None where there is none."""

    label: str
    value: float
    interval: tuple[float, float] | None


def estimates_of(table: Table) -> list[Estimate]:
    """Return the F1 of each row of a table."""
    return [Estimate(name, row.counts.f1, row.intervals["f1"]) for name, row in table.rows.items()]


def curves(
    name: str,
    alt: str,
    title: str,
    drawn: Sequence[Curve],
    kept_epoch: int | None = None,
    limits: tuple[float, float] | None = None,
) -> Markup:
    """Draw curves over the epochs; a line marks the epoch that was kept.

    ``limits`` are those of the values, by default as far as they go.
    """

    def paint(axes: Axes) -> None:
        for number, curve in enumerate(drawn):
            epochs = range(1, len(curve.values) + 1)
            values = [float("nan") if value is None else value for value in curve.values]
            axes.plot(epochs, values, label=curve.label, **_style(number), markersize=3)
        if kept_epoch is not None:
            axes.axvline(kept_epoch, color=INK, linestyle=":", label=f"kept: epoch {kept_epoch}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="epoch", title=title, ylim=limits)
        if len(drawn) > 1 or kept_epoch is not None:
            axes.legend(fontsize=8)

    return _drawing(name, alt, HEIGHT, paint)


def _style(number: int) -> dict[str, Any]:
    place = number % len(SERIES)
    return {"color": SERIES[place], "linestyle": DASHES[place], "marker": MARKERS[place]}


def bars(name: str, alt: str, drawn: Sequence[Estimate]) -> Markup:
    """Draw F1 as a bar for each row, with its interval."""

    def paint(axes: Axes) -> None:
        places = range(len(drawn))
        axes.barh(places, [row.value for row in drawn], color=SERIES[0], alpha=0.6, height=0.55)
        _intervals(axes, drawn, marker="")
        axes.set_xlim(0, 105)

    return _drawing(name, alt, _height(drawn), paint)


def dots(name: str, alt: str, drawn: Sequence[Estimate]) -> Markup:
    """Draw F1 as a dot for each row, on its interval."""

    def paint(axes: Axes) -> None:
        _intervals(axes, drawn, marker="o")
        axes.margins(y=0.5 / len(drawn))

    return _drawing(name, alt, _height(drawn), paint)


def _height(rows: Sequence[Estimate]) -> float:
    return 0.9 + ROW_HEIGHT * len(rows)


def _intervals(axes: Axes, rows: Sequence[Estimate], marker: str) -> None:
    """Draw intervals, the first row on top, and name the rows."""
    for place, row in enumerate(rows):
        low, high = row.interval or (row.value, row.value)
        axes.plot((low, high), (place, place), color=INK, marker="|", markersize=6, linewidth=1.4)
        axes.plot(row.value, place, color=SERIES[0], marker=marker, linestyle="")
    axes.set_yticks(range(len(rows)), [row.label for row in rows])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set(xlabel="F1, with its 95% interval")


def reliability(name: str, alt: str, calibration: Calibration) -> Markup:
    """Draw the share that is correct over the confidence; on the diagonal the two agree."""

    def paint(axes: Axes) -> None:
        filled = [bin_ for bin_ in calibration.bins if bin_.count]
        largest = max((bin_.count for bin_ in filled), default=1)
        axes.plot((0, 100), (0, 100), color=INK, linestyle=":", label="as sure as it should be")
        axes.scatter(
            [bin_.confidence for bin_ in filled],
            [bin_.precision for bin_ in filled],
            s=[20 + 120 * bin_.count / largest for bin_ in filled],
            color=SERIES[0],
            label="entities, by confidence",
        )
        axes.set(xlabel="confidence, %", ylabel="correct, %", xlim=(-3, 103), ylim=(-6, 108))
        axes.figure.legend(fontsize=8, loc="outside lower center", ncols=2, markerscale=0.6)

    return _drawing(name, alt, 3.5, paint)


def _drawing(name: str, alt: str, height: float, paint: Callable[[Axes], None]) -> Markup:
    """Return a painted picture as an SVG element whose names are its own within the page."""
    with mpl.rc_context(STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # the browser has fonts for every script
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        paint(figure.subplots())
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata=METADATA)
    return Markup(_within_page(file.getvalue(), name, alt))


def _within_page(svg: str, name: str, alt: str) -> str:
    _, _, body = svg[svg.index("<svg") :].partition(">")
    size = re.search(r'viewBox="[^"]*"', svg)
    assert size is not None
    body = re.sub(r"<defs>\s*<style.*?</defs>", "", body, flags=re.DOTALL)  # would style the page
    body = re.sub(r"font-family: [^;]*; ", "", body)
    body = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", body)
    body = body.replace("xlink:href", "href")
    for color, variable in VARIABLES.items():
        body = body.replace(color, f"var({variable})")
    label = escape(alt)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size.group()} role="img" '
        f'aria-label="{label}"><title>{label}</title>{body}'
    )
