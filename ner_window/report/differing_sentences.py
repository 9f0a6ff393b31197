"""Sentences that one of two runs gets wholly right, and the other one does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.evaluation.comparison import wholly_right
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.report.marked_sentence import Layer, Segment, marked_segments

MOST = 10  # of each side


@dataclass(frozen=True)
class DifferingSentence:
    """A sentence with what is gold, and what the two runs predict, in this order."""

    line: int
    segments: list[Segment]


@dataclass(frozen=True)
class DifferingSentences:
    """Some of the sentences that only the first run gets right, or only the other one."""

    only_first: list[DifferingSentence]
    only_other: list[DifferingSentence]


def differing_sentences(first: PredictedCorpus, other: PredictedCorpus) -> DifferingSentences:
    """Return sentences of one text, evenly spread, on which two runs differ."""
    right, others_right = wholly_right(first), wholly_right(other)
    layers = [
        Layer(first.mentions.gold),
        Layer(first.mentions.predicted, first.confidences),
        Layer(other.mentions.predicted, other.confidences),
    ]

    def shown(is_chosen: BoolArray) -> list[DifferingSentence]:
        return [_shown(first, layers, sentence) for sentence in _spread(is_chosen).tolist()]

    return DifferingSentences(shown(right & ~others_right), shown(others_right & ~right))


def _spread(is_chosen: BoolArray) -> IntArray:
    chosen = np.flatnonzero(is_chosen)
    places = np.linspace(0, len(chosen) - 1, min(MOST, len(chosen))).astype(np.int64)
    spread: IntArray = chosen[places]
    return spread


def _shown(predictions: PredictedCorpus, layers: list[Layer], sentence: int) -> DifferingSentence:
    gold = predictions.gold
    bounds = gold.tokens.bounds(sentence)
    segments = list(marked_segments(gold.tokens.words, bounds, layers))
    return DifferingSentence(int(gold.lines[bounds.start]), segments)
