"""A picture of the graph that a run trained: on one batch, with the gradients that flow back."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from ner_window.report.reported_run import ReportedRun
from ner_window.training.trainer import Trainer


def graph_picture(run: ReportedRun) -> Markup:
    """Draw the graph of the loss with the weights of the kept epoch, as SVG."""
    rng = np.random.default_rng(run.config.seed)
    trainer = Trainer(run.config, run.model, run.trained_on, None, rng)
    graph = trainer.step.graph
    graph.loss(next(iter(trainer.batches)))
    return Markup(graph.draw())
