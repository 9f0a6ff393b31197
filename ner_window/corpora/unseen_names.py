"""Which documents to hold out so that none of their names is in what is left to learn from.

A *name* is the tokens of a mention, whatever its type and its case: China the team is China the
country. Documents share names with most others, so that no two parts of a newspaper have none in
common; what gives way are sentences: those of the rest that hold a name of the held-out documents
are dropped. So documents are chosen by what they cost in dropped text, and by what they add to the
share of every entity type, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans

DROPPED_WEIGHT = 0.4  # of the share of the text that a unit costs, beside what it adds to the parts
LUCK = 1.0  # what the seed adds to the worth of a unit, which is 2 for each label at first


@dataclass(frozen=True)
class Names:
    """The names of a text: sentence ``sentences[i]`` holds name ``names[i]``, each pair once.

    Names are numbered from 0 to ``count`` - 1.
    """

    sentences: IntArray
    names: IntArray
    count: int

    @classmethod
    def of(cls, corpus: Corpus) -> Names:
        """Return the names of a corpus."""
        words, spans = corpus.tokens.words, Spans.of(corpus.tags, corpus.tokens.ends)
        folded = [word.casefold() for word in words.categories]
        codes = np.unique(folded, return_inverse=True)[1][words.codes]
        number_of: dict[bytes, int] = {}
        extents = zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)
        names = [
            number_of.setdefault(codes[start:end].tobytes(), len(number_of))
            for start, end in extents
        ]
        pairs = np.stack((spans.sentences, np.array(names, np.int64)))
        sentences, numbers = np.unique(pairs, axis=1)
        return cls(sentences, numbers, len(number_of))

    def of_sentences(self, is_member: BoolArray) -> BoolArray:
        """Tell of each name whether one of some sentences (sentences,) holds it, (names,)."""
        is_held = np.zeros(self.count, bool)
        is_held[self.names[is_member[self.sentences]]] = True
        return is_held

    def sentences_with(self, is_wanted: BoolArray, sentences: int) -> BoolArray:
        """Tell of each of so many sentences whether it holds one of some names (names,)."""
        has_one = np.zeros(sentences, bool)
        has_one[self.sentences[is_wanted[self.names]]] = True
        return has_one


def sharing_a_name(names: Names, is_held_out: BoolArray) -> BoolArray:
    """Tell which other sentences hold a name of those that are held out, (sentences,)."""
    shares_one = names.sentences_with(names.of_sentences(is_held_out), len(is_held_out))
    return shares_one & ~is_held_out


def units_of_rare_names(
    corpus: Corpus,
    names: Names,
    unit: IntArray,
    counts: IntArray,
    share: float,
    rng: np.random.Generator,
) -> BoolArray:
    """Choose the units to hold out, (units,).

    One by one, the unit is taken that lowers most, for its size, the sum over labels l of
    (missing[l] / total[l])^2 / share, as :func:`~ner_window.corpora.stratification.stratified` has
    it, and makes few tokens be dropped, until none lowers that sum.

    Parameters
    ----------
    corpus
        What is parted.
    names
        Its names.
    unit
        The unit of each sentence, (sentences,).
    counts
        How often each unit holds each label, (units, labels): its sentences, and entities by type.
    share
        That of what is held out.
    rng
        Makes some units worth a little more than others.
    """
    totals = counts.sum(axis=0)
    part = counts / np.maximum(totals, 1)
    size = np.maximum(part.mean(axis=1), 1e-12)
    luck = LUCK * rng.random(len(counts))
    missing = share * (totals > 0)
    costs = _Costs(corpus.tokens.lengths, names, unit, len(counts))
    is_held_out = np.zeros(len(counts), bool)
    while True:
        change = (part * (part - 2 * missing)).sum(axis=1) / share
        value = luck - (change + DROPPED_WEIGHT * costs.of_units(is_held_out)) / size
        value[is_held_out | (change >= 0)] = -np.inf
        best = int(value.argmax())
        if value[best] == -np.inf:
            return is_held_out
        is_held_out[best] = True
        missing = missing - part[best]


class _Costs:
    """What holding out one more unit costs: tokens that are dropped then, as a share of all."""

    def __init__(self, lengths: IntArray, names: Names, unit: IntArray, units: int) -> None:
        self._lengths, self._names, self._unit, self._units = lengths, names, unit, units
        pairs = unit[names.sentences].astype(np.int64) * names.count + names.names
        distinct, self._pair = np.unique(pairs, return_inverse=True)
        self._owner, self._name = np.divmod(distinct, max(names.count, 1))

    def of_units(self, is_held_out: BoolArray) -> FloatArray:
        """Return the cost of each unit, (units,), where these (units,) are held out already.

        Its new names cost the sentences of other units that they are in; a sentence with two of
        them is counted twice. What has been dropped of the unit itself is won back.
        """
        is_out = is_held_out[self._unit]
        is_taken = self._names.of_sentences(is_out)
        is_lost = self._names.sentences_with(is_taken, len(is_out))
        kept = np.where(is_lost | is_out, 0, self._lengths)[self._names.sentences]
        everywhere = np.bincount(self._names.names, kept, self._names.count)[self._name]
        within = np.bincount(self._pair, kept, len(self._name))
        paid = np.where(is_taken[self._name], 0, everywhere - within)
        won = np.bincount(self._unit, np.where(is_lost & ~is_out, self._lengths, 0), self._units)
        cost: FloatArray = (np.bincount(self._owner, paid, self._units) - won) / self._lengths.sum()
        return cost
