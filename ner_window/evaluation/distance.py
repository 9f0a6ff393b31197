"""How far a text is from the training data: its names, its words, and whether they are told apart.

None of these figures needs a model, and none says how well one will do: they say how much of what
training showed the text has to offer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.special import rel_entr

from ner_window.arrays import Array, BoolArray, FloatArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.encoding.features.shape import Shape
from ner_window.encoding.vocabulary import spellings_found
from ner_window.evaluation.units import Units
from ner_window.vectors.word_vectors import WordVectors

MOST_FREQUENT = 1000  # words of each text whose overlap is counted
FOLDS = 5
SMOOTHING = 0.5  # added to each count of a distribution: Jeffreys' prior
SEED = 1


@dataclass(frozen=True)
class Distance:
    """How far a text is from the training data.

    Parameters
    ----------
    new_names
        Mentions that training does not show with their type, in percent of all; None without any.
    new_words
        Tokens whose word training does not show, whatever its case, in percent.
    without_vector
        Tokens that the pretrained vectors have in no spelling, in percent; None without vectors.
    overlap
        Of the 1,000 most frequent words of the text (fewer where one of both has fewer), those that
        are among the most frequent of training, in percent (Gururangan et al. 2020, figure 2).
    types, shapes
        Kullback-Leibler divergence of the text's distribution of entity types, and of its shapes of
        words, from that of training, in bits, 0.5 being added to each count. ``types`` is None
        where one of both has no mention.
    told_apart
        How often a classifier gives a sentence of the text more than one of training, in percent:
        50 where it knows nothing, 100 where it is never wrong (the area under its ROC curve). It is
        a naive Bayes model of lower-cased words and shapes (McCallum and Nigam 1998), which judges
        documents, or what stands for them, that it has not learned from. None where there are too
        few to divide.
    """

    new_names: float | None
    new_words: float
    without_vector: float | None
    overlap: float
    types: float | None
    shapes: float
    told_apart: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Return the figures, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Return names, frequent words, and how well the text is told apart, in words."""
        parts = [
            *([] if self.new_names is None else [f"{self.new_names:.1f}% of names new"]),
            f"{self.overlap:.0f}% of frequent words in common",
            *(
                []
                if self.told_apart is None
                else [f"told apart {self.told_apart:.0f}% (50: not at all)"]
            ),
            *([] if self.types is None else [f"types {self.types:.2f} bits"]),
            f"shapes {self.shapes:.2f} bits",
        ]
        return ", ".join(parts)


def distance_of(corpus: Corpus, train: Corpus, vectors: WordVectors | None = None) -> Distance:
    """Return how far a corpus is from the training data; ``vectors`` are the pretrained ones."""
    both = corpus, train
    words, train_words = (_counts(each, str.lower) for each in both)
    return Distance(
        new_names=_new_names(corpus, train),
        new_words=_share(words, words.keys() - train_words.keys()),
        without_vector=_without_vector(corpus.tokens.words, vectors) if vectors else None,
        overlap=_overlap(words, train_words),
        types=_divergence(*(each.entity_counts() for each in both)),
        shapes=_divergence(*(_counts(each, Shape().value_of) for each in both)) or 0.0,
        told_apart=_told_apart(corpus, train),
    )


def _counts(corpus: Corpus, value_of: Callable[[str], str]) -> Counter[str]:
    """Count the tokens by a value of their words."""
    words, counts = corpus.tokens.words, Counter[str]()
    for word, count in zip(words.categories, words.counts().tolist(), strict=True):
        counts[value_of(word)] += count
    return counts


def _new_names(corpus: Corpus, train: Corpus) -> float | None:
    mentions = Spans.of(corpus.tags, corpus.tokens.ends).mentions(corpus.tokens.words)
    known = train.mentions()
    counts = Counter(mention in known for mention in mentions)
    return _share(counts, {False}) if mentions else None


def _without_vector(words: Strings, vectors: WordVectors) -> float:
    is_missing = vectors.find(spellings_found(words.categories, vectors)) < 0
    counts = words.counts()
    return 100 * float(counts[is_missing].sum() / counts.sum())


def _share(counts: Mapping[Any, int], members: Set[Any]) -> float:
    """Return the members' part of some counts, in percent."""
    return 100 * sum(counts[member] for member in members) / sum(counts.values())


def _overlap(words: Counter[str], train_words: Counter[str]) -> float:
    most = min(MOST_FREQUENT, len(words), len(train_words))
    one, other = ({word for word, _ in each.most_common(most)} for each in (words, train_words))
    return 100 * len(one & other) / most


def _divergence(counts: Mapping[str, int], train_counts: Mapping[str, int]) -> float | None:
    """Return D(text || training) of two distributions, in bits; None where one has nothing."""
    if not (counts and train_counts):
        return None
    values = sorted(counts.keys() | train_counts.keys())
    p, q = (
        np.array([each.get(value, 0) for value in values]) + SMOOTHING
        for each in (counts, train_counts)
    )
    return float(rel_entr(p / p.sum(), q / q.sum()).sum() / np.log(2))


def _told_apart(corpus: Corpus, train: Corpus) -> float | None:
    both = corpus, train
    units = [Units.of(each.tokens) for each in both]
    folds = min(FOLDS, *(each.count for each in units))
    if folds < 2:
        return None
    rng = np.random.default_rng(SEED)
    fold_of = [(rng.permutation(each.count) % folds)[each.of_sentence] for each in units]
    bags = _bags(both)
    areas = [_area(bags, [numbers == fold for numbers in fold_of]) for fold in range(folds)]
    return 100 * float(np.mean(areas))


def _bags(corpora: Sequence[Corpus]) -> list[csr_array]:
    """Return how often each sentence has each word and shape: (sentences, values), by corpus."""
    number_of: dict[tuple[str, str], int] = {}

    def numbers(word: str) -> tuple[int, int]:
        word_and_shape = ("word", word.lower()), ("shape", Shape().value_of(word))
        one, other = (number_of.setdefault(value, len(number_of)) for value in word_and_shape)
        return one, other

    cells = []
    for corpus in corpora:
        words = corpus.tokens.words
        columns = np.array([numbers(word) for word in words.categories])[words.codes]
        cells.append((np.repeat(corpus.tokens.sentence_of, 2), columns.ravel()))
    return [
        csr_array((np.ones(len(rows)), (rows, columns)), (len(corpus), len(number_of)))
        for corpus, (rows, columns) in zip(corpora, cells, strict=True)
    ]


def _area(bags: Sequence[csr_array], is_judged: Sequence[BoolArray]) -> float:
    """Return the area under the ROC curve of some sentences, learned from all others.

    It is the share of pairs of a sentence of the text and one of training in which that of the text
    has the higher score, pairs of equal scores counting half (Hanley and McNeil 1982). In numpy:
    SciPy's test of the same figure takes a second to import.
    """
    log_p, train_log_p = (
        _log_probabilities(bag[~judged].sum(axis=0))
        for bag, judged in zip(bags, is_judged, strict=True)
    )
    scores, train_scores = (
        bag[judged] @ (log_p - train_log_p) for bag, judged in zip(bags, is_judged, strict=True)
    )
    in_order = np.sort(train_scores)
    lower = np.searchsorted(in_order, scores, "left")
    lower_or_equal = np.searchsorted(in_order, scores, "right")
    return float((lower + lower_or_equal).sum() / (2 * len(scores) * len(train_scores)))


def _log_probabilities(counts: Array) -> FloatArray:
    smoothed = counts + SMOOTHING
    log_p: FloatArray = np.log(smoothed / smoothed.sum())
    return log_p
