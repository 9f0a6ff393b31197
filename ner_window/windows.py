"""Context windows, cut from a stream of tokens.

The sentences lie end to end in one stream, with as many padding positions between them as a window
reaches to one side, so that no window sees another sentence. The window of a token is then the
stretch of the stream around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_window.vocabulary import PADDING

Array = NDArray[Any]


@dataclass(frozen=True)
class TokenStream:
    """Sentences as arrays of integers.

    ``rows`` (features, positions) has a row of integers for each lookup table, words first;
    ``centers`` (tokens,) is the position of each token; ``lengths`` (sentences,) counts the tokens
    of each sentence; ``reach`` is the number of neighbors on each side of a window.
    """

    rows: Array
    centers: Array
    lengths: Array
    reach: int

    def __len__(self) -> int:
        return len(self.centers)

    def windows(self, tokens: Array | slice) -> Array:
        """Return the windows around these tokens: int, (features, n, window).

        The windows of one lookup table are contiguous, which is how they are used.
        """
        offsets = np.arange(-self.reach, self.reach + 1)
        positions = self.centers[tokens, np.newaxis] + offsets
        return np.take(self.rows, positions, axis=1)

    def with_words(self, words: Array) -> TokenStream:
        """Return the same stream with other word ids (positions,): for word dropout."""
        rows = np.concatenate((words[np.newaxis], self.rows[1:]))
        return TokenStream(rows, self.centers, self.lengths, self.reach)


def lay_out(values: Sequence[Array], lengths: Array, reach: int) -> TokenStream:
    """Lay tokens out as a stream.

    ``values`` holds one integer array (tokens,) for each lookup table, padding being value 0 in all
    of them; ``lengths`` says how many tokens each sentence has.
    """
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    token_count = int(lengths.sum())
    centers = np.arange(token_count) + reach * (sentence + 1)
    rows = np.full((len(values), token_count + reach * (len(lengths) + 1)), PADDING, np.int32)
    for row, value in zip(rows, values, strict=True):
        row[centers] = value
    return TokenStream(rows, centers, lengths, reach)
