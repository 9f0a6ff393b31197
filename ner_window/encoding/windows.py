"""Context windows, cut from a stream of tokens.

The sentences lie end to end in one stream, with as many padding positions between them as a window
reaches to one side, so that no window sees another sentence. The window of a token is then the
stretch of the stream around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora import scratch
from ner_window.corpora.categorical import Categorical
from ner_window.encoding.vocabulary import PADDING


@dataclass(frozen=True)
class TokenStream:
    """Sentences as arrays of integers.

    ``rows`` (features, positions) has a row of integers for each lookup table, words first;
    ``centers`` (tokens,) is the position of each token; ``lengths`` (sentences,) counts the tokens
    of each sentence; ``radius`` is that of a window: how many neighbors it has on each side.
    """

    rows: IntArray
    centers: IntArray
    lengths: IntArray
    radius: int

    @classmethod
    def of(
        cls, columns: Sequence[Categorical[IntArray]], lengths: IntArray, radius: int
    ) -> TokenStream:
        """Return sentences end to end, with ``radius`` rows of padding before and after each.

        ``columns`` holds the rows of the tokens in each lookup table, padding being row 0 in all of
        them; ``lengths`` says how many tokens each sentence has.
        """
        token_count = len(columns[0])
        centers = scratch.empty((token_count,), np.int64)
        rows = scratch.empty((len(columns), token_count + radius * (len(lengths) + 1)), np.int32)
        rows[:] = PADDING
        ends = np.cumsum(lengths)
        for chunk in scratch.chunks(token_count):
            tokens = np.arange(chunk.start, chunk.stop)
            sentences = np.searchsorted(ends, tokens, side="right")
            centers[chunk] = tokens + radius * (sentences + 1)
            for row, column in zip(rows, columns, strict=True):
                row[centers[chunk]] = column.categories[column.codes[chunk]]
        return cls(rows, centers, lengths, radius)

    def __len__(self) -> int:
        return len(self.centers)

    @cached_property
    def ends(self) -> IntArray:
        """The position after the last token of each sentence, (sentences,)."""
        return np.cumsum(self.lengths)

    def sentences(self, tokens: IntArray | slice) -> IntArray:
        """Return the number of the sentence of each of these tokens, (n,)."""
        numbers = np.arange(len(self))[tokens] if isinstance(tokens, slice) else tokens
        return np.searchsorted(self.ends, numbers, side="right")

    def windows(self, tokens: IntArray | slice) -> IntArray:
        """Return the windows around these tokens: int, (features, n, window).

        The windows of one lookup table are contiguous, which is how they are used.
        """
        offsets = np.arange(-self.radius, self.radius + 1)
        positions = self.centers[tokens, np.newaxis] + offsets
        return np.take(self.rows, positions, axis=1)
