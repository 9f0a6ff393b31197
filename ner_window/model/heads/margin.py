"""One type of entity against corrupted windows: J = max(0, 1 - s + s_c), s = u^T g + c.

A true window, whose center is of the type, is to score higher by 1 than a corrupted one, s_c: the
same window with another word at its center, or another window. Source: Collobert et al. 2011,
section 4.2, equation 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

import autodiff as ad
from ner_window import config
from ner_window.arrays import Array, FloatArray, IntArray
from ner_window.model.heads.binary import OneTypeHead
from ner_window.model.heads.head import JudgedGraph, Sampling, register
from ner_window.scoring.threshold import best_threshold

CALIBRATION_TOKENS = 1 << 16


@register(config.MarginHeadSettings)
class MarginHead(OneTypeHead):
    """Judges pairs of windows. The margin is about differences: scores are no probabilities."""

    has_probabilities = False
    section: config.MarginHeadSettings

    def loss(self, graph: JudgedGraph) -> ad.Tensor:
        true = graph.judged(graph.scores, 0)
        return ad.margin_loss(true, graph.judged(graph.corrupted_scores, 0))

    def sampling(self, targets: IntArray) -> Sampling:
        return PairSampling(targets, self.section.corruption == "center")

    def calibrate(self, scores_of: Callable[[IntArray], FloatArray], targets: IntArray) -> None:
        """Move the bias so that s > 0 finds the type with the best F1 on training tokens.

        In the margin the bias cancels: the loss says nothing of where to cut.
        """
        count = min(len(targets), CALIBRATION_TOKENS)
        tokens = np.linspace(0, len(targets) - 1, count).astype(np.int64)
        best = best_threshold(scores_of(tokens)[:, 1], targets[tokens] == 1)
        self.bias.data -= np.float32(best)

    @property
    def meaning(self) -> str:
        return f"The score of I-{self.target} against 0 for O; this head has no probabilities."

    def default_tag(self, predicted: int) -> int:
        return 1

    def judges(self, tag: int) -> bool:
        return tag == 1

    def probabilities(self, scores: FloatArray, position: int, transitions: FloatArray) -> None:
        return None

    def explained_values(self, windows: IntArray, unknown: Sequence[int]) -> Mapping[str, Array]:
        corrupted, center = windows.copy(), windows.shape[2] // 2
        corrupted[:, :, center] = np.array(unknown)[:, np.newaxis]
        return {"corrupted": corrupted}

    def loss_notes(self, loss: float, corrupted: float | None, sequence: str) -> list[str]:
        notes = [
            f"s_c = {corrupted:.4g} is the score of a corrupted window: the same, with the unknown "
            "word, and unknown features, at its center."
        ]
        if loss == 0:
            notes.append("The margin is kept: J is 0, and so is every gradient.")
        return notes


class PairSampling(Sampling):
    """An epoch visits the tokens of the type; each has a corrupted window beside its own."""

    def __init__(self, targets: IntArray, keeps_neighbors: bool) -> None:
        self.tokens = np.flatnonzero(targets == 1)
        self.others = np.flatnonzero(targets == 0)
        self.keeps_neighbors = keeps_neighbors

    def values(
        self,
        windows: IntArray,
        windows_of: Callable[[IntArray], IntArray],
        rng: np.random.Generator,
    ) -> Mapping[str, Array]:
        corrupted = windows_of(rng.choice(self.others, windows.shape[1]))
        if self.keeps_neighbors:
            center = windows.shape[2] // 2
            centers = corrupted[:, :, center]
            corrupted = windows.copy()
            corrupted[:, :, center] = centers
        return {"corrupted": corrupted}
