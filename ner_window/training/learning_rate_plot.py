"""The plot of a learning rate that was looked for: what the terminal says, in a picture."""

from __future__ import annotations

from textwrap import fill

from ner_window.pages.picture import INK, SERIES, Axes, Picture, tell_values
from ner_window.training.learning_rate import JUDGED, PLOT_TITLE, Finding, Trial
from ner_window.training.rehearsal import Rehearsals

WIDTH, HEIGHT = 6.5, 4.2  # inches
RUNS_HEIGHT = 2.6  # inches more, for whole runs
LINE = 92  # characters that are no wider than the plot
ROOM = 1.1  # times the highest loss of the range test: where the axis ends
EDGE = 0.97  # of the height: where an arrow points to what is above
UNDECIDED = "nothing is decided: no whole runs have judged these rates"


def plot_of(
    finding: Finding, rehearsals: Rehearsals | None, config: str, own_rate: float
) -> Picture:
    """Return the picture of what was tried for a config of this name, and of what is taken.

    Above, the curve is the range test, the dots are the trials, the dashed line is what the loss
    suggests; of trials above the axis, and of those that diverged, arrows at its end tell the loss.
    Below stand the whole runs, which decide. Lines through both are the rate of the config and the
    one that is taken.

    Parameters
    ----------
    finding
        What the loss suggests.
    rehearsals
        The whole runs; None where there are none, so that nothing is decided.
    config
        The name of the config.
    own_rate
        The learning rate in it.
    """
    taken = _taken(rehearsals, own_rate)

    def paint(axes: Axes) -> None:
        panels = [axes]
        if rehearsals:
            figure = axes.figure
            axes.remove()
            panels = [*figure.subplots(2, 1, sharex=True)]
        _losses(panels[0], finding)
        for panel in panels:
            _rates(panel, rehearsals, own_rate, has_labels=panel is panels[0])
        panels[0].set_title(f"Learning rates for {config}\n{taken}", loc="left")
        if rehearsals:
            _runs(panels[1], rehearsals)
        panels[-1].set(xscale="log", xlabel="learning rate")
        panels[-1].xaxis.set_major_formatter("{x:g}")
        panels[0].figure.legend(loc="outside lower left")

    height = HEIGHT + RUNS_HEIGHT * bool(rehearsals)
    alt = f"{PLOT_TITLE}, for {config}: {taken}. {_told(finding, rehearsals)}"
    return Picture("find-lr", alt, height, paint, WIDTH)


def _taken(rehearsals: Rehearsals | None, own_rate: float) -> str:
    """Return what was decided."""
    if rehearsals is None:
        return UNDECIDED
    if rehearsals.suggestion == own_rate:
        return f"{own_rate:g} is taken, that of the config"
    return f"{rehearsals.suggestion:g} is taken; the config has {own_rate:g}"


def _told(finding: Finding, rehearsals: Rehearsals | None) -> str:
    """Return what the plot shows, to those who cannot see it."""
    trials = ", ".join(f"{trial.rate:g}: {trial.figure}" for trial in finding.trials)
    told = f"{JUDGED}: {trials}. {finding.range_test}; {finding.suggested}."
    if rehearsals is None:
        return told
    runs = ", ".join(f"{run.rate:g}: {run.f1:.2f}" for run in rehearsals.runs)
    return f"{told} F1 on {rehearsals.judged_on}, whole runs: {runs}. {rehearsals.decision}."


def _losses(axes: Axes, finding: Finding) -> None:
    """Draw the losses of short trials and of the range test, and what they suggest."""
    test, ceiling = finding.range_test, ROOM * float(finding.range_test.losses.max())
    seen = [trial for trial in finding.trials if trial.loss <= ceiling]
    above = [trial for trial in finding.trials if not trial.loss <= ceiling]
    axes.plot(test.rates, test.losses, color=SERIES[0], label=f"{test}")
    axes.axvline(finding.suggestion, color=INK, linestyle="--", label=finding.suggested)
    _dots(axes, seen)
    if above:
        _arrows(axes, above)
    axes.set(ylabel="loss", ylim=(0, ceiling))


def _rates(axes: Axes, rehearsals: Rehearsals | None, own_rate: float, has_labels: bool) -> None:
    """Draw the rate of the config and the one that is taken."""
    lines = {own_rate: (INK, ":", f"in the config: {own_rate:g}")}
    if rehearsals:
        rate = rehearsals.suggestion
        also = ", as in the config" if rate == own_rate else ""
        lines[rate] = (SERIES[2], "-", f"taken: {rate:g}{also}")
    for rate, (color, style, label) in lines.items():
        named = {"label": label} if has_labels else {}
        axes.axvline(rate, color=color, linestyle=style, **named)


def _runs(axes: Axes, rehearsals: Rehearsals) -> None:
    """Draw the F1 of whole runs, and which of them are not told from the best."""
    rates, f1 = [run.rate for run in rehearsals.runs], [run.f1 for run in rehearsals.runs]
    (line,) = axes.plot(
        rates, f1, "s-", color=SERIES[2], label=f"F1 on {rehearsals.judged_on}, whole runs"
    )
    tell_values(line, [f"{run.rate:g}: F1 {run.f1:.2f}" for run in rehearsals.runs])
    best, error = rehearsals.best.f1, rehearsals.standard_error
    axes.axhspan(
        best - error, best, color=SERIES[2], alpha=0.15, label="a standard error below the best"
    )
    axes.set_ylabel("F1")
    axes.set_title(fill(rehearsals.decision, LINE), loc="left", fontsize=9)


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
