"""Which part of a file each of its sentences goes to, so that no part shows what another asks.

What is put somewhere as a whole is a *unit*, a document or a sentence. Units that share a sentence
are kept together: a model would know it by heart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.stratification import stratified
from ner_window.errors import InputError
from ner_window.wording import counted

UnitName = Literal["sentences", "documents"]

LARGEST_GROUP = 0.5  # of the smallest part: what documents that share sentences may grow to


@dataclass(frozen=True)
class Partition:
    """The part of each sentence of a corpus, (sentences,), whole ``units`` in one part.

    ``shared`` are the sentences, one of each kind, that stand in more than one part.
    """

    of_sentence: IntArray
    units: UnitName
    shared: list[int]


def unit_name(corpus: Corpus, shares: Sequence[float]) -> UnitName:
    """Return what a file is split by: documents, if they are enough for the smallest share."""
    return "documents" if corpus.document_count * min(shares) >= 1 else "sentences"


def partition(
    corpus: Corpus, units: UnitName, pieces: IntArray, shares: Sequence[float], seed: int
) -> Partition:
    """Put the sentences of a corpus into parts, each with about its share of every entity type.

    Equal sentences never part where units are sentences, nor do equal documents. Other documents
    that share a sentence are kept together until they are half as large as the smallest part,
    those with the longest sentence in common first.

    Parameters
    ----------
    corpus
        What is parted.
    units
        What is put somewhere as a whole.
    pieces
        The piece of the file that each sentence is in, (sentences,), which no unit is smaller than.
    shares
        That of each part; their sum is 1.
    seed
        Decides what is left to chance.

    Raises
    ------
    InputError
        Where a part would be empty.
    """
    of_unit = corpus.tokens.document_of if units == "documents" else pieces
    _, unit = np.unique(of_unit, return_inverse=True)
    kind = _kinds(corpus)
    largest = int(LARGEST_GROUP * min(shares) * len(corpus))
    group = _groups(unit, kind, corpus.tokens.lengths, largest)[unit]
    count = int(group.max()) + 1
    sizes = np.bincount(group, minlength=count)
    counts = np.column_stack((sizes, _entities(corpus, group, count)))
    parts = stratified(counts, shares, np.random.default_rng(seed))
    if len(np.unique(parts)) < len(shares):
        distinct = counted(count, f"distinct {units[:-1]}")
        raise InputError(
            f"{corpus.path.absolute()}: {distinct} cannot be divided into {len(shares)} parts of "
            f"which the smallest has a share of {min(shares):.2g}"
        )
    of_sentence = parts[group]
    return Partition(of_sentence, units, _shared(kind, of_sentence))


def _kinds(corpus: Corpus) -> IntArray:
    """Return a number for each sentence that equal ones have in common, (sentences,)."""
    number_of: defaultdict[bytes, int] = defaultdict(lambda: len(number_of))
    codes, ends = corpus.tokens.words.codes, corpus.tokens.ends
    starts = ends - corpus.tokens.lengths
    keys = (codes[start:end].tobytes() for start, end in zip(starts, ends, strict=True))
    return np.array([number_of[key] for key in keys])


def _groups(unit: IntArray, kind: IntArray, lengths: IntArray, largest: int) -> IntArray:
    """Return the group of each unit, (units,), numbered from 0 on.

    ``unit``, ``kind`` and ``lengths`` are those of each sentence; only equal units make a group of
    more than ``largest`` sentences.
    """
    groups = _Groups(np.bincount(unit))
    for alike in _equal_units(unit, kind):
        groups.join(alike)
    length_of_kind = np.zeros(int(kind.max()) + 1, np.int64)
    length_of_kind[kind] = lengths
    owners: defaultdict[int, set[int]] = defaultdict(set)
    for number, owner in zip(kind.tolist(), unit.tolist(), strict=True):
        owners[number].add(owner)
    for number in sorted(owners, key=lambda number: (-length_of_kind[number], number)):
        groups.join(sorted(owners[number]), largest)
    return groups.numbers()


def _equal_units(unit: IntArray, kind: IntArray) -> Iterator[list[int]]:
    """Yield the units that hold the same sentences."""
    contents: defaultdict[int, list[int]] = defaultdict(list)
    for owner, number in zip(unit.tolist(), kind.tolist(), strict=True):
        contents[owner].append(number)
    alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for owner, numbers in contents.items():
        alike[tuple(numbers)].append(owner)
    yield from alike.values()


class _Groups:
    """Sets of units that grow together (union-find); each has the size of its units in all."""

    def __init__(self, sizes: IntArray) -> None:
        self._parent = list(range(len(sizes)))
        self._sizes = sizes.tolist()

    def root(self, unit: int) -> int:
        """Return the unit that stands for the group of a unit."""
        while self._parent[unit] != unit:
            self._parent[unit] = unit = self._parent[self._parent[unit]]
        return unit

    def join(self, units: Sequence[int], largest: int | None = None) -> None:
        """Make one group of those of some units, unless it would be larger than ``largest``."""
        first, *others = {self.root(unit): None for unit in units}
        size = sum(self._sizes[root] for root in (first, *others))
        if largest is not None and size > largest:
            return
        for root in others:
            self._parent[root] = first
        self._sizes[first] = size

    def numbers(self) -> IntArray:
        """Return the number of the group of each unit, (units,)."""
        roots = [self.root(unit) for unit in range(len(self._parent))]
        return np.unique(roots, return_inverse=True)[1]


def _entities(corpus: Corpus, group: IntArray, count: int) -> IntArray:
    """Return how many entities of each type a group has, (groups, types)."""
    spans = Spans.of(corpus.tags, corpus.tokens.ends)
    types = len(spans.names)
    cells = group[spans.sentences] * types + spans.types
    return np.bincount(cells, minlength=count * types).reshape(count, types)


def _shared(kind: IntArray, part: IntArray) -> list[int]:
    """Return the first sentence of each kind that is in several parts, the most frequent first."""
    pairs = np.unique(np.stack((kind, part)), axis=1)
    kinds, parts = np.unique(pairs[0], return_counts=True)
    first = np.unique(kind, return_index=True)[1]
    times = np.bincount(kind)
    shared = kinds[parts > 1]
    ordered: list[int] = first[shared[np.argsort(-times[shared], kind="stable")]].tolist()
    return ordered
