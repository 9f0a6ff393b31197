"""Tags, spans and tagging schemes.

A *span* is an entity: first token, one past the last, type. A *scheme* writes spans as one tag per
token: O outside, and PREFIX-TYPE inside, where the prefix says where in the entity a token is:

    iob1    I inside; B only where an entity follows another of its type directly
    iob2    B at the beginning, I inside
    iobes   as iob2, but E at the end, and S for an entity of a single token
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

OUTSIDE = "O"
Scheme = Literal["iob1", "iob2", "iobes"]


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
    """Tell whether this is O or PREFIX-TYPE with one of the prefixes B, I, E, S."""
    prefix, entity_type = split_tag(text)
    return text == OUTSIDE or (prefix in {"B", "I", "E", "S"} and entity_type != "")


def starts_span(previous: str, tag: str) -> bool:
    """Tell whether a span starts at ``tag``, as the shared task's scorer sees it.

    At any B (and S); at another prefix after O, after the end of a span (E, S), or where the type
    differs from that of the previous tag. Valid and wild sequences alike have one reading.
    """
    if tag == OUTSIDE:
        return False
    prefix, entity_type = split_tag(tag)
    previous_prefix, previous_type = split_tag(previous)
    return (
        prefix in {"B", "S"}
        or previous_prefix in {OUTSIDE, "E", "S"}
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
    if scheme == "iob1":
        return "B" if is_first and adjacent else "I"
    if scheme == "iobes" and is_last:
        return "S" if is_first else "E"
    return "B" if is_first else "I"


def convert(tags: Sequence[str], scheme: Scheme) -> list[str]:
    """Write the tags of one sentence in another scheme."""
    return tags_of(spans_of(tags), len(tags), scheme)


def detect_scheme(sentences: Iterable[Sequence[str]]) -> Scheme:
    """Return the scheme that these tag sequences are written in.

    E or S occur in iobes only. A B that does not follow a span of its own type occurs in iob2 but
    not in iob1; an I that starts a span occurs in iob1 but not in iob2. Real files hold a few
    mistakes, so the majority decides; with no evidence either way it is iob2.
    """
    inside_starts = free_begins = 0
    for tags in sentences:
        previous = OUTSIDE
        for tag in tags:
            prefix, entity_type = split_tag(tag)
            if prefix in {"E", "S"}:
                return "iobes"
            free_begins += prefix == "B" and split_tag(previous)[1] != entity_type
            inside_starts += prefix == "I" and starts_span(previous, tag)
            previous = tag
    return "iob1" if inside_starts > free_begins else "iob2"


def tag_set(types: Iterable[str], scheme: Scheme) -> list[str]:
    """Return all tags of a scheme for these types: O first, then type by type."""
    prefixes = "BIES" if scheme == "iobes" else "BI"
    return [OUTSIDE, *(f"{p}-{entity_type}" for entity_type in sorted(types) for p in prefixes)]


def legal_transitions(tags: Sequence[str], scheme: Scheme) -> NDArray[np.bool_]:
    """Return which tag may follow which: (k + 1, k + 1) for k tags.

    ``[i, j]`` is whether tag j may follow tag i. Row k is the start of a sentence, column k its
    end.
    """
    border = len(tags)
    legal = np.zeros((border + 1, border + 1), bool)
    for i, left in enumerate((*tags, OUTSIDE)):
        for j, right in enumerate((*tags, OUTSIDE)):
            legal[i, j] = _may_follow(left, right, scheme)
    return legal


def _may_follow(left: str, right: str, scheme: Scheme) -> bool:
    left_prefix, left_type = split_tag(left)
    right_prefix, right_type = split_tag(right)
    same_type = left_type == right_type
    if scheme == "iob1":
        return right_prefix != "B" or same_type
    if scheme == "iob2":
        return right_prefix != "I" or same_type
    if left_prefix in {"B", "I"}:  # iobes: the span is still open
        return right_prefix in {"I", "E"} and same_type
    return right_prefix not in {"I", "E"}
