"""The threshold with the best F1."""

import numpy as np

from ner_window.scoring.threshold import best_threshold


def test_best_threshold():
    scores = np.array([0.9, 0.1, 0.5, 0.4, -3.0])
    assert 0.1 < best_threshold(scores, np.array([True, False, True, True, False])) < 0.4
    assert best_threshold(scores, np.array([True] * 5)) < -3
