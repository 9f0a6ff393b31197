"""Sentences that one of two runs gets wholly right, and the other one does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.spans import Spans
from ner_window.evaluation.comparison import wholly_right
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.report.marked_sentence import Layer, Segment, marked_segments

MOST = 10  # of each side


@dataclass(frozen=True)
class DifferingSentence:
    """A sentence with what is gold, and what the two runs predict, in this order.

    At fault are the segments of entities that only one of the two predicts.
    """

    line: int
    segments: list[Segment]


@dataclass(frozen=True)
class OneSided:
    """The numbers of the sentences that only one of two runs gets right, and some of them."""

    sentences: IntArray
    shown: list[DifferingSentence]

    def __len__(self) -> int:
        return len(self.sentences)


@dataclass(frozen=True)
class DifferingSentences:
    """The sentences that only the first run gets right, and those that only the other one does."""

    only_first: OneSided
    only_other: OneSided


def differing_sentences(first: PredictedCorpus, other: PredictedCorpus) -> DifferingSentences:
    """Return the sentences of one text on which two runs differ; those shown are evenly spread."""
    right, others_right = wholly_right(first), wholly_right(other)

    def one_sided(sentences: IntArray) -> OneSided:
        shown = [_shown(first, other, sentence) for sentence in _spread(sentences).tolist()]
        return OneSided(sentences, shown)

    return DifferingSentences(
        one_sided(np.flatnonzero(right & ~others_right)),
        one_sided(np.flatnonzero(others_right & ~right)),
    )


def sentence_rows(
    runs: Mapping[str, PredictedCorpus], sentences: IntArray
) -> Iterator[dict[str, object]]:
    """Yield sentences of the one text of some runs as rows of a file.

    A row has the line, the sentence, its entities in gold, and those that each run predicts.
    """
    first, *_ = runs.values()
    gold, words = first.gold, first.gold.tokens.words
    layers = {"gold": first.mentions.gold} | {
        f"{label} predicts": run.mentions.predicted for label, run in runs.items()
    }
    for sentence in sentences.tolist():
        bounds = gold.tokens.bounds(sentence)
        named = {
            side: "; ".join(
                " ".join([name, *words.part(slice(start, end))])
                for start, end, name in _entities(spans, bounds)
            )
            for side, spans in layers.items()
        }
        text = " ".join(words.part(bounds))
        yield {"line": int(gold.lines[bounds.start]), "sentence": text, **named}


def _spread(sentences: IntArray) -> IntArray:
    places = np.linspace(0, len(sentences) - 1, min(MOST, len(sentences))).astype(np.int64)
    spread: IntArray = sentences[places]
    return spread


def _shown(first: PredictedCorpus, other: PredictedCorpus, sentence: int) -> DifferingSentence:
    gold = first.gold
    bounds = gold.tokens.bounds(sentence)
    layers = [
        Layer(first.mentions.gold),
        Layer(first.mentions.predicted, first.confidences),
        Layer(other.mentions.predicted, other.confidences),
    ]
    one, two = (set(_entities(run.mentions.predicted, bounds)) for run in (first, other))
    faults = [(start, end) for start, end, _ in one ^ two]
    segments = list(marked_segments(gold.tokens.words, bounds, layers, *faults))
    return DifferingSentence(int(gold.lines[bounds.start]), segments)


def _entities(spans: Spans, bounds: slice) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and type of the entities of a sentence."""
    low, high = np.searchsorted(spans.starts, (bounds.start, bounds.stop))
    for place in range(low, high):
        yield int(spans.starts[place]), int(spans.ends[place]), spans.names[spans.types[place]]
