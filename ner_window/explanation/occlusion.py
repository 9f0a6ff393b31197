"""What a model says of a token, and what it would say if it could not see one of its window.

The answer is how the model reads the token: as part of an entity of a type, or as in none. Its
probability is that which tagging gives (:mod:`ner_window.model.confidence`).

To hide a token is to put the row of the unknown word in the place of its own, and in the table of
each feature that of a value that training did not show; of the padding before and after a sentence
likewise. That is done in every window of the sentence in which the token stands, and the sentence
is scored and summed over as before: so it tells what the token is worth to this answer while all
others stay. It is the erasure of Li, Monroe and Jurafsky 2016, *Understanding neural networks
through representation erasure*, with the unknown word instead of zeros.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ner_window.arrays import FloatArray
from ner_window.corpora.categorical import Categorical
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE, split_tag
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.features import UNKNOWN_VALUE
from ner_window.encoding.vocabulary import UNKNOWN
from ner_window.explanation.explained_token import ExplainedToken
from ner_window.explanation.explanation import Answer, Occlusion


class Answering:
    """The answer on a token of a sentence: the same tokens, read in the same way or in another.

    ``start`` and ``end`` are those of the entity that the token is in by what is predicted, else of
    the token alone; ``type`` is that of the entity, None outside of any.
    """

    def __init__(self, asked: ExplainedToken) -> None:
        self.asked, self.model = asked, asked.model
        spans, position = asked.prediction.spans, asked.position
        self.start, self.end = position, position + 1
        self.type: str | None = None
        for number in np.flatnonzero((spans.starts <= position) & (spans.ends > position)).tolist():
            self.start, self.end = int(spans.starts[number]), int(spans.ends[number])
            self.type = spans.names[spans.types[number]]

    def answer(self) -> Answer:
        """Return what is predicted, how sure that is, and what else the tokens could be."""
        types = sorted({split_tag(tag)[1] for tag in self.model.tags} - {""})
        scores, others = self.model.scorer.scores(self.asked.encoded), []
        if self.model.network.head.has_probabilities:
            read = [None, *types]
            every = [(other, self._probability(scores, other)) for other in read]
            others = [(other, p) for other, p in every if other != self.type]
        return Answer(
            start=self.start,
            end=self.end,
            type=self.type,
            value=self._value(self.asked.encoded),
            others=sorted(others, key=lambda other: -other[1]),
        )

    def occlusions(self) -> list[Occlusion]:
        """Return what becomes of the answer without each place of the window."""
        radius, tokens = self.model.network.window // 2, self.asked.tokens
        found = []
        for offset in range(-radius, radius + 1):
            at = self.asked.position + offset
            found.append(
                Occlusion(
                    offset=offset,
                    token=tokens[at] if 0 <= at < len(tokens) else None,
                    value=self._value(self._without(offset, slice(None))),
                    value_without_word=self._value(self._without(offset, slice(1))),
                )
            )
        return found

    def _without(self, offset: int, tables: slice) -> Encoded:
        """Return the sentence with a place of the stream unknown in these tables."""
        encoded = self.asked.encoded
        rows = encoded.stream.rows.copy()
        unknown = np.array([UNKNOWN, *(UNKNOWN_VALUE for _ in self.model.features)])
        rows[tables, encoded.stream.centers[self.asked.position] + offset] = unknown[tables]
        ids = np.append(encoded.words.categories, UNKNOWN)
        return replace(
            encoded,
            stream=replace(encoded.stream, rows=rows),
            words=Categorical(ids, encoded.words.codes),
        )

    def _value(self, encoded: Encoded) -> float:
        """Return the probability of the answer; with the margin head the score of the token."""
        scores = self.model.scorer.scores(encoded)
        if self.model.network.head.has_probabilities:
            return self._probability(scores, self.type)
        return float(scores[self.asked.position, self.model.tags.index(self.asked.tag)])

    def _probability(self, scores: FloatArray, read_as: str | None) -> float:
        """Return the probability that the tokens are an entity of a type; None: in none."""
        ends = self.asked.encoded.stream.ends
        start, end, type_ = (np.array([at]) for at in (self.start, self.end, 0))
        span = Spans(start, end, type_, [read_as or OUTSIDE], ends)
        decoder, lengths = self.model.decoder, self.asked.encoded.stream.lengths
        ask = decoder.confidences if read_as else decoder.confidences_in_none
        p = ask(scores, span, lengths)
        assert p is not None
        return float(p[0])
