"""Held-out sets beside what is learned from and chosen on: in the same types, and apart from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from ner_window.config import Config
from ner_window.config.inline import inline
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.shared_sentences import shared_sentences
from ner_window.corpora.type_mapping import (
    NOT_GUESSED,
    TypeMapping,
    completed,
    guessed_mapping,
    mapped,
    unmapped,
)
from ner_window.errors import InputError
from ner_window.wording import counted


def in_types_of(
    corpus: Corpus, types: TypeMapping, known: Collection[str], place: str, owner: str
) -> Corpus:
    """Return a file in the types that training or a model has, as a mapping says.

    Parameters
    ----------
    corpus
        What was read of the file.
    types
        The mapping.
    known
        The types that can be found.
    place
        What the file is called.
    owner
        Whose types these are, ``train`` or ``the model``.

    Raises
    ------
    InputError
        Where the file has entities, but none of a type that is known, or the mapping leaves all of
        them out.
    """
    counts, found = corpus.entity_counts(), mapped(corpus, types)
    kept = found.entity_counts()
    if counts and not kept:
        raise InputError(
            f"{place}: its mapping leaves every type out ({', '.join(sorted(counts))}), so that "
            "nothing can be scored; map one at least to a type of "
            f"{owner}: {', '.join(sorted(known))}"
        )
    if counts and not kept.keys() & set(known):
        raise InputError(_nothing_shared(counts, known, place, owner))
    return found


def in_yaml(types: TypeMapping) -> str:
    """Return a mapping as the section of a held-out set has it."""
    return f"types: {inline(dict(types))}"


def _nothing_shared(
    counts: Mapping[str, int], known: Collection[str], place: str, owner: str
) -> str:
    theirs = ", ".join(f"{name} ({count:,})" for name, count in sorted(counts.items()))
    guesses = guessed_mapping(counts, known)
    written = ", ".join(f"{name}: {guess}" for name, guess in guesses.items())
    choices = ", ".join([*sorted(known), "or null"])
    each = f", each {NOT_GUESSED} one of {choices}" if NOT_GUESSED in guesses.values() else ""
    return (
        f"{place} shares no type with {owner}: it has {theirs}; {owner} has "
        f"{', '.join(sorted(known)) or 'none'}. Say what its types are there (null leaves one "
        f"out){each}:\n  types: {{{written}}}"
    )


def cautions(
    config: Config, corpora: Mapping[str, Corpus], held_out: Mapping[str, Corpus]
) -> Iterator[str]:
    """Yield what held-out sets have in common with other files of a run, and what they lack.

    Raises InputError where a set is a file that is learned from or chosen on, or has more than half
    of its sentences in common with it.
    """
    chooses_on_dev = config.data.selection is None
    for name, corpus in held_out.items():
        place = f"data.held_out.{name} ({corpus.path})"
        if not (config.model.head.only_type or config.data.held_out[name].types):
            yield from _unmapped(place, corpus, corpora["train"])
        yield from _shared(place, corpus, corpora["train"], "train, which is learned from")
        if chooses_on_dev and "dev" in corpora:
            yield from _shared(
                place,
                corpus,
                corpora["dev"],
                "dev, which the epoch is chosen on",
                "choose on part of the training data (data.selection: {fraction: 0.1}), or ",
            )
    scored = {split: corpus for split, corpus in corpora.items() if split != "train"}
    for (one, first), (other, second) in combinations({**scored, **held_out}.items(), 2):
        if other in held_out and first.sha256 == second.sha256:
            yield f"{one} and {other} are two names for one file ({second.path})"


def _unmapped(place: str, corpus: Corpus, train: Corpus) -> Iterator[str]:
    """Yield the mapping that a set needs whose types training has only in part."""
    known = train.entity_counts()
    if missing := unmapped({}, corpus.entity_counts(), known):
        yield (
            f"{place}: what is of a type that train has not counts as missed, unless the set says "
            f"what it is called there; null leaves it out: {in_yaml(completed({}, missing, known))}"
        )


def _shared(
    place: str, corpus: Corpus, other: Corpus, owner: str, remedy: str = ""
) -> Iterator[str]:
    """Yield what a set has in common with a file that a run uses up."""
    if corpus.sha256 == other.sha256:
        raise InputError(
            f"{place} is the file of {owner}: all of it, {counted(len(corpus), 'sentence')}, is "
            f"known, so that F1 on it would tell nothing of other text; {remedy}leave it out"
        )
    shared = shared_sentences(corpus, other)
    are, those = ("is", "that one") if shared.count == 1 else ("are", "these")
    if shared.are_most:
        raise InputError(
            f"{place}: {shared} {are} in {owner}: F1 on it would tell nothing of other text; take "
            f"{those} out of one of the two files"
        )
    if shared.count:
        yield f"{place}: {shared} {are} in {owner}: on {those} F1 tells nothing of other text"
