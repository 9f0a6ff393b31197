"""How a run learned: curves where they show something, sentences where they would not."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ner_window.config import Config
from ner_window.config.inline import inline
from ner_window.report import plots
from ner_window.report.plots import Curve
from ner_window.training.epoch_record import EpochRecord

FEWEST_EPOCHS = 3  # of a curve
RATE_IN_WORDS = {
    "constant": "The learning rate was {rate} throughout.",
    "linear": "The learning rate fell in a straight line from {rate} to 0.",
}


def learning_curves(
    epochs: Sequence[EpochRecord], kept_epoch: int, train_f1: float, rate: str | None
) -> dict[str, Markup]:
    """Return the pictures of a run's epochs, by their captions; none where they are too few.

    Parameters
    ----------
    epochs
        What was recorded.
    kept_epoch
        The epoch that the model is of.
    train_f1
        That of the kept epoch on the training data.
    rate
        What is said of the learning rate; where it is None, there is a picture of it.
    """
    if len(epochs) < FEWEST_EPOCHS:
        return {}
    pictures = {
        "Loss after each epoch: the mean over its batches, penalties included.": _curve(
            "loss", "loss", [record.loss for record in epochs], kept_epoch
        )
    }
    if epochs[0].f1 is not None:
        picture, below = _f1(epochs, kept_epoch, train_f1)
        aside = f" Epoch 1, F1 {epochs[0].f1:.1f}, lies below." if below else ""
        pictures[
            "F1 after each epoch, on the data that the epoch is chosen on; the point beside it is "
            f"F1 on the training data.{aside}"
        ] = picture
    if rate is None:
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


def sentences(epochs: Sequence[EpochRecord], train_f1: float, rate: str | None) -> list[str]:
    """Return what is said of learning in words, as there would be little to see."""
    few = epochs if len(epochs) < FEWEST_EPOCHS else []
    are_healthy = not any(record.dead_units or record.saturated_units for record in epochs)
    healthy = "No hidden unit was dead or saturated at the end of any epoch."
    return [
        *map(_in_numbers, few),
        *([rate] if rate else []),
        f"On its own training data the kept epoch has F1 {train_f1:.1f}. As far as that is above "
        "the other figures, the model has learned by heart, or they are of other text.",
        *([healthy] if are_healthy else []),
    ]


def rate_in_words(config: Config) -> str | None:
    """Return how the learning rate went where a sentence says all of it, else None."""
    schedule, rate = config.training.schedule, inline(config.training.learning_rate)
    if getattr(schedule, "warm_up", 0):
        return None
    said = RATE_IN_WORDS.get(schedule.name)
    return said and said.format(rate=rate)


def _in_numbers(record: EpochRecord) -> str:
    f1 = "" if record.f1 is None else f", F1 {record.f1:.1f}"
    rate = f"learning rate {record.learning_rate:.3g} at its end"
    return f"Epoch {record.epoch}: loss {record.loss:.3g}{f1}, {rate}."


def _curve(name: str, title: str, values: list[float], kept_epoch: int | None = None) -> Markup:
    alt = f"Curve of the {title} over {len(values)} epochs, from {values[0]:.3g} to "
    return plots.curves(name, f"{alt}{values[-1]:.3g}.", title, [Curve(title, values)], kept_epoch)


def _f1(epochs: Sequence[EpochRecord], kept_epoch: int, train_f1: float) -> tuple[Markup, bool]:
    """Return the picture, and whether the first epoch is left out: it may lie far below."""
    values = [record.f1 for record in epochs if record.f1 is not None]
    shown = [*values[1:], train_f1]
    margin = max(0.05 * (max(shown) - min(shown)), 0.5)
    limits = (min(shown) - margin, max(shown) + margin)
    is_below = values[0] < limits[0]
    alt = (
        f"Curve of F1 over {len(values)} epochs, from {values[0]:.3g} to {values[-1]:.3g}. "
        f"On the training data it is {train_f1:.3g} at epoch {kept_epoch}."
    )
    drawn = [
        Curve("held-out data", [None, *values[1:]] if is_below else values),
        Curve("training data", [*[None] * (kept_epoch - 1), train_f1]),
    ]
    return plots.curves("f1", alt, "F1", drawn, kept_epoch, limits), is_below


def _units(epochs: Sequence[EpochRecord]) -> Markup:
    dead = [100 * record.dead_units for record in epochs]
    saturated = [100 * record.saturated_units for record in epochs]
    alt = f"Hidden units at the end: {dead[-1]:.0f}% are dead, {saturated[-1]:.0f}% are saturated."
    drawn = [Curve("dead", dead), Curve("saturated", saturated)]
    return plots.curves("units", alt, "% of the hidden units", drawn, limits=(-3, 103))
