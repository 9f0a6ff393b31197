"""The types of a file in the words of another one, so that both are held to what they share."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.entity_types import likeness
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE, split_tag
from ner_window.errors import InputError

TypeMapping = Mapping[str, str | None]
"""What each type is to be called, None where its entities are left out; others keep their name."""

SHORTEST = 3  # characters of a type that may be the beginning of another one: PER of person
NOT_GUESSED = "?"
STARTING = {"E": "S", "L": "U"}
"""What marks an end, and what an end that is a start, too; any other start is marked by B."""


@dataclass(frozen=True)
class LeftOut:
    """What takes no part in a score because its type is not shared, with counts.

    ``gold`` are entities of the file, by its own types, ``predicted`` those that a model found, by
    the model's.
    """

    gold: Mapping[str, int]
    predicted: Mapping[str, int]

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Return the counts as plain values, for JSON."""
        return {"gold": dict(self.gold), "predicted": dict(self.predicted)}

    def __str__(self) -> str:
        gold, found = (
            ", ".join(f"{count:,} {name}" for name, count in side.items())
            for side in (self.gold, self.predicted)
        )
        parts = [gold] if gold else []
        if found:
            parts.append(f"predictions of a type that this set has not: {found}")
        return f"left out: {'; '.join(parts) or 'nothing'}"


def mapped(corpus: Corpus, types: TypeMapping) -> Corpus:
    """Return a corpus with the types that a mapping gives it; without a mapping, itself.

    An entity whose type is mapped to None is left out. Two entities that touch stay two, also where
    their types become one.
    """
    if not types:
        return corpus
    counts = corpus.entity_counts()
    targets = {name: types.get(name, name) for name in counts}
    return replace(
        corpus,
        tags=_mapped_tags(corpus.tags, types, corpus.tokens.ends),
        misaligned=corpus.misaligned and corpus.misaligned.renamed(targets.get),
        shared_types=frozenset(name for name in targets.values() if name is not None),
        left_out={name: counts[name] for name in sorted(counts) if targets[name] is None},
    )


def _mapped_tags(tags: Strings, types: TypeMapping, sentence_ends: IntArray) -> Strings:
    before = Spans.of(tags, sentence_ends)
    renamed = _distinct(Strings([_mapped_tag(tag, types) for tag in tags.categories], tags.codes))
    starts = Spans.of(renamed, sentence_ends).starts
    is_kept = np.array([types.get(name, name) is not None for name in before.names], bool)
    hidden = np.setdiff1d(before.starts[is_kept[before.types]], starts)
    return _with_starts(renamed, hidden) if len(hidden) else renamed


def _mapped_tag(tag: str, types: TypeMapping) -> str:
    prefix, name = split_tag(tag)
    if name not in types:
        return tag
    target = types[name]
    return OUTSIDE if target is None else f"{prefix}-{target}"


def _with_starts(tags: Strings, starts: IntArray) -> Strings:
    """Return the tags with a prefix that tells a start at tokens where only the type told one."""
    parts = map(split_tag, tags.categories)
    begun = [f"{STARTING.get(prefix, 'B')}-{name}" for prefix, name in parts]
    codes = tags.codes.copy()
    codes[starts] += len(tags.categories)
    return _distinct(Strings([*tags.categories, *begun], codes))


def _distinct(tags: Strings) -> Strings:
    """Return the same tags, each category once, and none that no token has."""
    used = np.flatnonzero(tags.counts())
    builder = StringsBuilder()
    builder.extend(tags.categories[code] for code in used.tolist())
    merged = builder.finished()
    number_of = np.zeros(len(tags.categories), np.int32)
    number_of[used] = merged.codes
    return Strings(merged.categories, number_of[tags.codes])


def check_mapping(
    types: TypeMapping, counts: Mapping[str, int], known: Collection[str], place: str, owner: str
) -> None:
    """Raise InputError for a mapping of types that the file has not, or to types that nobody knows.

    Parameters
    ----------
    types
        The mapping.
    counts
        How many entities of each type the file has.
    known
        The types that they can be mapped to.
    place
        What the mapping is called, and of which file it is.
    owner
        Whose types these are, ``train`` or ``the model``.
    """
    for name, target in types.items():
        if name not in counts:
            raise InputError(_unknown(place, "the file", name, counts))
        if target is not None and target not in known:
            null = f"; null leaves {name} out" if target.lower() in {"", "none", "o"} else ""
            raise InputError(f"{_unknown(place, owner, target, known)}{null}")


def check_complete(
    types: TypeMapping,
    counts: Mapping[str, int],
    known: Collection[str],
    place: str,
    written: Callable[[TypeMapping], str],
) -> None:
    """Raise InputError for a mapping that says nothing of a type that nobody knows.

    Kept, its entities could only be missed, while what is found in their place is left out.

    Parameters
    ----------
    types, counts, known, place
        Those of :func:`check_mapping`.
    written
        Returns a mapping as it is to be written where this one was.
    """
    if missing := unmapped(types, counts, known):
        theirs = ", ".join(f"{name} ({counts[name]:,})" for name in missing)
        raise InputError(
            f"{place}: nothing is said of {theirs}; a type that is none of "
            f"{', '.join(sorted(known))} is mapped to one of these, or left out:\n"
            f"  {written(completed(types, missing, known))}"
        )


def unmapped(types: TypeMapping, names: Iterable[str], known: Collection[str]) -> list[str]:
    """Return the types of a file that neither a mapping names nor anybody knows."""
    return sorted(name for name in names if name not in types and name not in known)


def completed(types: TypeMapping, missing: Iterable[str], known: Collection[str]) -> TypeMapping:
    """Return a mapping with guesses for types that it misses, None where there is no guess."""
    guesses = guessed_mapping(missing, known)
    added = {name: None if to == NOT_GUESSED else to for name, to in guesses.items()}
    return {**types, **added}


def _unknown(place: str, owner: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1) or [n for n in names if likeness(n, name)]
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{place}: {owner} has no type {name!r}, but {', '.join(names) or 'none'}{hint}"


def guessed_mapping(names: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Return, for each type, the known one that seems to be the same, ``?`` where none does.

    They are mapped by their names alone: somebody has to look.
    """
    return {name: next(_alike(name, known), NOT_GUESSED) for name in sorted(names)}


def _alike(name: str, known: Collection[str]) -> Iterator[str]:
    for other in sorted(known):
        shorter, longer = sorted((name.lower(), other.lower()), key=len)
        is_beginning = len(shorter) >= SHORTEST and longer.startswith(shorter)
        if name == other or is_beginning or likeness(name, other):
            yield other
