"""One type of entity, yes or no: s = u^T g + c, J = logistic loss of sigma(s)."""

from __future__ import annotations

import numpy as np

import autodiff as ad
from ner_window import config
from ner_window.arrays import FloatArray
from ner_window.model.heads.head import Head, JudgedGraph, register


class OneTypeHead(Head):
    """A head that scores one type, ``target``, against O, whose score is 0."""

    section: config.BinaryHeadSettings | config.MarginHeadSettings

    @property
    def target(self) -> str:
        """The type of entity that it finds."""
        return self.section.target

    def outputs(self, tags: int) -> int:
        return 1

    def of_tags(self, scores: FloatArray) -> FloatArray:
        return np.concatenate((np.zeros_like(scores), scores), axis=1)


@register(config.BinaryHeadSettings)
class BinaryHead(OneTypeHead):
    """Judges each token by itself."""

    def loss(self, graph: JudgedGraph) -> ad.Tensor:
        return ad.binary_cross_entropy(graph.judged(graph.scores, 0), graph.source("tag"))

    @property
    def meaning(self) -> str:
        return f"p = sigma(s) for I-{self.target}; O has score 0."
