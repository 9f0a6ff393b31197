"""The types of entities of a file beside those of another one, or of a model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

SHORTEST = 3  # characters of a type that may be the beginning of another one
SHORTEST_WITH_SLIP = 4  # DNA and RNA are two things


def type_warnings(
    place: str, counts: Mapping[str, int], known: Collection[str], owner: str
) -> Iterator[str]:
    """Yield what the types of a file mean for a model that knows others.

    Parameters
    ----------
    place
        What the file is called.
    counts
        How many entities of each type it has.
    known
        The types that the model knows, or will know.
    owner
        Who it is that knows them, ``the model`` or ``train``.
    """
    unknown = {name: count for name, count in sorted(counts.items()) if name not in known}
    theirs = ", ".join(sorted(known)) or "none"
    if not counts:
        yield f"{place} has no entity: neither recall nor F1 can be told"
    elif known and len(unknown) == len(counts):
        named = ", ".join(f"{name} ({count:,})" for name, count in unknown.items())
        yield f"{place} has none of the types of {owner} ({theirs}), but {named}: F1 can only be 0"
    else:
        for name, count in unknown.items():
            yield (
                f"{place}: {count:,} {'entity' if count == 1 else 'entities'} of {name} can never "
                f"be predicted: {owner} has only {theirs}"
            )


def alike_warnings(
    place: str, counts: Mapping[str, int], known: Collection[str], owner: str
) -> Iterator[str]:
    """Yield which unknown types of a file are so like a known one that they may be the same.

    The parameters are those of :func:`type_warnings`.
    """
    for name in sorted(counts.keys() - set(known)):
        for other in sorted(known):
            if how := likeness(name, other):
                yield f"{place}: {name} and {other}, of {owner}, differ {how}: is it one type?"


def alike_types(counts: Mapping[str, int]) -> list[str]:
    """Return which types are so alike that they may be one, in sentences."""
    return [
        f"the types {one} ({counts[one]:,}) and {other} ({counts[other]:,}) differ {how}: if they "
        "are one, give all its entities one name"
        for one, other in combinations(sorted(counts), 2)
        if (how := likeness(one, other))
    ]


def likeness(one: str, other: str) -> str | None:
    """Return how little two types differ, as in ``in case only``, if they do."""
    low, other_low = one.lower(), other.lower()
    if low == other_low:
        return "in case only"
    if _plain(low) == _plain(other_low):
        return "in their marks only"
    shorter, longer = sorted((one, other), key=len)
    if _is_beginning(shorter, longer):
        return f"in that {shorter} is the beginning of {longer}"
    is_long = min(len(low), len(other_low)) >= SHORTEST_WITH_SLIP
    return "by a letter" if is_long and _are_one_letter_apart(low, other_low) else None


def _plain(name: str) -> str:
    return re.sub(r"[^\w]|_", "", name)


def _is_beginning(shorter: str, longer: str) -> bool:
    """Tell whether a type is cut short in another; ``LOC`` is not so in ``LOCderiv``, a subtype."""
    if len(shorter) < SHORTEST or not longer.lower().startswith(shorter.lower()):
        return False
    return _is_word(shorter) and _is_word(longer)


def _is_word(name: str) -> bool:
    """Tell whether a name is written in one way throughout: ``location``, ``Location``, ``LOC``."""
    return name.isalpha() and (name.islower() or name.isupper() or name.istitle())


def _are_one_letter_apart(one: str, other: str) -> bool:
    """Tell whether a letter was changed, left out or added; digits make types of their own."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    start = next(
        (i for i, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]),
        len(shorter),
    )
    rest = shorter[start + (len(shorter) == len(longer)) :]
    changed = (*shorter[start : start + 1], longer[start])
    return longer[start + 1 :] == rest and all(map(str.isalpha, changed))
