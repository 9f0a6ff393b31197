"""A tag for each token: J = -log p(tag), p = softmax(U g + c)."""

from __future__ import annotations

import autodiff as ad
from ner_window import config
from ner_window.model.heads.head import Head, JudgedGraph, register


@register(config.SoftmaxHeadSettings)
class SoftmaxHead(Head):
    """Judges each token by itself."""

    def loss(self, graph: JudgedGraph) -> ad.Tensor:
        return ad.softmax_cross_entropy(graph.judged(graph.scores), graph.source("tag"))

    @property
    def meaning(self) -> str:
        return "p = softmax(s): e^score, divided by the sum over all tags."
