"""The nearest words by cosine, among pretrained vectors and in the space that training made."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.encoding.vocabulary import RESERVED, LookupStep, spelled
from ner_window.model.model import Model
from ner_window.vectors.word_vectors import WordVectors


class Space(Protocol):
    """Numbered words with vectors, which are read in order, block by block."""

    def find(self, words: Sequence[str]) -> IntArray:
        """Return the number of each word, (n,) int64, -1 where it is missing."""

    def word(self, number: int) -> str:
        """Return the word of a number."""

    def blocks(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the vectors (n, d), each block with the number of its first word."""


class PretrainedSpace:
    """The vectors of a file."""

    def __init__(self, vectors: WordVectors) -> None:
        self.vectors = vectors
        self.find = vectors.find
        self.word = vectors.index.word
        self.blocks = vectors.blocks


class FineTunedSpace(Space):
    """The vectors that a model works with.

    They are the pretrained ones, scaled, moved as the model moves words that training did not show,
    with its trained rows in place; then the words that only training showed. Of an ensemble they
    are those of its first network.
    """

    def __init__(self, model: Model) -> None:
        self.vectors, self.encoder = model.vectors, model.encoder
        self.table = model.network.tables[0].data
        keys, rows = model.vocabulary.keys, model.vocabulary.vector_rows()
        rows[: len(RESERVED)] = -2
        trained = np.flatnonzero(rows >= 0)
        self.trained = trained[np.argsort(rows[trained])]
        self.trained_rows = rows[self.trained]
        self.own = np.flatnonzero(rows == -1)
        self.own_words = [keys[row] for row in self.own]
        self.size = len(self.vectors) if self.vectors else 0
        self._own_number = {word: self.size + k for k, word in enumerate(self.own_words)}

    def find(self, words: Sequence[str]) -> IntArray:
        found = np.array([self._own_number.get(word, -1) for word in words], np.int64)
        return found if self.vectors is None else np.maximum(found, self.vectors.find(words))

    def word(self, number: int) -> str:
        if self.vectors is None or number >= self.size:
            return self.own_words[number - self.size]
        return self.vectors.index.word(number)

    def blocks(self) -> Iterator[tuple[int, FloatArray]]:
        for first, block in self.vectors.blocks() if self.vectors else ():
            vectors = self.encoder.unseen_words(block).vectors(self.table)
            start, stop = np.searchsorted(self.trained_rows, (first, first + len(block)))
            places = self.trained_rows[start:stop] - first
            vectors[places] = self.table[self.trained[start:stop]]
            yield first, vectors
        yield self.size, self.table[self.own]


def look_up(word: str, space: Space) -> tuple[str, LookupStep] | None:
    """Return the spelling under which a space has a word, and the step of the look-up, or None."""
    pairs = [(of([0])[0], step) for step, of in spelled([word])]
    found = space.find([spelling for spelling, _ in pairs])
    return next((pair for pair, number in zip(pairs, found, strict=True) if number >= 0), None)


def nearest(word: str, space: Space, count: int) -> list[tuple[str, float]]:
    """Return the words nearest to a word of the space, with their cosines, nearest first."""
    number = int(space.find([word])[0])
    query = _vector(number, space)
    best: list[tuple[float, int]] = []
    for first, block in space.blocks():
        cosines = _cosines(block, query)
        if first <= number < first + len(block):
            cosines[number - first] = -np.inf
        top = np.argsort(-cosines, kind="stable")[:count]
        best += zip(cosines[top].tolist(), (first + top).tolist(), strict=True)
        best = sorted(best, key=lambda pair: (-pair[0], pair[1]))[:count]
    return [(space.word(row), cosine) for cosine, row in best if cosine > -np.inf]


def _vector(number: int, space: Space) -> FloatArray:
    blocks = space.blocks()
    return next(
        block[number - first].copy() for first, block in blocks if number < first + len(block)
    )


def _cosines(block: FloatArray, query: FloatArray) -> FloatArray:
    """Return the cosine of each row (n, d) and the query (d,); 0 for a vector without length."""
    norms = np.sqrt(np.einsum("nd,nd->n", block, block)) * np.linalg.norm(query)
    cosines: FloatArray = (block @ query) / np.where(norms > 0, norms, np.inf)
    return cosines


def near_spellings(word: str, space: Space, most: int = 5) -> list[str]:
    """Return words of the space that are one typing error away, in the order of the space."""
    lower = word.lower()
    splits = [(lower[:k], lower[k:]) for k in range(len(lower) + 1)]
    letters = sorted({*string.ascii_lowercase, *lower})
    near = {head + tail[1:] for head, tail in splits if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    near |= {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    near |= {head + letter + tail for head, tail in splits for letter in letters}
    candidates = sorted(near - {""})
    found = zip(space.find(candidates).tolist(), candidates, strict=True)
    return [spelling for number, spelling in sorted(found) if number >= 0][:most]
