"""The errors that one learns most from: those that the model is most sure of, each kind once.

An error is a predicted entity that is not correct, or a gold one that nothing overlaps with: a gold
entity that is cut wrongly or has another type is seen with the prediction that overlaps with it.
The confidence in a missed entity's place is the probability that none of its tokens is in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.corpora.spans import Spans
from ner_window.evaluation.mistakes import APART, CORRECT, KINDS, error_kinds
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.model import Model

MOST = 100


@dataclass(frozen=True)
class Label:
    """An entity at a segment of a sentence; ``name`` is empty where the segment goes on with it."""

    name: str
    confidence: float | None = None


@dataclass(frozen=True)
class Segment:
    """Neighboring tokens with the same gold and the same predicted entity, None outside of any."""

    text: str
    gold: Label | None
    predicted: Label | None
    is_at_fault: bool


@dataclass(frozen=True)
class InstructiveError:
    """An error in its sentence.

    ``confidence`` is that of the model in what it said, None where it has none; ``gold`` the gold
    entities that a wrong prediction overlaps with, TYPE and tokens; ``document`` counts from 1,
    None where the file marks none.
    """

    kind: str
    entity: str
    type: str
    gold: list[str]
    confidence: float | None
    document: int | None
    line: int
    segments: list[Segment]


@dataclass(frozen=True)
class _Side:
    """The wrong mentions of one side, by number, with the kind of each and all confidences."""

    spans: Spans
    numbers: IntArray
    kinds: list[str]
    confidences: FloatArray | None


def instructive_errors(model: Model, predictions: PredictedCorpus) -> list[InstructiveError]:
    """Return the errors that the model is most sure of, no two of one form and kind.

    Without confidences they are in the order of the file.
    """
    sides = _sides(model, predictions)
    wrong = [(side, place) for side in sides for place in range(len(side.numbers))]
    chosen: dict[tuple[str, ...], tuple[_Side, int]] = {}
    for side, place in sorted(wrong, key=lambda error: _rank(*error)):
        form = _tokens(predictions, side.spans, int(side.numbers[place]))
        chosen.setdefault((side.kinds[place], *form), (side, place))
    first = list(chosen.values())[:MOST]
    return [_described(predictions, side, place) for side, place in first]


def _sides(model: Model, predictions: PredictedCorpus) -> tuple[_Side, _Side]:
    """Return the predicted mentions that are wrong, and the gold ones that nothing overlaps."""
    mentions = predictions.mentions
    kinds = error_kinds(mentions.predicted, mentions.gold, mentions.is_correct)
    wrong = np.flatnonzero(kinds != CORRECT)
    missed = np.flatnonzero(
        error_kinds(mentions.gold, mentions.predicted, mentions.is_found) == APART
    )
    names = [*KINDS[:APART], "spurious"]
    return (
        _Side(mentions.predicted, wrong, [names[k] for k in kinds[wrong]], predictions.confidences),
        _Side(
            mentions.gold, missed, ["missed"] * len(missed), _missed_confidences(model, predictions)
        ),
    )


def _missed_confidences(model: Model, predictions: PredictedCorpus) -> FloatArray | None:
    """Return how sure the model is that no token of a gold mention is in an entity."""
    scores, lengths = model.scorer.scores(predictions.encoded), predictions.gold.tokens.lengths
    return model.decoder.confidences_in_none(scores, predictions.mentions.gold, lengths)


def _rank(side: _Side, place: int) -> tuple[float, int]:
    number = side.numbers[place]
    confidence = 0.0 if side.confidences is None else float(side.confidences[number])
    return -confidence, int(side.spans.starts[number])


def _described(predictions: PredictedCorpus, side: _Side, place: int) -> InstructiveError:
    gold, number = predictions.gold, int(side.numbers[place])
    start, end = int(side.spans.starts[number]), int(side.spans.ends[number])
    sentence = int(np.searchsorted(gold.tokens.ends, start, side="right"))
    documents, gold_spans = gold.tokens.documents, predictions.mentions.gold
    touched = np.flatnonzero((gold_spans.starts < end) & (gold_spans.ends > start)).tolist()
    return InstructiveError(
        kind=side.kinds[place],
        entity=" ".join(_tokens(predictions, side.spans, number)),
        type=side.spans.names[side.spans.types[number]],
        gold=[_entity(predictions, gold_spans, other) for other in touched],
        confidence=None if side.confidences is None else float(side.confidences[number]),
        document=None if documents is None else int(documents[sentence]) + 1,
        line=int(gold.lines[start]),
        segments=list(_segments(predictions, gold.tokens.bounds(sentence), (start, end))),
    )


def _tokens(predictions: PredictedCorpus, spans: Spans, number: int) -> list[str]:
    extent = slice(int(spans.starts[number]), int(spans.ends[number]))
    return predictions.gold.tokens.words.part(extent)


def _entity(predictions: PredictedCorpus, spans: Spans, number: int) -> str:
    return " ".join([spans.names[spans.types[number]], *_tokens(predictions, spans, number)])


def _segments(
    predictions: PredictedCorpus, bounds: slice, fault: tuple[int, int]
) -> Iterator[Segment]:
    """Yield a sentence cut where any entity starts or ends."""
    gold, predicted = predictions.mentions.gold, predictions.mentions.predicted
    cuts = {bounds.start, bounds.stop}
    for spans in (gold, predicted):
        inside = (spans.starts >= bounds.start) & (spans.ends <= bounds.stop)
        cuts |= {*spans.starts[inside].tolist(), *spans.ends[inside].tolist()}
    places = sorted(cuts)
    for start, end in pairwise(places):
        yield Segment(
            text=" ".join(predictions.gold.tokens.words.part(slice(start, end))),
            gold=_label(gold, start, None),
            predicted=_label(predicted, start, predictions.confidences),
            is_at_fault=fault[0] <= start < fault[1],
        )


def _label(spans: Spans, start: int, confidences: FloatArray | None) -> Label | None:
    """Return what is to be written at a token of the span that covers it."""
    number = int(np.searchsorted(spans.starts, start, side="right")) - 1
    if number < 0 or spans.ends[number] <= start:
        return None
    if spans.starts[number] < start:
        return Label("")
    confidence = None if confidences is None else float(confidences[number])
    return Label(spans.names[spans.types[number]], confidence)
