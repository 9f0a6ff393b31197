"""Texts in place of sentences: what models have in common that cut a text in different ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ner_window.arrays import IntArray
from ner_window.evaluation.predictions import PredictedCorpus


def in_whole_texts(predictions: PredictedCorpus) -> PredictedCorpus:
    """Return predictions for a corpus of texts that takes each text, a line, for one sentence."""
    corpus, prediction = predictions.gold, predictions.prediction
    tokens = corpus.tokens
    first = tokens.ends - tokens.lengths
    lines = corpus.lines[first]
    starts = np.flatnonzero(np.diff(lines, prepend=0))
    whole = replace(
        tokens,
        lengths=np.add.reduceat(tokens.lengths, starts),
        documents=None if tokens.documents is None else tokens.documents[starts],
        texts=None,
        is_given=None,
    )
    spans = replace(prediction.spans, sentence_ends=whole.ends)
    return replace(
        predictions,
        gold=replace(corpus, tokens=whole),
        prediction=replace(prediction, spans=spans),
    )


def are_of_one_text(one: PredictedCorpus, other: PredictedCorpus) -> bool:
    """Tell whether two are held to the same entities of the same texts, each a sentence."""
    names = sorted({*one.gold.spans.names, *other.gold.spans.names})
    (lines, counts), (others, their_counts) = (_entities(each, names) for each in (one, other))
    return np.array_equal(lines, others) and np.array_equal(counts, their_counts)


def _entities(predictions: PredictedCorpus, names: list[str]) -> tuple[IntArray, IntArray]:
    """Return the line of each text, (texts,), and its gold entities by type, (texts, types)."""
    corpus, gold = predictions.gold, predictions.gold.spans.renamed(names)
    cells = gold.sentences * len(names) + gold.types
    counts = np.bincount(cells, minlength=len(corpus) * len(names))
    first = corpus.tokens.ends - corpus.tokens.lengths
    return corpus.lines[first], counts.reshape(len(corpus), -1)
