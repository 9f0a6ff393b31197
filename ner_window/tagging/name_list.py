"""The different names among the entities of a text, and where they are, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_NAMES = 200  # of a type, those that are met first
MOST_PLACES = 8  # of a name


@dataclass
class Name:
    """A name as it is written, how often it is mentioned, and the numbers of its first mentions."""

    text: str
    mentions: int = 0
    places: list[int] = field(default_factory=list)


class NameList:
    """The mentions of one type of entity: how many they are, and of which names.

    Names that are met when there are ``MOST_NAMES`` already are counted together.
    """

    def __init__(self) -> None:
        self.mentions = 0
        self._names: dict[str, Name] = {}

    def add(self, text: str, place: int) -> None:
        """Count a mention, which has a number."""
        self.mentions += 1
        if text not in self._names and len(self._names) >= MOST_NAMES:
            return
        name = self._names.setdefault(text, Name(text))
        name.mentions += 1
        if len(name.places) < MOST_PLACES:
            name.places.append(place)

    @property
    def names(self) -> list[Name]:
        """The names, those first that are mentioned most, else in the order of the text."""
        return sorted(self._names.values(), key=lambda name: -name.mentions)

    @property
    def of_others(self) -> int:
        """How many mentions are of names that were met too late to be listed."""
        return self.mentions - sum(name.mentions for name in self._names.values())
