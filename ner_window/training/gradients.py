"""Checking the gradient of a whole model, on a few tokens and in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

import autodiff as ad
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.errors import InputError
from ner_window.model.building import build_model
from ner_window.training.trainer import Trainer
from ner_window.vectors.word_vectors import WordVectors

LARGEST_ERROR = 1e-6
FEW = {"windows": 8, "sentences": 2, "documents": 1}


def gradient_reports(config: Config, train: Corpus, vectors: WordVectors | None) -> list[Any]:
    """Return what the two-sided numeric gradient says of each parameter of the model."""
    rng = np.random.default_rng(config.seed)
    model = build_model(config, train, vectors, rng, np.float64)
    trainer = Trainer(config, model, train, None, rng)
    trainer.batches.size = FEW[trainer.batches.unit]
    trainer.graph.loss(next(iter(trainer.batches)))
    return ad.gradient_check(trainer.graph.graph)


def check_gradients(config: Config, train: Corpus, vectors: WordVectors | None) -> str:
    """Return a line on the worst parameter.

    Raises InputError where its error is above 1e-6, which no rounding explains.
    """
    worst = max(gradient_reports(config, train, vectors), key=lambda report: report.error)
    if not worst.error < LARGEST_ERROR:
        raise InputError(f"the gradient of the model is wrong: {worst}")
    return f"gradient check passed: {worst}"
