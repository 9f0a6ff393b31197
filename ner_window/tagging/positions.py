"""Windows of tokens that have numbers: sentences end to end, with padding between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.vocabulary import PADDING
from ner_window.tagging.token_table import PADDING_ROW, TokenTable


@dataclass(frozen=True)
class Positions:
    """The positions ``centers`` (tokens,) of tokens in a stream.

    Around each sentence there are ``radius`` positions of padding: the window of a token is the
    part of the stream within it.
    """

    centers: IntArray
    radius: int

    @classmethod
    def of(cls, sentences: Tokens, radius: int) -> Positions:
        """Lay out some sentences."""
        centers = np.arange(len(sentences.strings)) + radius * (sentences.sentence_of + 1)
        return cls(centers, radius)

    def stream(self, rows: IntArray) -> IntArray:
        """Return the rows (tokens,) of a lookup table at their places, with those of padding."""
        stop = int(self.centers[-1]) + self.radius + 1 if len(rows) else 0
        stream = np.full(stop, PADDING, np.int64)
        stream[self.centers] = rows
        return stream

    def windows(self, piece: slice, stream: IntArray) -> IntArray:
        """Return the rows at each window position of a piece of the tokens, (w, n)."""
        offsets = np.arange(-self.radius, self.radius + 1)
        return stream.take(self.centers[piece] + offsets[:, np.newaxis])

    def token_windows(self, piece: slice, tokens: list[str], table: TokenTable) -> IntArray:
        """Return the same for the rows of the tokens themselves, which are looked up."""
        seen = slice(max(piece.start - self.radius, 0), piece.stop + self.radius)
        positions = self.centers[seen]
        first = int(self.centers[piece.start]) - self.radius
        stop = int(self.centers[piece.stop - 1]) + self.radius + 1
        is_inside = (positions >= first) & (positions < stop)
        stream = np.full(stop - first, PADDING_ROW, np.int64)
        stream[positions[is_inside] - first] = table.rows(tokens[seen])[is_inside]
        offsets = np.arange(2 * self.radius + 1) - first - self.radius
        return stream.take(self.centers[piece] + offsets[:, np.newaxis])
