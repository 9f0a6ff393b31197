"""What a model learns from, in numbers: tokens, the tags that are wanted, word dropout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.corpora import scratch
from ner_window.corpora.categorical import Categorical
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import convert
from ner_window.encoding.encoded import Encoded
from ner_window.encoding.vocabulary import PADDING
from ner_window.model.model import Model

RARE_WORD_DROPOUT = 0.5


@dataclass(frozen=True)
class TrainingData:
    """The encoded training sentences with their targets.

    ``targets`` (tokens,) are tag numbers; ``dropout_rates`` (words,) is the probability with which
    the word of each row is made unknown in a batch.
    """

    encoded: Encoded
    targets: IntArray
    dropout_rates: FloatArray

    @classmethod
    def of(cls, corpus: Corpus, model: Model, word_dropout: float) -> TrainingData:
        """Encode a corpus as ``model`` sees it; ``word_dropout`` is the rate of frequent words."""
        encoded = model.encode(corpus.tokens)
        rates = word_dropout_rates(word_dropout, model, encoded.words)
        return cls(encoded, encode_tags(corpus, model), rates)

    def __len__(self) -> int:
        return len(self.targets)


def encode_tags(corpus: Corpus, model: Model) -> IntArray:
    """Return the tag number of each token, (tokens,), in the scheme trained on."""
    number = {tag: index for index, tag in enumerate(model.tags)}
    targets = scratch.GrowingArray(np.int32)
    if model.target:
        corpus = corpus.only(model.target)
    for tags in corpus.tag_sequences():
        targets.extend(map(number.__getitem__, convert(tags, model.scheme)))
    return targets.finished()


def word_dropout_rates(rate: float, model: Model, words: Categorical[IntArray]) -> FloatArray:
    """Return the probability with which the word of each row is made unknown, (rows,).

    ``words`` is the column of the rows of the training words.

    Words that occur once and have no vector are dropped half the time, so that the row of the
    unknown word learns what unknown words are like.
    """
    counts = np.bincount(words.categories, words.counts(), minlength=len(model.vocabulary))
    is_rare = (counts == 1) & (model.vocabulary.vector_rows() < 0)
    rates = np.where(is_rare, max(rate, RARE_WORD_DROPOUT), rate).astype(np.float32)
    rates[PADDING] = 0
    return rates
