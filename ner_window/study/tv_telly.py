"""The pitfall of fine-tuning: TV and telly occur in training and move, television is left behind.

A *pair* is a word of training that moved, and its nearest pretrained neighbor outside training, the
*partner*, whose vector stays where it was. What became of a pair is told by its cosine before and
after, and by the rank of the partner among all neighbors of the word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ner_window.arrays import FloatArray, IntArray
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import OUTSIDE
from ner_window.encoding.vocabulary import spellings_found
from ner_window.evaluation.predictions import gold_of
from ner_window.model.model import Model
from ner_window.model.neighbors import FineTunedSpace, PretrainedSpace, Space
from ner_window.study.nearest_rows import RowBlock, nearest, ranks, unit
from ner_window.study.trained_words import TrainedWords, dominant_types

MOST_WORDS = 1000  # the ones that moved furthest: each is multiplied with the whole vector file
NEAR = 10  # the nearest so many words are the neighbors of a word
MOST_SHOWN = 30


@dataclass(frozen=True)
class Pair:
    """A word of training and its partner, whose vector did not move.

    Ranks count from 1, the nearest, among all words of the vector file. ``count`` is how often
    training showed the word, ``tokens`` how often the partner occurs in the reported data. The
    types are what most tokens of the word are in training, and most tokens of its partner in the
    reported data, None where it does not occur there.
    """

    word: str
    partner: str
    count: int
    tokens: int
    cosine_before: float
    cosine_after: float
    rank_before: int
    rank_after: int
    type: str
    partner_type: str | None

    @property
    def is_near(self) -> bool:
        """Whether the partner was a neighbor before training."""
        return self.rank_before <= NEAR

    @property
    def is_left_behind(self) -> bool:
        """Whether the partner was a neighbor and no longer is."""
        return self.is_near and self.rank_after > NEAR

    @property
    def has_one_type(self) -> bool:
        """Whether both are known to have the same type: the two should have stayed together."""
        return self.type == self.partner_type


@dataclass(frozen=True)
class TvTelly:
    """What became of the pairs of the ``words`` that moved furthest.

    ``cosine_before`` and ``cosine_after`` are medians. Of ``near`` partners that were neighbors,
    ``left_behind`` no longer are. ``reported`` partners occur in the reported data; ``of_one_type``
    of them have the type of their word. ``pairs`` are the most instructive ones: partners that
    occur in the reported data, were neighbors and have one type come first, of these entities, and
    of these the ones that lost most. ``watched`` are the pairs that were asked for; ``not_watched``
    says which of them cannot be looked at, and why.
    """

    words: int
    cosine_before: float
    cosine_after: float
    near: int
    left_behind: int
    reported: int
    of_one_type: int
    pairs: list[Pair]
    watched: list[Pair]
    not_watched: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain values, for JSON."""
        return asdict(self)


def tv_telly(
    model: Model,
    trained: TrainedWords,
    reported: Corpus,
    watched: Sequence[tuple[str, str]] = (),
) -> TvTelly | None:
    """Look at the pairs of the words that moved furthest; None where no word moved.

    Parameters
    ----------
    model
        The trained one.
    trained
        Its training words, before and after.
    reported
        Partners that occur in it are preferred where they are neighbors: these are the ones that
        cost.
    watched
        Pairs of a training word and a word outside training that are looked at in any case.
    """
    words = trained.furthest(MOST_WORDS)
    if not len(words):
        return None
    search = _Search(model, trained, reported)
    found, not_watched = search.watched(watched)
    pairs = search.pairs(words, search.partners(words))
    occurring = [pair for pair in pairs if pair.tokens]
    return TvTelly(
        words=len(pairs),
        cosine_before=float(np.median([pair.cosine_before for pair in pairs])),
        cosine_after=float(np.median([pair.cosine_after for pair in pairs])),
        near=sum(pair.is_near for pair in pairs),
        left_behind=sum(pair.is_left_behind for pair in pairs),
        reported=len(occurring),
        of_one_type=sum(pair.has_one_type for pair in occurring),
        pairs=sorted(pairs, key=_instructiveness)[:MOST_SHOWN],
        watched=found,
        not_watched=not_watched,
    )


def _instructiveness(pair: Pair) -> tuple[bool, bool, bool, bool, float]:
    """Order pairs by what they cost: a partner that occurs, was near, and is such an entity too."""
    is_absent, is_outside = pair.tokens == 0, pair.type == OUTSIDE
    change = pair.cosine_after - pair.cosine_before
    return is_absent, not pair.is_near, not pair.has_one_type, is_outside, change


class _Moment:
    """Where the training words were at a time, ``own`` (n, d), among all words of the file.

    ``outside`` returns the vectors (m, d) of words outside training, by their rows of the file.
    """

    def __init__(
        self, own: FloatArray, space: Space, outside: Callable[[IntArray], FloatArray], size: int
    ) -> None:
        self.own, self.space, self.outside, self.size = own, space, outside, size

    def cosines(self, words: IntArray, partners: IntArray) -> FloatArray:
        """Return the cosine of each word and its partner, (m,)."""
        cosines: FloatArray = np.einsum(
            "md,md->m", unit(self.own[words]), unit(self.outside(partners))
        )
        return cosines

    def ranks(self, words: IntArray, partners: IntArray) -> IntArray:
        """Return the rank of each partner among the neighbors of its word, (m,)."""
        return ranks(self.own[words], self.cosines(words, partners), self._blocks())

    def _blocks(self) -> Iterator[RowBlock]:
        for first, block in self.space.blocks():
            if first < self.size:  # after them come words that the file lacks
                yield np.arange(first, first + len(block)), block


class _Search:
    """Finds the partners of training words, and what became of the two.

    Words are numbers of ``trained``, partners are rows of the vector file.
    """

    def __init__(self, model: Model, trained: TrainedWords, reported: Corpus) -> None:
        self.trained, self.vectors = trained, trained.vectors
        pretrained, size = PretrainedSpace(self.vectors), len(self.vectors)
        self.before = _Moment(trained.before, pretrained, self.vectors.rows, size)
        self.after = _Moment(trained.after, FineTunedSpace(model), self._as_tagged(model), size)
        self.is_known = np.zeros(len(self.vectors), bool)
        self.is_known[trained.vector_rows] = True
        found, size = model.vocabulary.encode(reported.tokens.words), len(model.vocabulary)
        self.reported, whole = found.rows_out_of_table, size + len(found.rows_out_of_table)
        times = reported.tokens.words.counts()
        tokens = np.bincount(found.ids.categories, times, whole).astype(int)
        types = dominant_types(found.ids, gold_of(model, reported).tags, whole)
        rows = self.reported.tolist()
        self.tokens = dict(zip(rows, tokens[size:].tolist(), strict=True))
        self.types = dict(zip(rows, types[size:], strict=True))

    def _as_tagged(self, model: Model) -> Callable[[IntArray], FloatArray]:
        """Return what finds the vectors of words outside training that the model works with."""
        table = model.network.tables[0].data
        return lambda rows: model.encoder.unseen_words(self.vectors.rows(rows)).vectors(table)

    def partners(self, words: IntArray) -> IntArray:
        """Return the partner of each word, (m,)."""
        queries = self.trained.before[words]
        anywhere = nearest(queries, self._outside())
        if not len(self.reported):
            return anywhere
        occurring = nearest(queries, [(self.reported, self.vectors.rows(self.reported))])
        is_near = self.before.ranks(words, occurring) <= NEAR
        return np.where(is_near, occurring, anywhere)

    def _outside(self) -> Iterator[RowBlock]:
        """Yield all words outside training."""
        for first, block in self.vectors.blocks():
            places = np.flatnonzero(~self.is_known[first : first + len(block)])
            yield first + places, block[places]

    def pairs(self, words: IntArray, partners: IntArray) -> list[Pair]:
        """Return what became of words and partners."""
        columns = zip(
            words.tolist(),
            partners.tolist(),
            self.before.cosines(words, partners).tolist(),
            self.after.cosines(words, partners).tolist(),
            self.before.ranks(words, partners).tolist(),
            self.after.ranks(words, partners).tolist(),
            strict=True,
        )
        return [
            Pair(
                word=self.trained.words[word],
                partner=self.vectors.index.word(partner),
                count=int(self.trained.counts[word]),
                tokens=self.tokens.get(partner, 0),
                cosine_before=before,
                cosine_after=after,
                rank_before=rank_before,
                rank_after=rank_after,
                type=self.trained.types[word],
                partner_type=self.types.get(partner),
            )
            for word, partner, before, after, rank_before, rank_after in columns
        ]

    def watched(self, asked: Sequence[tuple[str, str]]) -> tuple[list[Pair], list[str]]:
        """Return the pairs that were asked for, and why some of them cannot be looked at."""
        number_of = {word: number for number, word in enumerate(self.trained.words)}
        words, partners, refused = [], [], []
        for pair in asked:
            word, partner = spellings_found(pair, self.vectors)
            row = int(self.vectors.find([partner])[0])
            if word not in number_of:
                refused.append(f"{word} and {partner}: {word} is not in training")
            elif row < 0:
                refused.append(f"{word} and {partner}: {partner} has no vector")
            elif self.is_known[row]:
                refused.append(f"{word} and {partner}: {partner} is in training")
            else:
                words.append(number_of[word])
                partners.append(row)
        return self.pairs(np.array(words, np.int64), np.array(partners, np.int64)), refused
