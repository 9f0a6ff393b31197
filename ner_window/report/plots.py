"""The plots of reports: a run's, and those of several side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from ner_window.evaluation.breakdown import ScoreTable
from ner_window.evaluation.calibration import Calibration
from ner_window.pages.picture import HEIGHT, INK, SERIES, Axes, Picture, series_look
from ner_window.report.error_bars import ROW_HEIGHT, ErrorBar, draw_row


@dataclass(frozen=True)
class Curve:
    """The values (epochs,) of a figure after each epoch; a value may be None."""

    label: str
    values: Sequence[float | None]


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
        The curves.
    kept_epoch
        The epoch that a line marks, None for none.
    limits
        Those of the values, None for as far as they go.
    """

    def paint(axes: Axes) -> None:
        for number, curve in enumerate(drawn):
            epochs = range(1, len(curve.values) + 1)
            values = [float("nan") if value is None else value for value in curve.values]
            axes.plot(epochs, values, label=curve.label, **series_look(number), markersize=3)
        if kept_epoch is not None:
            axes.axvline(kept_epoch, color=INK, linestyle=":", label=f"kept: epoch {kept_epoch}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="epoch", title=title, ylim=limits)
        if len(drawn) > 1 or kept_epoch is not None:
            axes.legend(fontsize=8)

    return _drawing(name, alt, HEIGHT, paint)


def bars(name: str, alt: str, drawn: Sequence[ErrorBar]) -> Markup:
    """Draw F1 as a bar for each row, with its interval."""

    def paint(axes: Axes) -> None:
        places = range(len(drawn))
        axes.barh(places, [row.value for row in drawn], color=SERIES[0], alpha=0.6, height=0.55)
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
        draw_row(axes, row, place, SERIES[0], marker)
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
    return Picture(name, alt, height, paint).within_page()
