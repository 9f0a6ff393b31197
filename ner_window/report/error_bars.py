"""Figures with their intervals, as plots show them."""

from __future__ import annotations

from dataclasses import dataclass

from ner_window.pages.figures import interval_figure, percent_figure
from ner_window.pages.picture import INK, Axes, tell_values

ROW_HEIGHT = 0.34  # inches


@dataclass(frozen=True)
class ErrorBar:
    """A figure in percent with its interval, None where there is none."""

    label: str
    value: float
    interval: tuple[float, float] | None

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the interval; without one, the figure itself."""
        return self.interval or (self.value, self.value)

    @property
    def told(self) -> str:
        """What a pointer hears that rests on it."""
        return f"{self.label}: {percent_figure(self.value, self.interval)}" + (
            f" ({interval_figure(self.interval)})" if self.interval else ""
        )


def draw_row(
    axes: Axes, bar: ErrorBar, place: float, color: str, marker: str, label: str | None = None
) -> None:
    """Draw an interval along a row of a plot, and the figure on it.

    Parameters
    ----------
    axes
        Where it is drawn.
    bar
        The figure.
    place
        The height of the row.
    color, marker
        The look of the figure; the interval is drawn in ink.
    label
        What the legend says of the figure, None for nothing.
    """
    places = (place, place)
    axes.plot(bar.bounds, places, color=INK, marker="|", markersize=6, linewidth=1.4)
    line = axes.plot(bar.value, place, color=color, marker=marker, linestyle="", label=label)
    tell_values(line[0], [bar.told])
