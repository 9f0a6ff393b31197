"""Where the margin head cuts: a bias that its loss says nothing of."""

from __future__ import annotations

import numpy as np

from ner_window.model.model import Model
from ner_window.scoring.threshold import best_threshold
from ner_window.training.training_data import TrainingData

MOST_TOKENS = 1 << 16


def calibrate(model: Model, data: TrainingData) -> None:
    """Move the bias so that s > 0 finds the type with the best F1 on training tokens.

    The margin is about differences of scores, in which the bias cancels: the loss says nothing
    of where to cut.
    """
    tokens = np.linspace(0, len(data) - 1, min(len(data), MOST_TOKENS)).astype(np.int64)
    scores = model.scores_of_windows(data.encoded, tokens)[:, 1]
    best = best_threshold(scores, data.targets[tokens] == 1)
    model.network.output_bias.data[:] -= np.float32(best)
