"""Which part of a file each of its sentences goes to.

The first part is to learn from, the others are held out. What is put somewhere as a whole is a
*unit*: a document, a block of sentences, a sentence. How the parts differ is a choice. At
``random`` they are alike, and units that share a sentence are kept together, because a model would
know it by heart. Other kinds ask what becomes of a model on text that is not like the one that it
learned from: what is held out is the end of the file (``order``), has names that are no mention of
the rest (``unseen-names``), or lies far from it (``far``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.far_region import after_share, far_units
from ner_window.corpora.stratification import stratified, stratified_draw
from ner_window.corpora.unseen_names import Names, sharing_a_name, units_of_rare_names
from ner_window.errors import InputError
from ner_window.wording import agreeing, counted

UnitName = Literal["sentences", "documents"]
Kind = Literal["random", "order", "unseen-names", "far"]
"""How the parts differ."""

LARGEST_GROUP = 0.5  # of the smallest part: what documents that share sentences may grow to
DROPPED = -1
"""The part of sentences that are in none."""


@dataclass(frozen=True)
class Units:
    """What is put somewhere as a whole: ``of_sentence`` (sentences,) has numbers from 0 on."""

    name: Literal["sentences", "blocks", "documents"]
    of_sentence: IntArray

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.of_sentence.max()) + 1


@dataclass(frozen=True)
class Partition:
    """The part of each sentence of a corpus, (sentences,), whole ``units`` in one part.

    Of the first part, to learn from, sentences may be DROPPED. ``shared`` are the sentences, one of
    each kind, that stand in more than one part.
    """

    of_sentence: IntArray
    units: Units
    shared: list[int]

    @property
    def is_dropped(self) -> BoolArray:
        """Whether each sentence is in no part, (sentences,)."""
        is_dropped: BoolArray = self.of_sentence == DROPPED
        return is_dropped


def unit_name(corpus: Corpus, shares: Sequence[float]) -> UnitName:
    """Return what a file is split by: documents, if they are enough for the smallest share."""
    return "documents" if corpus.document_count * min(shares) >= 1 else "sentences"


def partition(
    corpus: Corpus, units: Units, shares: Sequence[float], seed: int, kind: Kind = "random"
) -> Partition:
    """Put the sentences of a corpus into parts.

    Parameters
    ----------
    corpus
        What is parted.
    units
        What is put somewhere as a whole.
    shares
        That of each part; their sum is 1.
    seed
        Decides what is left to chance.
    kind
        How the parts differ.

    Raises
    ------
    InputError
        Where a part would be empty or, but at random, have no entity.
    """
    if units.count < len(shares):
        raise _too_few(corpus, units, units.count, shares)
    rng = np.random.default_rng(seed)
    of_sentence = KINDS[kind](corpus, units, shares, rng)
    parted = Partition(of_sentence, units, _shared(_kinds(corpus), of_sentence))
    if kind != "random":
        check_entities(corpus, parted, shares, kind)
    return parted


def check_entities(corpus: Corpus, parted: Partition, shares: Sequence[float], kind: Kind) -> None:
    """Raise InputError where a part has no entity."""
    spans = corpus.spans
    found = np.isin(np.arange(len(shares)), parted.of_sentence[spans.sentences])
    if found.all():
        return
    where, dropped = f"{corpus.path.absolute()}, parted by {kind}", int(parted.is_dropped.sum())
    if not len(spans.types):
        raise InputError(
            f"{where}: there is no entity at all to part; are all tags O, or in another column?"
        )
    at_random = "" if kind == "random" else ", or part it at random"
    if not found[0]:
        why = (
            f"; {counted(dropped, 'sentence')} with a name of what is held out "
            f"{agreeing(dropped, 'is', 'are')} dropped"
            if dropped
            else ""
        )
        raise InputError(f"{where}: no entity is left to learn from{why}; hold out less{at_random}")
    share = shares[int(found.argmin())]
    raise InputError(
        f"{where}: no entity is in the part that is to have a share of {share:.2g}; "
        f"hold out more{at_random}"
    )


def _too_few(corpus: Corpus, units: Units, count: int, shares: Sequence[float]) -> InputError:
    distinct = counted(count, f"distinct {units.name[:-1]}")
    return InputError(
        f"{corpus.path.absolute()}: {distinct} cannot be divided into {len(shares)} parts of "
        f"which the smallest has a share of {min(shares):.2g}"
    )


def _at_random(
    corpus: Corpus, units: Units, shares: Sequence[float], rng: np.random.Generator
) -> IntArray:
    """Give each part its share of every entity type.

    Equal sentences never part where units are sentences, nor do equal documents. Other documents
    that share a sentence are kept together until they are half as large as the smallest part,
    those with the longest sentence in common first.
    """
    largest = int(LARGEST_GROUP * min(shares) * len(corpus))
    groups = _groups(units.of_sentence, _kinds(corpus), corpus.tokens.lengths, largest)
    group = groups[units.of_sentence]
    parts = stratified_draw(_labels(corpus, group), shares, rng)
    if len(np.unique(parts)) < len(shares):
        raise _too_few(corpus, units, int(group.max()) + 1, shares)
    return parts[group]


def _in_order(
    corpus: Corpus, units: Units, shares: Sequence[float], _: np.random.Generator
) -> IntArray:
    """Cut the file into parts that follow each other, of one unit at least."""
    sizes, parts = np.bincount(units.of_sentence), np.zeros(units.count, np.int64)
    first = 0
    for part, share in enumerate(shares[:-1]):
        own = after_share(sizes[first:], share / sum(shares[part:]))
        first = min(first + own, len(sizes) - len(shares) + part + 1)
        parts[first:] = part + 1
    return parts[units.of_sentence]


def _far(
    corpus: Corpus, units: Units, shares: Sequence[float], rng: np.random.Generator
) -> IntArray:
    """Hold out a region that is far from the rest."""
    counts = _labels(corpus, units.of_sentence)
    is_out = far_units(corpus, units.of_sentence, counts, 1 - shares[0], rng)
    return _divided(corpus, units, is_out, counts, shares, rng)


def _unseen_names(
    corpus: Corpus, units: Units, shares: Sequence[float], rng: np.random.Generator
) -> IntArray:
    """Hold out units with their share of every type, and drop sentences that share their names."""
    unit, names = units.of_sentence, Names.of(corpus)
    counts = _labels(corpus, unit)
    is_out = units_of_rare_names(corpus, names, unit, counts, 1 - shares[0], rng)
    of_sentence = _divided(corpus, units, is_out, counts, shares, rng)
    of_sentence[sharing_a_name(names, of_sentence > 0)] = DROPPED
    return of_sentence


def _divided(
    corpus: Corpus,
    units: Units,
    is_out: BoolArray,
    counts: IntArray,
    shares: Sequence[float],
    rng: np.random.Generator,
) -> IntArray:
    """Return the part of each sentence, where what is held out, (units,), is divided at random.

    ``counts`` are labels of each unit, (units, labels). Raises InputError where a part is empty.
    """
    parts = np.zeros(units.count, np.int64)
    within = [share / sum(shares[1:]) for share in shares[1:]]
    parts[is_out] = 1 + stratified(counts[is_out], within, rng)
    if len(np.unique(parts)) < len(shares):
        raise _too_few(corpus, units, units.count, shares)
    return parts[units.of_sentence]


KINDS: dict[Kind, Callable[[Corpus, Units, Sequence[float], np.random.Generator], IntArray]] = {
    "random": _at_random,
    "order": _in_order,
    "unseen-names": _unseen_names,
    "far": _far,
}


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


def _labels(corpus: Corpus, group: IntArray) -> IntArray:
    """Return how many sentences and entities of each type a group has, (groups, 1 + types)."""
    spans, sizes = corpus.spans, np.bincount(group)
    types = len(spans.names)
    cells = group[spans.sentences] * types + spans.types
    entities = np.bincount(cells, minlength=len(sizes) * types).reshape(len(sizes), types)
    return np.column_stack((sizes, entities))


def _shared(kind: IntArray, part: IntArray) -> list[int]:
    """Return the first sentence of each kind that is in several parts, the most frequent first."""
    is_in_one = part != DROPPED
    pairs = np.unique(np.stack((kind[is_in_one], part[is_in_one])), axis=1)
    kinds, parts = np.unique(pairs[0], return_counts=True)
    first = np.unique(kind, return_index=True)[1]
    times = np.bincount(kind)
    shared = kinds[parts > 1]
    ordered: list[int] = first[shared[np.argsort(-times[shared], kind="stable")]].tolist()
    return ordered
