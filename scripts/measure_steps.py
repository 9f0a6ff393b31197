"""Measure from how many steps on F1 is near its best: the dev F1 of runs of more and more epochs.

Usage: python scripts/measure_steps.py [CONFIG [KEY=VALUE ...]]. One line for each head and context,
with pairs of steps and F1. The threshold of ``ner_window/training/few_steps.py`` is from it.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np

from ner_window.config.file import load_config
from ner_window.model.building import build_model
from ner_window.run_data import RunData
from ner_window.training.selection import selection_of
from ner_window.training.trainer import Trainer

STEPS = (50, 100, 150, 200, 250, 300, 400, 600, 1000)
HEADS, CONTEXTS = ("softmax", "sentence"), ("window", "both")


def measured(path: Path, settings: list[str], steps: int) -> tuple[int, float]:
    """Train for about so many steps; return how many they were, and the best F1."""
    config = load_config(path, settings)
    data = RunData.read(config)
    train, selection = selection_of(config, data.corpora)

    def trainer(epochs: int) -> Trainer:
        training = config.training.model_copy(update={"epochs": epochs})
        rng = np.random.default_rng(config.seed)
        model = build_model(config, train, data.vectors, rng)
        return Trainer(
            config.model_copy(update={"training": training}), model, train, selection, rng
        )

    per_epoch = len(trainer(1).batches)
    epochs = max(round(steps / per_epoch), 1)
    return epochs * per_epoch, max(record.f1 or 0 for record in trainer(epochs).run(False))


def main() -> None:
    """Print the figures of each head and context."""
    path, *settings = sys.argv[1:] or ["configs/quickstart.yaml"]
    for head, context in product(HEADS, CONTEXTS):
        parts = [*settings, f"model.head={head}", f"model.context={context}"]
        pairs = dict(measured(Path(path), parts, steps) for steps in STEPS)
        figures = "  ".join(f"{steps}: {f1:.1f}" for steps, f1 in pairs.items())
        print(f"{head} {context}  {figures}", flush=True)


if __name__ == "__main__":
    main()
