"""How a run learned: curves where they show something, sentences where they would not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from ner_window.report import plots
from ner_window.report.plots import Curve
from ner_window.training.epoch_record import EpochRecord

FEWEST_EPOCHS = 3  # of a curve
NEARLY_NONE = 1e-3  # of the largest rate


def learning_curves(
    epochs: Sequence[EpochRecord], kept_epoch: int, train_f1: float | None
) -> dict[str, Markup]:
    """Return the pictures of a run's epochs, by their captions; none where they are too few.

    ``train_f1`` is that of the kept epoch on the training data, None where it is not known.
    """
    if len(epochs) < FEWEST_EPOCHS:
        return {}
    pictures = {
        "Loss after each epoch: the mean over its batches, penalties included.": _curve(
            "loss", "loss", [record.loss for record in epochs], kept_epoch
        )
    }
    if epochs[0].f1 is not None:
        aside = "" if train_f1 is None else "; the point beside it is F1 on the training data"
        pictures[f"F1 after each epoch, on the data that the epoch is chosen on{aside}."] = _f1(
            epochs, kept_epoch, train_f1
        )
    if not _is_straight([record.learning_rate for record in epochs[:-1]]):
        pictures["Learning rate at the end of each epoch."] = _curve(
            "rate", "learning rate", [record.learning_rate for record in epochs]
        )
    return pictures


def health_curves(epochs: Sequence[EpochRecord]) -> dict[str, Markup]:
    """Return the pictures of gradients and units, by their captions."""
    if len(epochs) < FEWEST_EPOCHS:
        return {}
    pictures = {
        "Norm of the gradient: the mean over every tenth step, before clipping.": _curve(
            "norm", "norm of the gradient", [record.gradient_norm for record in epochs]
        )
    }
    if any(record.dead_units or record.saturated_units for record in epochs):
        pictures["Hidden units that no gradient passes through, in percent."] = _units(epochs)
    return pictures


def sentences(epochs: Sequence[EpochRecord], train_f1: float | None) -> list[str]:
    """Return what is said of learning in words, as there would be little to see."""
    said = []
    if len(epochs) < FEWEST_EPOCHS:
        said += [_in_numbers(record) for record in epochs]
    rates = [record.learning_rate for record in epochs]
    if _is_straight(rates[:-1]):
        said.append(_rate_in_words(rates))
    if train_f1 is not None:
        said.append(
            f"On its own training data the kept epoch has F1 {train_f1:.1f}: as far as that is "
            "above the other figures, it has learned by heart."
        )
    if not any(record.dead_units or record.saturated_units for record in epochs):
        said.append("No hidden unit was dead or saturated at the end of any epoch.")
    return said


def _in_numbers(record: EpochRecord) -> str:
    f1 = "" if record.f1 is None else f", F1 {record.f1:.1f}"
    return f"Epoch {record.epoch}: loss {record.loss:.3g}{f1}."


def _rate_in_words(rates: Sequence[float]) -> str:
    if max(rates) == min(rates):
        return f"The learning rate was {rates[0]:.3g} throughout."
    end = "nearly 0" if rates[-1] < NEARLY_NONE * max(rates) else f"{rates[-1]:.3g}"
    return f"The learning rate went in a straight line from {rates[0]:.3g} to {end}."


def _is_straight(values: Sequence[float]) -> bool:
    """Tell whether values lie on a straight line, but for rounding."""
    line = np.linspace(values[0], values[-1], len(values)) if values else np.zeros(0)
    return bool(np.allclose(values, line, rtol=1e-3, atol=NEARLY_NONE * max(values, default=0)))


def _curve(name: str, title: str, values: list[float], kept_epoch: int | None = None) -> Markup:
    alt = f"Curve of the {title} over {len(values)} epochs, from {values[0]:.3g} to "
    return plots.curves(name, f"{alt}{values[-1]:.3g}.", title, [Curve(title, values)], kept_epoch)


def _f1(epochs: Sequence[EpochRecord], kept_epoch: int, train_f1: float | None) -> Markup:
    values = [record.f1 for record in epochs if record.f1 is not None]
    alt = f"Curve of F1 over {len(values)} epochs, from {values[0]:.3g} to {values[-1]:.3g}."
    drawn, shown = [Curve("held-out data", values)], values[1:]
    if train_f1 is not None:
        nothing = [None] * (kept_epoch - 1)
        drawn.append(Curve("training data", [*nothing, train_f1]))
        shown = [*shown, train_f1]
        alt += f" On the training data it is {train_f1:.3g} at epoch {kept_epoch}."
    margin = max(0.05 * (max(shown) - min(shown)), 0.5)  # the first epoch may lie far below
    limits = (min(shown) - margin, max(shown) + margin)
    return plots.curves("f1", alt, "F1", drawn, kept_epoch, limits)


def _units(epochs: Sequence[EpochRecord]) -> Markup:
    dead = [100 * record.dead_units for record in epochs]
    saturated = [100 * record.saturated_units for record in epochs]
    alt = f"Hidden units at the end: {dead[-1]:.0f}% are dead, {saturated[-1]:.0f}% are saturated."
    drawn = [Curve("dead", dead), Curve("saturated", saturated)]
    return plots.curves("units", alt, "% of the hidden units", drawn, limits=(-3, 103))
