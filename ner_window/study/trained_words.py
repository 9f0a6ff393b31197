"""The words of training that have a pretrained vector: where they started and where they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray
from ner_window.corpora.categorical import Categorical, Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.scratch import chunks
from ner_window.corpora.tags import OUTSIDE, split_tag
from ner_window.encoding.vocabulary import RESERVED
from ner_window.errors import InputError
from ner_window.evaluation.predictions import gold_of
from ner_window.model.model import Model
from ner_window.vectors.word_vectors import WordVectors


@dataclass(frozen=True)
class TrainedWords:
    """The n rows of a model's trainable table that started from pretrained vectors.

    ``vectors`` is the file that they come from. ``rows`` (n,) are their rows of the table,
    ``vector_rows`` (n,) those of the file; ``counts`` (n,) says how often training showed them;
    ``types`` is the type that most of their tokens have in training, O outside of entities.
    ``before`` (n, d) are the pretrained vectors, scaled as the model scales them, ``after`` (n, d)
    those that it has now. ``without_vector`` counts the words of training that the file lacks.
    """

    vectors: WordVectors
    words: list[str]
    rows: IntArray
    vector_rows: IntArray
    counts: IntArray
    types: list[str]
    before: FloatArray
    after: FloatArray
    without_vector: int

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def of(cls, model: Model, train: Corpus) -> TrainedWords | None:
        """Return the words of a model that learned from ``train``.

        It is None where training started from random vectors. Raises InputError where the model has
        its vectors at half precision: rounding would pass for movement.
        """
        vectors, vocabulary = model.vectors, model.vocabulary
        if vectors is None:
            return None
        if vectors.precision == "float16":
            raise InputError(
                "the model holds its vectors at half precision, so that rounding would pass for "
                "movement; load it with the vectors of their file"
            )
        table = model.network.tables[0].data
        found = vocabulary.vector_rows()
        rows = np.flatnonzero(found >= 0)
        ids = vocabulary.encode(train.tokens.words).ids
        times = train.tokens.words.counts()
        counts = np.bincount(ids.categories, times, len(table)).astype(np.int64)
        types = dominant_types(ids, gold_of(model, train).tags, len(table))
        return cls(
            vectors=vectors,
            words=[vocabulary.keys[row] for row in rows.tolist()],
            rows=rows,
            vector_rows=found[rows],
            counts=counts[rows],
            types=[types[row] or OUTSIDE for row in rows.tolist()],
            before=(vectors.rows(found[rows]) * model.encoder.factor).astype(table.dtype),
            after=table[rows],
            without_vector=len(table) - len(RESERVED) - len(rows),
        )

    @cached_property
    def has_moved(self) -> BoolArray:
        """Whether any bit of a vector has changed, (n,)."""
        has_moved: BoolArray = (self.before != self.after).any(axis=1)
        return has_moved

    @cached_property
    def cosine_distances(self) -> FloatArray:
        """1 - cos(before, after), (n,) float64; exactly 0 for a vector that has not moved."""
        before, after = self.before.astype(float), self.after.astype(float)
        lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        products = np.einsum("nd,nd->n", before, after)
        cosines = np.divide(products, lengths, out=np.zeros(len(self)), where=lengths > 0)
        return np.where(self.has_moved, 1 - cosines, 0.0)

    @cached_property
    def euclidean_distances(self) -> FloatArray:
        """||after - before||, (n,) float64, in units of the scaled vectors."""
        distances: FloatArray = np.linalg.norm(self.after.astype(float) - self.before, axis=1)
        return distances

    def furthest(self, count: int) -> IntArray:
        """Return the numbers of the words that have moved, by 1 - cosine, the furthest first."""
        order = np.argsort(-self.cosine_distances, kind="stable")
        return order[self.has_moved[order]][:count]

    def outside(self) -> Iterator[tuple[list[str], FloatArray]]:
        """Yield, block by block, the words of the file that training did not show.

        They come with their pretrained vectors (n, d), not scaled. Of a word that the file has
        several times the first vector counts, as everywhere.
        """
        known = np.zeros(len(self.vectors), bool)
        known[self.vector_rows] = True
        for first, block in self.vectors.blocks():
            words = [self.vectors.index.word(row) for row in range(first, first + len(block))]
            is_first = self.vectors.find(words) == np.arange(first, first + len(block))
            chosen = np.flatnonzero(is_first & ~known[first : first + len(block)])
            yield [words[number] for number in chosen.tolist()], block[chosen]


def dominant_types(words: Categorical[IntArray], tags: Strings, size: int) -> list[str | None]:
    """Return for each word id below ``size`` the type that most of its tokens have.

    It is O where most are outside of entities, None for a word without tokens.
    """
    types = [split_tag(tag)[1] or OUTSIDE for tag in tags.categories]
    names = sorted(set(types))
    number_of = np.array([names.index(name) for name in types], np.int64)
    counts = np.zeros(size * len(names), np.int64)
    for chunk in chunks(len(tags)):
        ids = words.categories[words.codes[chunk]].astype(np.int64)
        pairs = ids * len(names) + number_of[tags.codes[chunk]]
        counts += np.bincount(pairs, minlength=len(counts))
    table = counts.reshape(size, len(names))
    most = table.argmax(axis=1).tolist()
    return [
        names[number] if total else None
        for number, total in zip(most, table.sum(axis=1).tolist(), strict=True)
    ]
