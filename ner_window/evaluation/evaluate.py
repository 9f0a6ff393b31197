"""Scoring a model on held-out sentences."""

from __future__ import annotations

from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.evaluation.scoring import Score, score
from ner_window.model.model import Encoded, Model


def evaluate(model: Model, corpus: Corpus) -> Score:
    """Score a model on a corpus."""
    return score_encoded(model, model.encode(corpus.text), corpus)


def score_encoded(model: Model, encoded: Encoded, corpus: Corpus) -> Score:
    """Score a model on a corpus that is encoded already, in the scheme of the corpus's file.

    A model that finds one type of entity is scored on this type alone.
    """
    # In io, entities that touch would become one: they are told apart when they are counted.
    scheme = "iob1" if corpus.scheme == "io" else corpus.scheme
    predicted = model.predict(encoded)
    found = Spans.of(predicted, corpus.text.ends).tags(len(predicted), scheme)
    gold = corpus.only(model.target) if model.target else corpus
    return score(gold.tags, found, corpus.text.ends)
