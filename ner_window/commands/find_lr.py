"""``ner-window find-lr``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, as_options, tell_next
from ner_window.config import Config
from ner_window.config.editing import change_settings
from ner_window.config.file import load_config
from ner_window.errors import INTERRUPTED, InputError
from ner_window.files import check_new, new_file
from ner_window.pages.rendering import missing_for_pages
from ner_window.parallel import Workers, cores
from ner_window.run_data import RunData
from ner_window.terminal import Verbatim, show, shown_path, tell
from ner_window.training.batches import steps_per_epoch
from ner_window.training.few_steps import few_steps
from ner_window.training.learning_rate import Finding, find_learning_rate, is_plot
from ner_window.training.rehearsal import (
    MOST_BEYOND,
    Rehearsal,
    Rehearsals,
    first_rates,
    rehearse,
)
from ner_window.training.selection import selection_of
from ner_window.wording import duration, listed

SECONDS_TO_START = 5  # shorter runs are done sooner in this process than in others


def find_lr(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run")],
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option(help="plot to write, SVG, over an earlier one [default: NAME.find-lr.svg]"),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="change the learning rate in CONFIG, in place")
    ] = False,
) -> None:
    """Suggest a learning rate: short trials, then whole runs on held-out data.

    What the loss of short trials and of a range test suggests is held against smaller rates and
    that of the config. Ctrl-C leaves the runs out; then nothing is decided or put into the config.
    """
    if write and settings:
        raise InputError(
            "--write goes without --set: the rate is for a config with these settings; write them "
            f"into {config} first"
        )
    plot = out or Path(f"{config.stem}.find-lr.svg")
    _check_plot(plot)
    resolved = load_config(config, settings or [])
    data = RunData.read(resolved)
    tell(*data.notes())
    train, _ = selection_of(resolved, data.corpora)
    steps = steps_per_epoch(resolved, train)
    if warning := few_steps(resolved.training, steps):
        tell(warning)
    start = time.perf_counter()
    finding = find_learning_rate(resolved, train, data.vectors)
    seconds = (time.perf_counter() - start) / finding.steps
    show(finding)
    if can_draw := _can_draw():
        _draw(finding, None, resolved, config.name, plot)
        tell(Verbatim(f"plot: {shown_path(plot)}"))
    rehearsals, is_stopped = _rehearsals(
        resolved, finding, seconds * steps * resolved.training.epochs_of(steps)
    )
    if can_draw and rehearsals:
        _draw(finding, rehearsals, resolved, config.name, plot)
    rate = rehearsals.suggestion if rehearsals else finding.suggestion
    show(Verbatim(" ".join(finding.options(rate))))
    unjudged = f"{config} is left as it was: no run on held-out data has judged this rate"
    if is_stopped:
        if write:
            tell(unjudged)
        tell_next("ner-window", "find-lr", config, *as_options(settings), *["--write"] * write)
        raise typer.Exit(INTERRUPTED if write else 0)
    if write and rehearsals is None:
        raise InputError(unjudged)
    edges = _edges(finding, rehearsals)
    for edge in edges:
        tell(f"warning: {edge}: the best rate may lie beyond")
    if write:
        _write(finding.settings(rate), edges, resolved, config)
        tell_next("ner-window", "train", config)
    else:
        tell_next("ner-window", "train", config, *as_options(settings), *finding.options(rate))


def _rehearsals(config: Config, finding: Finding, seconds: float) -> tuple[Rehearsals | None, bool]:
    """Rehearse learning rates by runs of about so many seconds each.

    Return what they say, None where there are none, and whether somebody stopped them.
    """
    rates = [f"{rate:g}" for rate in first_rates(config, finding.suggestion)]
    at_once = 1 if seconds < SECONDS_TO_START else cores()
    try:
        tell(
            f"now whole runs with {listed(rates)} and up to {MOST_BEYOND} beyond, judged on "
            f"held-out data: about {duration(seconds)} each with nothing beside, {at_once} at a "
            "time; Ctrl-C leaves them out"
        )
        rehearsals = rehearse(config, finding.suggestion, Workers(at_once), _tell_done)
    except (KeyboardInterrupt, InputError) as reason:
        tell(
            f"{str(reason) or 'stopped'}: what follows is of the loss in training alone, not F1; "
            f"hold it against training.learning_rate {config.training.learning_rate:g} on held-out "
            "data"
        )
        return None, isinstance(reason, KeyboardInterrupt)
    show(rehearsals)
    return rehearsals, False


def _tell_done(rehearsal: Rehearsal) -> None:
    tell(f"learning rate {rehearsal.rate:g}: F1 {rehearsal.f1:.2f}")


def _edges(finding: Finding, rehearsals: Rehearsals | None) -> list[str]:
    """Return why the suggestion may be far off."""
    if rehearsals is None:
        return finding.edges
    return [f"the {rehearsals.edge} of these rates is taken"] if rehearsals.edge else []


def _check_plot(plot: Path) -> None:
    """Raise InputError where a plot would take the place of what is none of ours."""
    try:
        is_ours = plot.is_file() and is_plot(plot)
    except OSError as error:
        raise InputError(f"cannot read {plot.absolute()}: {error.strerror}") from None
    if not is_ours:
        check_new(plot)


def _can_draw() -> bool:
    """Tell whether there is all that a plot needs, and say what is missing."""
    missing = missing_for_pages()
    if missing:
        tell(f"no plot: it needs {missing}")
    return not missing


def _draw(
    finding: Finding, rehearsals: Rehearsals | None, config: Config, name: str, plot: Path
) -> None:
    from ner_window.training.learning_rate_plot import plot_of  # needs what may be missing

    own_rate = config.training.learning_rate
    drawn = plot_of(finding, rehearsals, name, own_rate).svg()
    with new_file(plot, may_replace=True) as file:
        file.write(drawn)


def _write(settings: dict[str, float], edges: list[str], config: Config, path: Path) -> None:
    """Write the suggestion into the config. Raises InputError where it is no more than a guess."""
    rates = ", ".join(f"{key}: {rate:g}" for key, rate in settings.items())
    if settings["training.learning_rate"] == config.training.learning_rate:
        tell(f"{path} is left as it was: {rates}")
        return
    if edges:
        raise InputError(
            f"{path} is left as it was: {edges[0]}, so that the suggestion is a guess; "
            f"to try it all the same: {rates}"
        )
    change_settings(path, settings)
    tell(f"written into {path}: {rates}")
