"""Where two configs differ, setting by setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ner_window.config.inline import inline
from ner_window.config.section import Section


class Difference(NamedTuple):
    """A setting by its full name, and its two values, as YAML has them; None where it is not set.

    A section that is another one now, such as another schedule, is a setting as a whole.
    """

    key: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.key}: {inline(self.old)} -> {inline(self.new)}"


def differences(before: Section, now: Section) -> list[Difference]:
    """Return the settings in which two configs differ, in the order of the schema."""
    old, new = (config.model_dump(mode="json", by_alias=True) for config in (before, now))
    return list(_between(old, new, ""))


def _between(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str) -> Iterator[Difference]:
    for key in {**new, **old}:
        one: Any = old.get(key)
        other: Any = new.get(key)
        if one == other:
            continue
        are_mappings = isinstance(one, dict) and isinstance(other, dict)
        if are_mappings and one.get("name") == other.get("name"):
            yield from _between(one, other, f"{prefix}{key}.")
        else:
            yield Difference(prefix + key, one, other)
