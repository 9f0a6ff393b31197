"""Scoring a model on held-out sentences."""

from __future__ import annotations

from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.encoding.encoded import Encoded
from ner_window.evaluation.predictions import as_in_file, gold_of
from ner_window.model.model import Model
from ner_window.scoring.score import Score, score


def evaluate(model: Model, corpus: Corpus) -> Score:
    """Score a model on a corpus."""
    return score_encoded(model, model.encode(corpus.tokens), corpus)


def score_encoded(model: Model, encoded: Encoded, corpus: Corpus) -> Score:
    """Score a model on a corpus that is encoded already, in the scheme of the corpus's file.

    A model that finds one type of entity is scored on this type alone.
    """
    ends = corpus.tokens.ends
    found = as_in_file(Spans.of(model.predict(encoded), ends), corpus)
    return score(gold_of(model, corpus).tags, found, ends)
