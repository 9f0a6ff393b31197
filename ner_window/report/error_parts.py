"""The parts of the errors that a figure of the page is about: where the figure leads to.

An error is a wrong mention, predicted or missed; it belongs to the parts of its own mention and of
the gold mentions that it overlaps with. So each wrong gold mention is in some error: what overlaps
with it is predicted wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ner_window.evaluation.mentions import Grouping
from ner_window.evaluation.mistakes import APART, BOTH, BOUNDARY, IN_WORDS, TYPE

WORDS = {kind: IN_WORDS[kind] for kind in (TYPE, BOUNDARY, BOTH)}
MISSED, SPURIOUS = "missed", "spurious"
KIND_WORDS = {"gold": {**WORDS, APART: MISSED}, "predicted": {**WORDS, APART: SPURIOUS}}


@dataclass(frozen=True)
class Part:
    """Errors of one sort: how many there are, and how many of them the page shows.

    ``mentions`` counts the entities that are wrong in this way, where a figure of the page does.
    """

    key: str
    words: str
    errors: int
    shown: int
    mentions: int | None = None


@dataclass(frozen=True)
class PartNames:
    """The parts that mentions of each type, kind and group are in.

    A key is the id of an element of the page, and the class of the errors that are in the part.
    """

    types: list[str]
    groupings: Mapping[str, Grouping]

    def of_outcome(self, side: str, type_number: int, kind: int) -> str:
        """Return the key of the mentions of a side, a type and a kind."""
        return f"{side}-{type_number}-{kind}"

    def of_pair(self, gold: int, predicted: int) -> str:
        """Return the key of the mentions whose type is taken for another."""
        return f"taken-{gold}-{predicted}"

    def of_group(self, name: str, group: int) -> str:
        """Return the key of the mentions of a group."""
        return f"{name}-{group}"

    def of_mention(self, side: str, number: int, type_number: int, kind: int) -> list[str]:
        """Return the keys of all parts that a wrong mention is in."""
        groups = [
            self.of_group(name, self._group_of(grouping, side, number))
            for name, grouping in self.groupings.items()
        ]
        return [self.of_outcome(side, type_number, kind), *groups]

    def groups_of(self, side: str, number: int) -> dict[str, str]:
        """Return the name of the group of a mention, by grouping."""
        return {
            name: grouping.names[self._group_of(grouping, side, number)]
            for name, grouping in self.groupings.items()
        }

    def _group_of(self, grouping: Grouping, side: str, number: int) -> int:
        return int(getattr(grouping, side)[number])

    def words(self) -> dict[str, str]:
        """Return what each part is called on the page."""
        words = {of_kind(kind): kind for kinds in KIND_WORDS.values() for kind in kinds.values()}
        for number, name in enumerate(self.types):
            for side, kinds in KIND_WORDS.items():
                for kind, said in kinds.items():
                    words[self.of_outcome(side, number, kind)] = f"{side} {name}, {said}"
            for other, taken_for in enumerate(self.types):
                words[self.of_pair(number, other)] = f"gold {name}, predicted as {taken_for}"
        for key, grouping in self.groupings.items():
            for group, name in enumerate(grouping.names):
                words[self.of_group(key, group)] = f"{grouping.title}: {name}"
        return words


def of_kind(kind: str) -> str:
    """Return the key of all errors of a kind, by its words."""
    return f"kind-{kind.replace(' ', '-')}"


def counted_parts(
    words: Mapping[str, str],
    errors: Iterable[Iterable[str]],
    shown: Iterable[Iterable[str]],
    mentions: Mapping[str, int],
) -> dict[str, Part]:
    """Return the parts that there are errors in, by their keys, in the order of ``words``.

    Parameters
    ----------
    words
        What each part is called.
    errors
        The keys of each error.
    shown
        Those of each error on the page.
    mentions
        How many entities are wrong, by the keys that are about entities.
    """
    all_keys, shown_keys = (_counts(each) for each in (errors, shown))
    return {
        key: Part(key, said, all_keys[key], shown_keys.get(key, 0), mentions.get(key))
        for key, said in words.items()
        if key in all_keys
    }


def _counts(errors: Iterable[Iterable[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for keys in errors:
        for key in set(keys):
            counts[key] = counts.get(key, 0) + 1
    return counts
