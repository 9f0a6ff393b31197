"""Strings that are labeled in more than one way: where slips of annotators are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import numpy as np

from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE
from ner_window.wording import named

Words = tuple[str, ...]
Place = tuple[str, int]


@dataclass(frozen=True)
class Labeling:
    """A way in which a string is labeled: a type, or O, and where. Lines are by split, from 1."""

    label: str
    count: int
    lines: dict[str, list[int]]

    def in_words(self, names_splits: bool) -> str:
        """Return label, count and the first lines, of each split where there are several."""
        places = "; ".join(
            f"{split} {named(lines)}" if names_splits else named(lines)
            for split, lines in self.lines.items()
        )
        return f"{self.label} {self.count:,} ({places})"


@dataclass(frozen=True)
class AmbiguousString:
    """A string and its labelings, the most frequent first. Case counts."""

    text: str
    labelings: list[Labeling]

    @property
    def usual(self) -> Labeling:
        """The most frequent labeling."""
        return self.labelings[0]

    @property
    def share(self) -> float:
        """The share of the usual labeling."""
        return self.usual.count / sum(labeling.count for labeling in self.labelings)

    @property
    def doubt(self) -> tuple[bool, float, int, str]:
        """What sorts the strings, the likeliest slips first.

        A labeling that hardly ever occurs is likelier a slip than one of two that are as frequent.
        A word that is mostly no entity, such as May, more often means two things.
        """
        is_word = self.usual.label == OUTSIDE and " " not in self.text
        return is_word, -self.share, -self.usual.count, self.text

    def in_words(self, names_splits: bool) -> str:
        """Return the string and its labelings."""
        ways = ", ".join(labeling.in_words(names_splits) for labeling in self.labelings)
        return f"{self.text}: {ways}"


def ambiguous_strings(corpora: Mapping[str, Corpus]) -> list[AmbiguousString]:
    """Return the strings that are entities of two types, or an entity here and O throughout there.

    The likeliest slips are the first, see :attr:`AmbiguousString.doubt`.
    """
    places: dict[Words, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for split, corpus in corpora.items():
        for words, label, position in _entities(corpus):
            places[words][label].append((split, int(corpus.lines[position])))
    lengths: dict[str, set[int]] = defaultdict(set)
    for words in places:
        lengths[words[0]].add(len(words))
    for split, corpus in corpora.items():
        for words, position in _unlabeled(corpus, lengths, places.keys()):
            places[words][OUTSIDE].append((split, int(corpus.lines[position])))
    found = (_string(words, ways) for words, ways in places.items() if len(ways) > 1)
    return sorted(found, key=lambda string: string.doubt)


def _string(words: Words, ways: Mapping[str, list[Place]]) -> AmbiguousString:
    labelings = []
    for label, places in sorted(ways.items(), key=lambda way: (-len(way[1]), way[0])):
        lines: dict[str, list[int]] = {}
        for split, line in places:
            lines.setdefault(split, []).append(line)
        labelings.append(Labeling(label, len(places), lines))
    return AmbiguousString(" ".join(words), labelings)


def _entities(corpus: Corpus) -> Iterator[tuple[Words, str, int]]:
    """Yield the words of each entity, its type and the position of its first token."""
    spans = Spans.of(corpus.tags, corpus.tokens.ends)
    for (label, *words), start in zip(
        spans.mentions(corpus.tokens.words), spans.starts.tolist(), strict=True
    ):
        yield tuple(words), label, start


def _unlabeled(
    corpus: Corpus, lengths: Mapping[str, Set[int]], known: Set[Words]
) -> Iterator[tuple[Words, int]]:
    """Yield known strings that are O throughout, the longest at each place, and their positions.

    ``lengths`` are those of the strings, by their first word.
    """
    words, ends = corpus.tokens.words, corpus.tokens.ends
    is_outside = corpus.is_outside
    may_start = np.array([word in lengths for word in words.categories])[words.codes]
    places = np.flatnonzero(is_outside & may_start)
    limits = ends[np.searchsorted(ends, places, side="right")]
    free = 0
    for place, limit in zip(places.tolist(), limits.tolist(), strict=True):
        if place < free:
            continue
        for length in sorted(lengths[words.categories[words.codes[place]]], reverse=True):
            within = slice(place, place + length)
            string = tuple(words.part(within))
            if place + length <= limit and string in known and is_outside[within].all():
                yield string, place
                free = place + length
                break
