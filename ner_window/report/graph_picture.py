"""A picture of the graph that a run trained: on one batch, with the gradients that flow back."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from ner_window.report.reported_run import ReportedRun
from ner_window.training.recorded_selection import parts_of_run
from ner_window.training.selection import selection_of
from ner_window.training.trainer import Trainer


def graph_picture(run: ReportedRun) -> Markup:
    """Draw the graph of the loss with the weights of the kept epoch, as SVG."""
    parts = parts_of_run(run.config, run.path, run.corpora["train"])
    trained, _ = selection_of(run.config, run.corpora, parts)
    rng = np.random.default_rng(run.config.seed)
    trainer = Trainer(run.config, run.model, trained, None, rng)
    graph = trainer.step.graph
    graph.loss(next(iter(trainer.batches)))
    return Markup(graph.draw())
