"""The threshold of a score that finds one type with the best F1."""

from __future__ import annotations

import numpy as np

from ner_window.arrays import BoolArray, FloatArray


def best_threshold(scores: FloatArray, is_true: BoolArray) -> float:
    """Return the threshold above which scores (n,) find what is true (n,) with the best F1."""
    order = np.argsort(-scores, kind="stable")
    found = np.arange(1, len(order) + 1)
    correct = np.cumsum(is_true[order])
    f1 = 2 * correct / (found + max(int(is_true.sum()), 1))
    best = int(f1.argmax())
    after = scores[order[best + 1]] if best + 1 < len(order) else scores[order[best]] - 1
    return float(scores[order[best]] + after) / 2
