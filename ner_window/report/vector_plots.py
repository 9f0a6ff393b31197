"""The plots of what training did to vectors: drift by frequency, and words that part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ner_window.pages.figures import hundredths_figure
from ner_window.pages.picture import (
    BACKGROUND,
    HEIGHT,
    INK,
    Axes,
    Picture,
    series_look,
    tell_values,
)
from ner_window.report.study_plots import band, key, name_rows
from ner_window.study.arms import ArmName, label_of
from ner_window.study.drift import Drift, degrees
from ner_window.study.tv_telly import Pair

PAIR_HEIGHT = 0.24  # inches


def drift_by_frequency(
    name: str, alt: str, drawn: Mapping[ArmName, Drift], arms: Sequence[ArmName]
) -> Picture:
    """Draw by how much words turned, the median, over how often training showed them.

    The bands hold the middle half of the words.

    Parameters
    ----------
    name, alt
        Those of the picture.
    drawn
        The drift of each arm, by its name.
    arms
        All that the study has, drawn or not, so that each looks the same in every plot.
    """
    labels = max((drift.bins for drift in drawn.values()), key=len)
    places = {bin_.least: place for place, bin_ in enumerate(labels)}

    def paint(axes: Axes) -> None:
        for arm, drift in drawn.items():
            band(
                axes,
                arms.index(arm),
                arm,
                [places[bin_.least] for bin_ in drift.bins],
                [degrees(bin_.cosine.median) for bin_ in drift.bins],
                [(degrees(bin_.cosine.first), degrees(bin_.cosine.third)) for bin_ in drift.bins],
                [
                    f"{label_of(arm)}, shown {bin_.label} times: {degrees(bin_.cosine.median):.0f} "
                    "degrees"
                    for bin_ in drift.bins
                ],
            )
        axes.set_xticks(range(len(labels)), [bin_.label for bin_ in labels], rotation=60)
        axes.set_ylim(bottom=0)
        axes.set(xlabel="how often training showed the word", ylabel="turned by, degrees")
        key(axes)

    return Picture(name, alt, 1.35 * HEIGHT, paint)


def partings(name: str, alt: str, pairs: Sequence[Pair], number: int) -> Picture:
    """Draw the cosine of words and their partners before training (hollow) and after it.

    Parameters
    ----------
    name, alt
        Those of the picture.
    pairs
        The pairs, the first one on top.
    number
        That of the arm, which has the color of its series.
    """
    look = series_look(number)
    color, marker = look["color"], look["marker"]

    names = [f"{pair.word}, {pair.partner}" for pair in pairs]
    moments = {
        "before": ([pair.cosine_before for pair in pairs], BACKGROUND),
        "after": ([pair.cosine_after for pair in pairs], color),
    }

    def paint(axes: Axes) -> None:
        rows = range(len(pairs))
        axes.hlines(rows, *(cosines for cosines, _ in moments.values()), color=INK, linewidth=1)
        for moment, (cosines, fill) in moments.items():
            (line,) = axes.plot(cosines, rows, marker, color=color, markerfacecolor=fill)
            told = zip(names, map(hundredths_figure, cosines), strict=True)
            tell_values(line, [f"{name}: {cosine} {moment}" for name, cosine in told])
        name_rows(axes, names)
        axes.set(xlabel="cosine, hollow before training")

    return Picture(name, alt, 0.9 + PAIR_HEIGHT * len(pairs), paint)
