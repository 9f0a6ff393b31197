"""The plot of a learning rate that was looked for: what the terminal says, in a picture."""

from __future__ import annotations

from ner_window.pages.picture import INK, SERIES, Axes, Picture, tell_values
from ner_window.training.learning_rate import JUDGED, PLOT_TITLE, Finding, Trial

WIDTH, HEIGHT = 6.5, 4.2  # inches
ROOM = 1.1  # times the highest loss of the range test: where the axis ends
EDGE = 0.97  # of the height: where an arrow points to what is above


def plot_of(finding: Finding, config: str) -> Picture:
    """Return the picture of a finding for a config of this name.

    The curve is the range test, the dots are the trials, the line is the suggestion. Of trials
    above the axis, and of those that diverged, arrows at its end tell the loss.
    """
    test, ceiling = finding.range_test, ROOM * float(finding.range_test.losses.max())
    seen = [trial for trial in finding.trials if trial.loss <= ceiling]
    above = [trial for trial in finding.trials if not trial.loss <= ceiling]

    def paint(axes: Axes) -> None:
        axes.plot(test.rates, test.losses, color=SERIES[0], label=f"{test}")
        axes.axvline(finding.suggestion, color=INK, linestyle="--", label=finding.suggested)
        _dots(axes, seen)
        if above:
            _arrows(axes, above)
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        axes.set_title(f"Learning rates for {config}", loc="left")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_ylim(0, ceiling)
        axes.figure.legend(loc="outside lower left")

    trials = ", ".join(f"{trial.rate:g}: {trial.figure}" for trial in finding.trials)
    alt = f"{PLOT_TITLE}, for {config}. {JUDGED}: {trials}. {test}; {finding.suggested}."
    return Picture("find-lr", alt, HEIGHT, paint, WIDTH)


def _dots(axes: Axes, trials: list[Trial]) -> None:
    rates, losses = [trial.rate for trial in trials], [trial.loss for trial in trials]
    (dots,) = axes.plot(rates, losses, "o", color=SERIES[1], label=f"constant rates: {JUDGED}")
    tell_values(dots, [f"{trial.rate:g}: {trial.figure}" for trial in trials])


def _arrows(axes: Axes, trials: list[Trial]) -> None:
    place = axes.get_xaxis_transform()
    (arrows,) = axes.plot(
        [trial.rate for trial in trials],
        [EDGE] * len(trials),
        "^",
        color=SERIES[1],
        transform=place,
        label="the same, above the axis, or diverged",
    )
    tell_values(arrows, [f"{trial.rate:g}: {trial.figure}" for trial in trials])
    for trial in trials:
        axes.annotate(
            trial.figure,
            (trial.rate, EDGE),
            (0, -6),
            xycoords=place,
            textcoords="offset points",
            ha="center",
            va="top",
        )
