"""Sentences as a network sees them: integers, and the vectors beyond its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike

from ner_window.arrays import FloatArray, IntArray
from ner_window.config import UnseenSettings
from ner_window.corpora.categorical import Categorical
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.documents import document_ends, documents_of, mention_groups
from ner_window.encoding.features import FeatureTable
from ner_window.encoding.units import Unit
from ner_window.encoding.unseen import WAYS, StayingWords, TableStart, UnseenWords
from ner_window.encoding.vocabulary import Coverage, Vocabulary
from ner_window.encoding.windows import TokenStream


@dataclass(frozen=True)
class EncodedDocuments:
    """The position after the last token of each document, and each token's mention group."""

    ends: IntArray
    groups: IntArray


@dataclass(frozen=True)
class Encoded:
    """Sentences as windows of integers, and the pretrained vectors that they need beyond the table.

    ``words`` is the column of their word ids. ``unseen`` are the words that training did not show:
    word ids from the size of the trainable table on are theirs.
    ``documents`` is there for the contexts that look at documents only.
    """

    stream: TokenStream
    words: Categorical[IntArray]
    unseen: UnseenWords
    coverage: Coverage
    documents: EncodedDocuments | None

    def ends_of(self, unit: Unit) -> IntArray | None:
        """Return the position after the last token of each unit, None where a unit is a token."""
        if unit == Unit.DOCUMENTS:
            return self._known_documents.ends
        return self.stream.ends if unit == Unit.SENTENCES else None

    @property
    def groups(self) -> IntArray:
        """The mention group of each token, (tokens,)."""
        return self._known_documents.groups

    @property
    def _known_documents(self) -> EncodedDocuments:
        if self.documents is None:
            raise ValueError("the encoder was not asked to look at documents")
        return self.documents


@dataclass(frozen=True)
class Encoder:
    """Turns sentences into what a network sees.

    ``window`` is the size of a window; ``dimension`` and ``dtype`` are those of the network's word
    table; ``factor`` is what pretrained vectors are multiplied by when they are read
    (``embeddings.scale``). ``unseen`` says what becomes of words beyond the table.
    ``sees_documents`` tells whether the network looks at whole documents;
    ``document_block`` is how many sentences make one where a text marks none.
    """

    vocabulary: Vocabulary
    features: list[FeatureTable]
    window: int
    dimension: int
    dtype: DTypeLike
    factor: float
    unseen: UnseenSettings
    sees_documents: bool
    document_block: int | None

    def encode(self, text: Tokens) -> Encoded:
        """Look up the tokens of sentences.

        Raises InputError where the network looks at a column or at documents that they lack.
        """
        words = self.vocabulary.encode(text.words)
        columns = [words.ids, *(feature.encode(text) for feature in self.features)]
        return Encoded(
            stream=TokenStream.of(columns, text.lengths, radius=self.window // 2),
            words=words.ids,
            unseen=self._unseen(words.rows_out_of_table),
            coverage=words.coverage,
            documents=self._documents(text) if self.sees_documents else None,
        )

    def _documents(self, text: Tokens) -> EncodedDocuments:
        documents = documents_of(text, self.document_block)
        return EncodedDocuments(document_ends(text, documents), mention_groups(text, documents))

    @cached_property
    def _start(self) -> TableStart:
        return TableStart(self.vocabulary, self.factor)

    def unseen_words(self, pretrained: FloatArray) -> UnseenWords:
        """Return words beyond the table by their pretrained vectors (k, d), not scaled as yet."""
        scaled = (pretrained * self.factor).astype(self.dtype)
        if self.unseen.needs_movement and not len(self._start.rows):
            return StayingWords(scaled)  # training has no word of the vectors: there is no movement
        return self.unseen.registered_in(WAYS)(self.unseen, scaled, self._start)

    def _unseen(self, rows: IntArray) -> UnseenWords:
        """Return the words of some rows of the pretrained vectors."""
        vectors = self.vocabulary.vectors
        if vectors is None:
            return StayingWords(np.zeros((0, self.dimension), self.dtype))
        return self.unseen_words(vectors.rows(rows))

    def word_vectors(self, words: Sequence[str], table: FloatArray) -> FloatArray:
        """Return the vector that a network with this word table sees for each word, (n, d)."""
        encoded = self.vocabulary.encode(Tokens.of([words]).words)
        ids = encoded.ids.categories[encoded.ids.codes]
        is_out_of_table = ids >= len(table)
        result = np.empty((len(ids), self.dimension), self.dtype)
        result[~is_out_of_table] = table[ids[~is_out_of_table]]
        unseen = self._unseen(encoded.rows_out_of_table).vectors(table)
        result[is_out_of_table] = unseen[ids[is_out_of_table] - len(table)]
        return result
