"""Checking the gradient of a whole model, on a few tokens and in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

import autodiff as ad
from ner_window.config import Config
from ner_window.corpora.corpus import Corpus
from ner_window.encoding.units import Unit
from ner_window.errors import InputError
from ner_window.model.building import build_model
from ner_window.training.batches import Batches
from ner_window.training.step import Step
from ner_window.vectors.word_vectors import WordVectors

LARGEST_ERROR = 1e-6
FEW = {Unit.WINDOWS: 8, Unit.SENTENCES: 2, Unit.DOCUMENTS: 1}


def gradient_reports(config: Config, train: Corpus, vectors: WordVectors | None) -> list[Any]:
    """Return what the two-sided numeric gradient says of each parameter of the model."""
    rng = np.random.default_rng(config.seed)
    model = build_model(config, train, vectors, rng, np.float64)
    few = FEW[model.network.unit]
    step = Step(config, model, rng)
    step.graph.loss(next(iter(Batches.of(config, model, train, rng, few))))
    return ad.gradient_check(step.graph.graph)


def check_gradients(config: Config, train: Corpus, vectors: WordVectors | None) -> str:
    """Return a line on the worst parameter.

    Raises InputError where its error is above 1e-6, which no rounding explains.
    """
    worst = max(gradient_reports(config, train, vectors), key=lambda report: report.error)
    if not worst.error < LARGEST_ERROR:
        raise InputError(f"the gradient of the model is wrong: {worst}")
    return f"gradient check passed: {worst}"
