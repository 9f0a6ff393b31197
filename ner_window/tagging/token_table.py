"""What each distinct token adds to the first hidden layer, tabulated.

With W fixed, a token at window position j adds P_j = e W_j^T to z = W x + b, where e is its vector
(word and features) and W_j the columns of W for that position. The rows are computed when a token
is first met, many tokens in one product, and kept within a bounded number of bytes: when the table
is full, the tokens that were used least make room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.encoding.documents import is_mention

PADDING_ROW = 0
BYTES_PER_TOKEN = 250  # of its string, and of its entries beside the rows
LONGEST_KEPT = 64  # characters; rows of longer tokens, whose strings take room, are not kept
EVICTED_SHARE = 1 / 8


class TokenTable:
    """The rows P_j of tokens: ``tables`` (w, capacity, H), a row of each of the w for each token.

    ``is_mention`` (capacity,) tells whether the token of a row can be one, as documents have it.

    Parameters
    ----------
    weights
        W_j^T, (w, d, H).
    bias
        b, (H,): it is in the rows of the first position.
    vectors_of
        Returns the vectors (n, d) of n tokens.
    padding
        The vector beyond the ends of a sentence, (d,): row PADDING_ROW.
    most_bytes
        What the tables may take.
    least_rows
        How many rows they have at least, whatever these take.
    """

    def __init__(
        self,
        weights: FloatArray,
        bias: FloatArray,
        vectors_of: Callable[[list[str]], FloatArray],
        padding: FloatArray,
        most_bytes: int,
        least_rows: int,
    ) -> None:
        positions, _, units = weights.shape
        row_bytes = positions * units * weights.itemsize + BYTES_PER_TOKEN
        capacity = max(most_bytes // row_bytes, least_rows) + 1
        self.weights, self.vectors_of = weights, vectors_of
        self.biases = np.zeros((positions, units), weights.dtype)
        self.biases[0] = bias
        self.tables = np.empty((positions, capacity, units), weights.dtype)
        self.tables[:, PADDING_ROW] = padding @ weights + self.biases
        self.is_mention = np.zeros(capacity, bool)
        self._row_of: dict[str, int] = {}
        self._token_of: list[str | None] = [None] * capacity
        self._uses = np.zeros(capacity, np.int64)
        self._free = list(range(capacity - 1, PADDING_ROW, -1))
        self._long: list[str] = []

    def __len__(self) -> int:
        """The number of tokens that have rows."""
        return len(self._row_of)

    @property
    def capacity(self) -> int:
        """The most tokens that can have rows."""
        return len(self._uses) - 1

    def rows(self, tokens: Sequence[str]) -> IntArray:
        """Return the row of each token, (tokens,): good until the next call.

        There may be no more tokens than the capacity.
        """
        self._forget(self._long)
        self._long = []
        rows = np.fromiter(map(self._row_of.get, tokens, repeat(-1)), np.int64, len(tokens))
        missing = np.flatnonzero(rows < 0).tolist()
        if missing:
            new = list(dict.fromkeys(tokens[position] for position in missing))
            self._make_room(len(new), rows)
            self._add(new)
            rows[missing] = [self._row_of[tokens[position]] for position in missing]
        np.add.at(self._uses, rows, 1)
        return rows

    def _add(self, tokens: list[str]) -> None:
        vectors = self.vectors_of(tokens)
        rows = [self._free.pop() for _ in tokens]
        for table, weights, bias in zip(self.tables, self.weights, self.biases, strict=True):
            table[rows] = vectors @ weights + bias
        self.is_mention[rows] = list(map(is_mention, tokens))
        self._row_of.update(zip(tokens, rows, strict=True))
        for row, token in zip(rows, tokens, strict=True):
            self._token_of[row] = token
        self._long = [token for token in tokens if len(token) > LONGEST_KEPT]

    def _make_room(self, count: int, needed: IntArray) -> None:
        """Free at least ``count`` rows, those used least, but none of ``needed``.

        Uses are halved, so that what was frequent long ago does not stay for good.
        """
        if count <= len(self._free):
            return
        is_spare = np.array([token is not None for token in self._token_of])
        is_spare[needed[needed >= 0]] = False
        spare = np.flatnonzero(is_spare)
        evicted = max(count - len(self._free), int(self.capacity * EVICTED_SHARE))
        least_used = spare[np.argsort(self._uses[spare], kind="stable")[:evicted]]
        self._forget([str(self._token_of[row]) for row in least_used.tolist()])
        self._uses >>= 1

    def _forget(self, tokens: list[str]) -> None:
        for token in tokens:
            row = self._row_of.pop(token)
            self._token_of[row] = None
            self._uses[row] = 0
            self._free.append(row)
