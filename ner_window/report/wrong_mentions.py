"""The errors of a model in a text, with the parts of the page's figures that each belongs to.

An error is a predicted entity that is not correct, or a gold one that nothing overlaps with: a gold
entity that is cut wrongly or has another type is seen with the prediction that overlaps with it.
The confidence in a missed entity's place is the probability that none of its tokens is in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.corpora.spans import Spans
from ner_window.evaluation.mentions import Grouping
from ner_window.evaluation.mistakes import APART, CORRECT, TYPE, error_kinds
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model.model import Model
from ner_window.report.error_parts import KIND_WORDS, PartNames, of_kind


@dataclass(frozen=True)
class GoldMention:
    """A gold entity that an error is about, and how sure the model is of it, None if it is not."""

    type: str
    text: str
    confidence: float | None

    def __str__(self) -> str:
        return f"{self.type} {self.text}"


@dataclass(frozen=True)
class WrongMention:
    """An error: ``tokens`` of the text, from ``start`` to ``end``, and what is said of them.

    ``kind`` is in words, ``confidence`` that of the model in what it said, None where it has none;
    ``gold`` are the gold entities that it is about: a missed one itself, or those that a wrong
    prediction overlaps with; ``groups`` is the group of its own mention in each breakdown;
    ``parts`` the keys of the parts of the errors that it is in. ``bounds`` are those of its
    sentence in the text, whose tokens are ``sentence``; ``document`` counts from 1, None where the
    file marks none; ``line`` is that of its first token.
    """

    kind: str
    type: str
    tokens: tuple[str, ...]
    start: int
    end: int
    confidence: float | None
    gold: list[GoldMention]
    groups: dict[str, str]
    parts: list[str]
    bounds: slice
    sentence: list[str]
    document: int | None
    line: int

    @property
    def form(self) -> tuple[object, ...]:
        """What errors have in common that are the same in different sentences."""
        return (self.kind, self.type, self.tokens, tuple(map(str, self.gold)), tuple(self.parts))

    @property
    def place(self) -> int:
        """The number of its first token in the sentence, from 0."""
        return self.start - int(self.bounds.start)

    @property
    def rank(self) -> tuple[float, int]:
        """The surest first, else in the order of the text."""
        return -(self.confidence or 0.0), self.start


class WrongMentions:
    """All errors of a model in a text, and how sure it is of them."""

    def __init__(
        self, model: Model, predictions: PredictedCorpus, groupings: Mapping[str, Grouping]
    ) -> None:
        self.predictions = predictions
        mentions = predictions.mentions
        self.parts = PartNames(mentions.names, groupings)
        self._kinds = {
            "gold": error_kinds(mentions.gold, mentions.predicted, mentions.is_found),
            "predicted": error_kinds(mentions.predicted, mentions.gold, mentions.is_correct),
        }
        self._sides = {"gold": mentions.gold, "predicted": mentions.predicted}
        self.in_gold, in_none = _gold_confidences(model, predictions)
        self._confidences = {"gold": in_none, "predicted": predictions.confidences}

    def __iter__(self) -> Iterator[WrongMention]:
        for number in np.flatnonzero(self._kinds["predicted"] != CORRECT).tolist():
            yield self._wrong("predicted", number)
        for number in np.flatnonzero(self._kinds["gold"] == APART).tolist():
            yield self._wrong("gold", number)

    def _wrong(self, side: str, number: int) -> WrongMention:
        spans, kind = self._sides[side], int(self._kinds[side][number])
        start, end = int(spans.starts[number]), int(spans.ends[number])
        gold, sure = self._sides["gold"], self._confidences[side]
        touched = _touching(gold, start, end)
        said = KIND_WORDS[side][kind]
        parts = {*self._parts_of(side, number), of_kind(said)}
        parts.update(*(self._parts_of("gold", other) for other in touched))
        if kind == TYPE:
            types = int(gold.types[touched[0]]), int(spans.types[number])
            parts.add(self.parts.of_pair(*types))
        text, line = self.predictions.gold.tokens, int(self.predictions.gold.lines[start])
        sentence = int(np.searchsorted(text.ends, start, side="right"))
        bounds, documents = text.bounds(sentence), text.documents
        return WrongMention(
            kind=said,
            type=spans.names[spans.types[number]],
            tokens=tuple(self._tokens(start, end)),
            start=start,
            end=end,
            confidence=None if sure is None else float(sure[number]),
            gold=[self._gold_mention(other) for other in touched],
            groups=self.parts.groups_of(side, number),
            parts=sorted(parts),
            bounds=bounds,
            sentence=text.words.part(bounds),
            document=None if documents is None else int(documents[sentence]) + 1,
            line=line,
        )

    def _parts_of(self, side: str, number: int) -> list[str]:
        types, kinds = self._sides[side].types, self._kinds[side]
        return self.parts.of_mention(side, number, int(types[number]), int(kinds[number]))

    def _tokens(self, start: int, end: int) -> list[str]:
        return self.predictions.gold.tokens.words.part(slice(start, end))

    def _gold_mention(self, number: int) -> GoldMention:
        spans, sure = self._sides["gold"], self.in_gold
        return GoldMention(
            type=spans.names[spans.types[number]],
            text=self._gold_text(number),
            confidence=None if sure is None or np.isnan(sure[number]) else float(sure[number]),
        )

    def _gold_text(self, number: int) -> str:
        """Return the tokens of a gold mention; of one that only touches them, what it is, too."""
        spans, misaligned = self._sides["gold"], self.predictions.gold.misaligned
        if misaligned is None or spans.is_aligned[number]:
            return " ".join(self._tokens(int(spans.starts[number]), int(spans.ends[number])))
        before = int(np.count_nonzero(~spans.is_aligned[:number]))
        return misaligned.told(before, self.predictions.gold.tokens.words)

    def mention_counts(self) -> dict[str, int]:
        """Return how many mentions of each side, type and kind are wrong, by the keys of parts."""
        counts: Counter[str] = Counter()
        for side, kinds in self._kinds.items():
            types = self._sides[side].types
            for type_number, kind in zip(types.tolist(), kinds.tolist(), strict=True):
                counts[self.parts.of_outcome(side, type_number, kind)] += 1
        return counts


def _touching(spans: Spans, start: int, end: int) -> list[int]:
    """Return the numbers of the spans that have a token from start to end."""
    first = int(np.searchsorted(spans.ends, start, side="right"))
    after = int(np.searchsorted(spans.starts, end, side="left"))
    return list(range(first, after))


def _gold_confidences(
    model: Model, predictions: PredictedCorpus
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return how sure the model is of each gold mention, and that no token of it is in any.

    Both are (gold,), NaN where the mention is found; None where the model has no confidences. A
    misaligned mention can never be found, and has the second alone, for its tokens of one sentence.
    """
    if predictions.confidences is None:
        return None, None
    mentions, lengths = predictions.mentions, predictions.gold.tokens.lengths
    scores, decoder = model.scorer.scores(predictions.encoded), model.decoder
    gold, size = mentions.gold, len(mentions.gold)
    may_be_found, is_wrong = ~mentions.is_found & gold.is_aligned, ~mentions.is_found
    found = decoder.confidences(scores, gold.subset(may_be_found), lengths)
    sentence_ends = gold.sentence_ends[gold.sentences]
    within = replace(gold, ends=np.minimum(gold.ends, sentence_ends)).subset(is_wrong)
    none = decoder.confidences_in_none(scores, within, lengths)
    return (
        _at(np.flatnonzero(may_be_found), found, size),
        _at(np.flatnonzero(is_wrong), none, size),
    )


def _at(places: IntArray, values: FloatArray | None, size: int) -> FloatArray | None:
    if values is None:
        return None
    array = np.full(size, np.nan)
    array[places] = values
    return array
