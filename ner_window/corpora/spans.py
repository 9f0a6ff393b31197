"""The spans of a whole text as arrays.

``tags.spans_of`` and ``tags.tags_of`` say for one sentence what a span is; here the same is done
for all sentences at once. Whether a span starts at a token is seen from its tag and the one before,
so that it is decided once for each pair of tags that occurs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.scratch import chunks
from ner_window.corpora.tags import OUTSIDE, Scheme, may_follow, split_tag, starts_span

Mention = tuple[str, ...]
"""The type of an entity and the tokens that name it."""

LETTERS: dict[Scheme, str] = {
    "io": "IIII",
    "iob1": "IIII",
    "iob2": "IIBB",
    "iobes": "IEBS",
    "bilou": "ILBU",
}
"""The prefix of a token within a span: neither first nor last, last only, first only, both."""


@dataclass(frozen=True)
class Spans:
    """n spans of a text, in order: tokens ``starts`` (n,) to ``ends`` (n,) - 1.

    ``types`` (n,) are numbers of ``names``, which are sorted. ``sentence_ends`` (sentences,) is the
    position after the last token of each sentence. ``is_misaligned`` (n,), None where none is,
    tells of gold spans that start or end where no token does, or go over the end of a sentence:
    the tokens are those that they touch, which others may touch, too, and no span is equal to one.
    """

    starts: IntArray
    ends: IntArray
    types: IntArray
    names: list[str]
    sentence_ends: IntArray
    is_misaligned: BoolArray | None = None

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def of(cls, tags: Strings, sentence_ends: IntArray) -> Spans:
        """Return the spans of the tags of a text, whatever their scheme."""
        return SpanReader(tags.categories).read(tags, sentence_ends)

    @property
    def sentences(self) -> IntArray:
        """The sentence of each span, (n,)."""
        found: IntArray = np.searchsorted(self.sentence_ends, self.starts, side="right")
        return found

    @property
    def lengths(self) -> IntArray:
        """The number of tokens of each span, (n,)."""
        lengths: IntArray = self.ends - self.starts
        return lengths

    def counts(self) -> dict[str, int]:
        """Return how many spans there are of each type that has any, by name."""
        numbers = np.bincount(self.types, minlength=len(self.names)).tolist()
        return {name: count for name, count in zip(self.names, numbers, strict=True) if count}

    def subset(self, is_member: BoolArray) -> Spans:
        """Return the spans for which ``is_member`` (n,) is true."""
        starts, ends, types = (a[is_member] for a in (self.starts, self.ends, self.types))
        is_misaligned = None if self.is_misaligned is None else self.is_misaligned[is_member]
        return replace(self, starts=starts, ends=ends, types=types, is_misaligned=is_misaligned)

    @property
    def is_aligned(self) -> BoolArray:
        """Tell which spans are the tokens that they touch, (n,)."""
        return np.ones(len(self), bool) if self.is_misaligned is None else ~self.is_misaligned

    def with_misaligned(self, others: Spans) -> Spans:
        """Return these spans and misaligned others of the same text, in order."""
        both = aligned(self, others)
        starts, ends, types = (
            np.concatenate([getattr(side, name) for side in both])
            for name in ("starts", "ends", "types")
        )
        order = np.lexsort((ends, starts))
        return Spans(
            starts=starts[order],
            ends=ends[order],
            types=types[order],
            names=both[0].names,
            sentence_ends=self.sentence_ends,
            is_misaligned=order >= len(self),
        )

    def of_types(self, types: Collection[str]) -> Spans:
        """Return the spans of these types, with no other names."""
        is_wanted = np.array([name in types for name in self.names], bool)
        kept = self.subset(is_wanted[self.types])
        number_of = np.cumsum(is_wanted) - 1
        names = list(compress(self.names, is_wanted))
        return replace(kept, types=number_of[kept.types], names=names)

    def count_within(self, is_marked: BoolArray) -> IntArray:
        """Return how many of the tokens of each span are marked, (n,); ``is_marked`` (tokens,)."""
        before = np.concatenate(([0], np.cumsum(is_marked)))
        counts: IntArray = before[self.ends] - before[self.starts]
        return counts

    def mentions(self, tokens: Strings) -> list[Mention]:
        """Return the type and the tokens of each span."""
        extents = zip(self.starts.tolist(), self.ends.tolist(), self.types.tolist(), strict=True)
        return [
            (self.names[number], *tokens.part(slice(start, end))) for start, end, number in extents
        ]

    def renamed(self, names: list[str]) -> Spans:
        """Return the same spans with other numbers for their types: those of ``names``."""
        number_of = np.array([names.index(name) for name in self.names], np.int64)
        return replace(self, types=number_of[self.types], names=names)

    def partners_in(self, others: Spans) -> IntArray:
        """Return for each span the number of the other one with its boundaries, -1 without one."""
        numbers = np.flatnonzero(others.is_aligned)
        place = np.searchsorted(others.starts[numbers], self.starts)
        number = np.append(numbers, -1)[place]
        starts, ends = (np.append(ends, -1)[number] for ends in (others.starts, others.ends))
        has_one = (starts == self.starts) & (ends == self.ends) & self.is_aligned
        return np.where(has_one, number, -1)

    def found_in(self, others: Spans) -> BoolArray:
        """Tell of each span whether it is one of ``others``, which have the same names."""
        partner = self.partners_in(others)
        found: BoolArray = (partner >= 0) & (np.append(others.types, -1)[partner] == self.types)
        return found

    def tags(self, token_count: int, scheme: Scheme) -> Strings:
        """Write spans that do not overlap as the tags of a text of ``token_count`` tokens."""
        lengths = self.ends - self.starts
        span = np.repeat(np.arange(len(self)), lengths)
        tokens = np.arange(len(span)) - (np.cumsum(lengths) - lengths)[span] + self.starts[span]
        is_first, is_last = tokens == self.starts[span], tokens == self.ends[span] - 1
        letters = sorted({*LETTERS[scheme], *("B" if scheme == "iob1" else "")})
        letter = np.array([letters.index(name) for name in LETTERS[scheme]])[2 * is_first + is_last]
        if scheme == "iob1":
            letter[is_first & self._is_tied()[span]] = letters.index("B")
        values = [OUTSIDE, *(f"{letter}-{name}" for name in self.names for letter in letters)]
        numbers = np.zeros(token_count, np.int32)
        numbers[tokens] = 1 + self.types[span] * len(letters) + letter
        return Strings(values, numbers)

    def _is_tied(self) -> BoolArray:
        """Tell of each span whether one of its type ends where it starts, in one sentence."""
        tied = np.zeros(len(self), bool)
        tied[1:] = (self.ends[:-1] == self.starts[1:]) & (self.types[:-1] == self.types[1:])
        return tied & ~np.isin(self.starts, self.sentence_ends)


class SpanReader:
    """Reads the spans of texts whose tags are these: what is known of a tag is found out once."""

    def __init__(self, tags: Sequence[str]) -> None:
        types = [split_tag(tag)[1] for tag in tags]
        self.names = sorted({name for name, tag in zip(types, tags, strict=True) if tag != OUTSIDE})
        number_of = {name: number for number, name in enumerate(self.names)}
        self._type_of = np.array([number_of.get(name, -1) for name in types], np.int64)
        self._is_outside = np.array([tag == OUTSIDE for tag in tags], bool)
        self._starts = PairTable(tags, starts_span)

    def read(self, tags: Strings, sentence_ends: IntArray) -> Spans:
        """Return the spans of a text; ``sentence_ends`` as :class:`Spans` has them."""
        codes = tags.codes
        is_first = _first_tokens(len(codes), sentence_ends)
        begins = self._starts.look_up(*_steps(tags, is_first))
        starts = np.flatnonzero(begins)
        stops = np.append(np.flatnonzero(begins | self._is_outside[codes] | is_first), len(codes))
        ends = stops[np.searchsorted(stops, starts, side="right")]
        return Spans(starts, ends, self._type_of[codes[starts]], self.names, sentence_ends)


class PairTable:
    """Of which pairs of tags ``holds`` is true, asked once for each pair that is met.

    A pair is two numbers of ``tags``, where one past the last is O.
    """

    def __init__(self, tags: Sequence[str], holds: Callable[[str, str], bool]) -> None:
        self.tags, self.holds = [*tags, OUTSIDE], holds
        self._is_so = np.zeros(len(self.tags) ** 2, bool)
        self._is_known = np.zeros(len(self.tags) ** 2, bool)

    def look_up(self, left: IntArray, right: IntArray) -> BoolArray:
        """Tell of which pairs (n,), by number, it is true."""
        pairs = left * len(self.tags) + right
        is_met = np.bincount(pairs, minlength=len(self._is_so)) > 0
        for pair in np.flatnonzero(is_met & ~self._is_known).tolist():
            one, other = divmod(pair, len(self.tags))
            self._is_so[pair] = self.holds(self.tags[one], self.tags[other])
        self._is_known |= is_met
        is_so: BoolArray = self._is_so.take(pairs)
        return is_so


def _first_tokens(token_count: int, sentence_ends: IntArray) -> BoolArray:
    """Tell of each token whether a sentence starts at it."""
    is_first = np.zeros(token_count + 1, bool)
    is_first[0] = True
    is_first[sentence_ends] = True
    return is_first[:-1]


def _steps(tags: Strings, is_first: BoolArray) -> tuple[IntArray, IntArray]:
    """Return the number of the tag before each token and of its own; a sentence follows an O."""
    left = np.empty(len(tags), np.int64)
    left[1:] = tags.codes[:-1]
    left[is_first] = len(tags.categories)
    return left, tags.codes


def invalid_sentences(tags: Strings, sentence_ends: IntArray, scheme: Scheme) -> BoolArray:
    """Tell of each sentence whether its tags break a scheme, (sentences,)."""

    def breaks(left: str, right: str) -> bool:
        return not may_follow(left, right, scheme)

    table = PairTable(tags.categories, breaks)
    left, right = _steps(tags, _first_tokens(len(tags), sentence_ends))
    broken = np.flatnonzero(table.look_up(left, right))
    is_invalid = np.zeros(len(sentence_ends), bool)
    is_invalid[np.searchsorted(sentence_ends, broken, side="right")] = True
    is_filled = np.diff(sentence_ends, prepend=0) > 0
    last = tags.codes[sentence_ends[is_filled] - 1].astype(np.int64)
    is_invalid[is_filled] |= table.look_up(last, np.full_like(last, len(tags.categories)))
    return is_invalid


def tag_pairs(tags: Strings, sentence_ends: IntArray) -> Counter[tuple[str, str]]:
    """Return how often which tag follows which, sentences starting after and ending before an O.

    Schemes, entities and mistakes are all seen from neighboring tags, so that these counts tell
    them for a text of any size.
    """
    values = [*tags.categories, OUTSIDE]
    border = len(values) - 1
    counts: Counter[tuple[str, str]] = Counter()
    is_first = np.zeros(len(tags) + 1, bool)
    is_first[sentence_ends] = True
    for chunk in chunks(len(tags)):
        right = tags.codes[chunk].astype(np.int64)
        left = np.concatenate(([border], tags.codes[chunk][:-1]))
        if chunk.start:
            left[0] = tags.codes[chunk.start - 1]
        ended = left[is_first[chunk]]
        left[is_first[chunk]] = border
        pairs = np.concatenate((left * len(values) + right, ended * len(values) + border))
        for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
            counts[values[pair // len(values)], values[pair % len(values)]] += int(count)
    counts[values[tags.codes[-1]], OUTSIDE] += 1
    return counts


def aligned(one: Spans, other: Spans) -> tuple[Spans, Spans]:
    """Return two sets of spans with common numbers for their types."""
    names = sorted({*one.names, *other.names})
    return one.renamed(names), other.renamed(names)
