"""The words of a vector file and how they find their rows, as arrays that can be memory-mapped.

A dict of 400,000 words takes tens of megabytes and has to be built anew each time. Here the words
are one run of UTF-8 bytes, and a sorted list of their hashes leads back from a word to its row.
Different words may share a hash: every hit is compared with the word itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import compress, pairwise
from typing import BinaryIO
from zlib import crc32

import numpy as np

from ner_window.arrays import BoolArray, IntArray


@dataclass(frozen=True)
class WordIndex:
    """V words and their rows, 0 to V - 1.

    ``text`` (bytes,) uint8 holds the words one after the other; word k is
    ``text[offsets[k]:offsets[k + 1]]``, ``offsets`` (V + 1,) int64. ``hashes`` (V,) uint32 are
    sorted, ``rows`` (V,) int32 are the rows that they belong to; equal hashes keep the order of
    their rows.
    """

    text: IntArray
    offsets: IntArray
    hashes: IntArray
    rows: IntArray

    @classmethod
    def of(cls, words: Iterable[str]) -> WordIndex:
        """Return the index of some words, in memory."""
        text = BytesIO()
        builder = WordIndexBuilder(text)
        builder.add([as_bytes(word) for word in words])
        return cls(np.frombuffer(text.getvalue(), np.uint8), *builder.finish())

    def __len__(self) -> int:
        return len(self.hashes)

    def word(self, row: int) -> str:
        """Return the word of a row."""
        return self._bytes(row).decode("utf-8", "surrogatepass")

    def find(self, words: Sequence[str]) -> IntArray:
        """Return the row of each word, (n,) int64: -1 where it is missing, the first of several."""
        wanted = list(map(as_bytes, words))
        hashes = _hashes(wanted)
        places = np.empty(len(wanted), np.int64)
        order = np.argsort(hashes)  # a search that follows another closely is a short one
        places[order] = np.searchsorted(self.hashes, hashes[order])
        found = np.full(len(wanted), -1, np.int64)
        missing = np.arange(len(wanted))
        while missing.size:  # once, and again for words whose hash another word has too
            missing = missing[places[missing] < len(self)]
            missing = missing[self.hashes[places[missing]] == hashes[missing]]
            rows = self.rows[places[missing]]
            is_same = self._are(rows, [wanted[k] for k in missing.tolist()])
            found[missing[is_same]] = rows[is_same]
            missing = missing[~is_same]
            places[missing] += 1
        return found

    @property
    def duplicate_count(self) -> int:
        """How many rows have the word of an earlier row."""
        starts = np.flatnonzero(np.diff(self.hashes, prepend=~self.hashes[:1]))
        sizes = np.diff(starts, append=len(self))
        groups = zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True)
        return sum(size - len(self._distinct(start, size)) for start, size in groups)

    def encoded_words(self, first: int, stop: int) -> Iterator[bytes]:
        """Yield the words of rows ``first`` to ``stop``, exclusive, in UTF-8."""
        offsets = self.offsets[first : stop + 1]
        text = self.text[offsets[0] : offsets[-1]].tobytes()
        bounds = (offsets - offsets[0]).tolist()
        return (text[start:end] for start, end in pairwise(bounds))

    def _bytes(self, row: int) -> bytes:
        return self.text[self.offsets[row] : self.offsets[row + 1]].tobytes()

    def _are(self, rows: IntArray, words: Sequence[bytes]) -> BoolArray:
        """Tell for each row whether its word is this one, (n,) bool; all bytes at once."""
        starts = self.offsets[rows]
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        is_same: BoolArray = self.offsets[rows + 1] - starts == lengths
        starts, lengths = starts[is_same], lengths[is_same]
        ends = np.cumsum(lengths)
        wanted = np.frombuffer(b"".join(compress(words, is_same.tolist())), np.uint8)
        positions = np.arange(wanted.size) + np.repeat(starts - (ends - lengths), lengths)
        differences = np.append(0, np.cumsum(self.text[positions] != wanted))
        is_same[is_same] = differences[ends] == differences[ends - lengths]
        return is_same

    def _distinct(self, start: int, size: int) -> set[bytes]:
        return {self._bytes(row) for row in self.rows[start : start + size].tolist()}


class WordIndexBuilder:
    """Builds an index from words that come block by block.

    Their bytes are written to the file ``text``; what stays in memory are 12 bytes for each word.
    """

    def __init__(self, text: BinaryIO) -> None:
        self.text = text
        self._lengths: list[IntArray] = []
        self._hashes: list[IntArray] = []

    def add(self, words: Sequence[bytes]) -> None:
        """Add words, in UTF-8."""
        self.text.write(b"".join(words))
        self._lengths.append(np.fromiter(map(len, words), np.int64, len(words)))
        self._hashes.append(_hashes(words))

    def finish(self) -> tuple[IntArray, IntArray, IntArray]:
        """Return the arrays ``offsets``, ``hashes`` and ``rows`` of a WordIndex."""
        lengths, hashes = np.concatenate(self._lengths), np.concatenate(self._hashes)
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
        rows = np.argsort(hashes, kind="stable").astype(np.int32)
        return offsets, hashes[rows], rows


def as_bytes(word: str) -> bytes:
    """Return a word in UTF-8; half a character of UTF-16, which no file can hold, as what it is."""
    return word.encode("utf-8", "surrogatepass")


def _hashes(words: Sequence[bytes]) -> IntArray:
    return np.fromiter(map(crc32, words), np.uint32, len(words))
