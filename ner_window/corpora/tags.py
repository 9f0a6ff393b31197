"""Tags, spans and tagging schemes.

A *span* is an entity: first token, one past the last, type. A *scheme* writes spans as one tag per
token: O outside, and PREFIX-TYPE inside, where the prefix says where in the entity a token is:

    io      I inside; entities of one type that touch become one
    iob1    I inside; B only where an entity follows another of its type directly
    iob2    B at the beginning, I inside
    iobes   as iob2, but E at the end, and S for an entity of a single token
    bilou   as iobes, with the letters L (last) and U (unit)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from ner_window.arrays import BoolArray

OUTSIDE = "O"
Scheme = Literal["io", "iob1", "iob2", "iobes", "bilou"]


PREFIXES = frozenset("BIESLU")
SINGLE, LAST = frozenset("SU"), frozenset("ESLU")
LETTERS: dict[str, tuple[str, str]] = {"iobes": ("E", "S"), "bilou": ("L", "U")}
"""For the schemes that mark ends: the prefix of a last token, and of a single one."""


class Span(NamedTuple):
    """Tokens ``start`` to ``end`` - 1 of a sentence name an entity of this type."""

    start: int
    end: int
    type: str


def split_tag(tag: str) -> tuple[str, str]:
    """Return prefix and type: ``B-LOC`` gives B and LOC, ``O`` gives O and nothing."""
    prefix, _, entity_type = tag.partition("-")
    return prefix, entity_type


def is_tag(text: str) -> bool:
    """Tell whether this is O or PREFIX-TYPE with a prefix of one of the schemes."""
    prefix, entity_type = split_tag(text)
    return text == OUTSIDE or (prefix in PREFIXES and entity_type != "")


def starts_span(previous: str, tag: str) -> bool:
    """Tell whether a span starts at ``tag``, as the shared task's scorer sees it.

    At any B (and S, U); at another prefix after O, after the end of a span (E, S, L, U), or where
    the type differs from that of the previous tag. Valid and wild sequences alike have one reading.
    """
    if tag == OUTSIDE:
        return False
    prefix, entity_type = split_tag(tag)
    previous_prefix, previous_type = split_tag(previous)
    return (
        prefix == "B"
        or prefix in SINGLE
        or previous_prefix == OUTSIDE
        or previous_prefix in LAST
        or entity_type != previous_type
    )


def spans_of(tags: Sequence[str]) -> list[Span]:
    """Return the spans of one sentence, in order, whatever the scheme."""
    spans: list[Span] = []
    start: int | None = None
    previous = OUTSIDE
    for position, tag in enumerate((*tags, OUTSIDE)):
        begins = starts_span(previous, tag)
        if start is not None and (begins or tag == OUTSIDE):
            spans.append(Span(start, position, split_tag(previous)[1]))
            start = None
        if begins:
            start = position
        previous = tag
    return spans


def tags_of(spans: Iterable[Span], length: int, scheme: Scheme) -> list[str]:
    """Write spans that do not overlap as the tags of a sentence of ``length`` tokens."""
    tags = [OUTSIDE] * length
    previous: Span | None = None
    for span in sorted(spans):
        adjacent = previous is not None and previous[1:] == (span.start, span.type)
        for position in range(*span[:2]):
            tags[position] = f"{_prefix(span, position, scheme, adjacent)}-{span.type}"
        previous = span
    return tags


def _prefix(span: Span, position: int, scheme: Scheme, adjacent: bool) -> str:
    is_first, is_last = position == span.start, position == span.end - 1
    if scheme in {"io", "iob1"}:
        return "B" if is_first and adjacent and scheme == "iob1" else "I"
    if scheme in LETTERS and is_last:
        last, single = LETTERS[scheme]
        return single if is_first else last
    return "B" if is_first else "I"


def convert(tags: Sequence[str], scheme: Scheme) -> list[str]:
    """Write the tags of one sentence in another scheme."""
    return tags_of(spans_of(tags), len(tags), scheme)


@dataclass(frozen=True)
class Evidence:
    """What tells the schemes apart: how often each telling sign occurs.

    ``ends`` counts the prefixes E and S, ``lasts`` L and U; ``inside_starts`` the I that start a
    span, ``free_begins`` the B that do not follow a span of their type, ``tied_begins`` the others.
    """

    ends: int = 0
    lasts: int = 0
    inside_starts: int = 0
    free_begins: int = 0
    tied_begins: int = 0

    @property
    def scheme(self) -> Scheme:
        """The scheme that the signs speak for.

        E and S occur in iobes only, L and U in bilou only. A free B occurs in iob2 but not in iob1,
        an I that starts a span the other way round; real files hold a few mistakes, so the majority
        decides. Without any B it is io; with no sign at all it is iob2.
        """
        if self.ends or self.lasts:
            return "iobes" if self.ends >= self.lasts else "bilou"
        if self.inside_starts <= self.free_begins:
            return "iob2"
        return "iob1" if self.free_begins + self.tied_begins else "io"

    @property
    def is_usual(self) -> bool:
        """Whether it is a scheme with B or S at every start, and no sign speaks for another one."""
        if self.ends or self.lasts:
            return not (self.ends and self.lasts)
        return not self.inside_starts

    def __add__(self, other: Evidence) -> Evidence:
        counts = zip(astuple(self), astuple(other), strict=True)
        return Evidence(*(one + another for one, another in counts))

    def __str__(self) -> str:
        if self.ends or self.lasts:
            return f"{self.scheme} ({self.ends:,} E and S, {self.lasts:,} L and U)"
        return (
            f"{self.scheme} ({self.free_begins:,} B at free starts, {self.tied_begins:,} B between "
            f"neighbors, {self.inside_starts:,} I at starts)"
        )


def scheme_evidence(pairs: Mapping[tuple[str, str], int]) -> Evidence:
    """Count the signs by which the scheme of tag sequences is seen.

    ``pairs`` says how often which tag follows which, a sentence starting after an O.
    """
    counts: Counter[str] = Counter()
    for (previous, tag), count in pairs.items():
        prefix, entity_type = split_tag(tag)
        if prefix == "B":
            tied = split_tag(previous)[1] == entity_type
            counts["tied_begins" if tied else "free_begins"] += count
        elif prefix in LAST:
            counts["ends" if prefix in "ES" else "lasts"] += count
        elif starts_span(previous, tag):
            counts["inside_starts"] += count
    return Evidence(**counts)


def broken_at(tags: Sequence[str], scheme: Scheme) -> list[int]:
    """Return the positions at which a sequence breaks its scheme.

    A position is that of a tag that may not follow the one before it, or the last one where the
    sentence may not end there.
    """
    steps = zip((OUTSIDE, *tags), (*tags, OUTSIDE), strict=True)
    broken = [i for i, (left, right) in enumerate(steps) if not may_follow(left, right, scheme)]
    return sorted({min(position, len(tags) - 1) for position in broken})


def tag_set(types: Iterable[str], scheme: Scheme) -> list[str]:
    """Return all tags of a scheme for these types: O first, then type by type."""
    prefixes = _prefixes(scheme)
    return [OUTSIDE, *(f"{p}-{entity_type}" for entity_type in sorted(types) for p in prefixes)]


def _prefixes(scheme: Scheme) -> str:
    return {"io": "I", "iobes": "BIES", "bilou": "BILU"}.get(scheme, "BI")


def legal_transitions(tags: Sequence[str], scheme: Scheme) -> BoolArray:
    """Return which tag may follow which: (k + 1, k + 1) for k tags.

    ``[i, j]`` is whether tag j may follow tag i. Row k is the start of a sentence, column k its
    end.
    """
    border = len(tags)
    legal = np.zeros((border + 1, border + 1), bool)
    for i, left in enumerate((*tags, OUTSIDE)):
        for j, right in enumerate((*tags, OUTSIDE)):
            legal[i, j] = may_follow(left, right, scheme)
    return legal


@lru_cache(1 << 16)  # a corpus has few pairs of tags, and asks for each token
def may_follow(left: str, right: str, scheme: Scheme) -> bool:
    """Tell whether a tag may follow another; a sentence starts after, and ends before, an O."""
    left_prefix, left_type = split_tag(left)
    right_prefix, right_type = split_tag(right)
    if right_prefix not in {OUTSIDE, *_prefixes(scheme)}:
        return False
    same_type = left_type == right_type
    if scheme == "io":
        return True
    if scheme == "iob1":
        return right_prefix != "B" or same_type
    if scheme == "iob2":
        return right_prefix != "I" or same_type
    last, _ = LETTERS[scheme]
    if left_prefix in {"B", "I"}:  # the span is still open
        return right_prefix in {"I", last} and same_type
    return right_prefix not in {"I", last}
