"""``ner-window find-lr``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings, as_options, tell, tell_next
from ner_window.config.editing import change_settings
from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.files import check_new, new_file
from ner_window.run_data import RunData
from ner_window.training.batches import steps_per_epoch
from ner_window.training.few_steps import few_steps
from ner_window.training.learning_rate import Finding, draw, find_learning_rate, is_plot
from ner_window.training.selection import selection_of


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
    """Suggest a learning rate: short trials at powers of ten, then a range test."""
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
    if warning := few_steps(resolved.training, steps_per_epoch(resolved, train)):
        tell(warning)
    finding = find_learning_rate(resolved, train, data.vectors)
    print(finding, flush=True)
    rate = f"training.learning_rate {resolved.training.learning_rate:g}"
    tell(f"this follows the loss in training, not F1: hold it against {rate} on held-out data")
    _draw(finding, plot)
    for edge in finding.edges:
        tell(f"warning: {edge}: the best rate may lie beyond")
    if write:
        _write(finding, config)
        tell_next("ner-window", "train", config)
    else:
        tell_next("ner-window", "train", config, *as_options(settings), *finding.options)


def _check_plot(plot: Path) -> None:
    """Raise InputError where a plot would take the place of what is none of ours."""
    try:
        is_ours = plot.is_file() and is_plot(plot)
    except OSError as error:
        raise InputError(f"cannot read {plot.absolute()}: {error.strerror}") from None
    if not is_ours:
        check_new(plot)


def _draw(finding: Finding, plot: Path) -> None:
    try:
        with new_file(plot, may_replace=True) as file:
            draw(finding, file)
    except ImportError:
        tell("no plot: matplotlib is missing; pip install 'ner-window[report]' brings it")
    else:
        tell(f"plot: {plot}")


def _write(finding: Finding, config: Path) -> None:
    """Write the suggestion into the config. Raises InputError where it is no more than a guess."""
    if finding.edges:
        raise InputError(
            f"{config} is left as it was: {finding.edges[0]}, so that the suggestion is a guess; "
            f"to try it all the same: {' '.join(finding.options)}"
        )
    change_settings(config, finding.settings)
    rates = ", ".join(f"{key}: {rate:g}" for key, rate in finding.settings.items())
    tell(f"written into {config}: {rates}")
