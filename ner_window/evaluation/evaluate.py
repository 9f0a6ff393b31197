"""Scoring a model on held-out sentences."""

from __future__ import annotations

from ner_window.corpora.corpus import Corpus
from ner_window.encoding.encoded import Encoded
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.model import Model
from ner_window.scoring.score import Score


def evaluate(model: Model, corpus: Corpus, encoded: Encoded | None = None) -> Score:
    """Score a model on a corpus, which may be ``encoded`` already, in the scheme of its file.

    A model that finds one type of entity is scored on this type alone.
    """
    return PredictedCorpus.of(model, corpus, encoded, with_confidences=False).score()
