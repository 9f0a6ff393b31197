"""Whether a run has too few steps to learn, which is told before its first.

With so few, most of F1 is decided by the number of steps, with every head and context and on
several corpora (``scripts/measure_steps.py``).
"""

from __future__ import annotations

from ner_window.config import TrainingSettings
from ner_window.wording import counted

STEPS_TO_LEARN = 1000
"""With the default rate, F1 on the sample is 40 to 67 after 200 steps, 88 to 93 after 600, 94 to 96
after 1,000, and 97 in the end; a larger rate needs fewer."""


def few_steps(training: TrainingSettings, steps_per_epoch: int, where: str = "") -> str | None:
    """Return a line on a run that has too few steps, and which setting to change; else None.

    Parameters
    ----------
    training
        The settings of the run.
    steps_per_epoch
        How many an epoch has.
    where
        What stands before ``training`` in the keys of the settings.
    """
    steps = steps_per_epoch * training.epochs_of(steps_per_epoch)
    if steps >= STEPS_TO_LEARN:
        return None
    enough = -(-STEPS_TO_LEARN // steps_per_epoch)
    return (
        f"warning: {counted(steps, 'step')} in all, {steps_per_epoch:,} an epoch, are too few to "
        f"learn well; from about {STEPS_TO_LEARN} on F1 comes near its best. Set "
        f"{where}training.{key_of_size(training)} lower, or {where}training.epochs to {enough}"
    )


def key_of_size(training: TrainingSettings) -> str:
    """Return the key that says how large a batch is."""
    return "batch_size" if training.batch_tokens is None else "batch_tokens"
