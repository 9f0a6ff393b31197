"""Figures with their intervals, as plots show them."""

from __future__ import annotations

from dataclasses import dataclass

from ner_window.pages.picture import INK, Axes

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
    axes.plot(bar.value, place, color=color, marker=marker, linestyle="", label=label)
