"""What two commits made, item by item."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

MOST_LINES = 10
WIDEST = 200  # characters of a line


@dataclass(frozen=True)
class Item:
    """Something that both commits should make alike: its name, and how it differs, if it does."""

    name: str
    difference: list[str]


def compared(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[Item]:
    """Return every item of either side, in the order in which they were made."""
    names = [*ours, *(name for name in theirs if name not in ours)]
    return [Item(name, _difference(ours.get(name), theirs.get(name))) for name in names]


def _difference(one: str | None, other: str | None) -> list[str]:
    """Return the first lines of what differs; none where nothing does."""
    if one == other:
        return []
    if one is None or other is None:
        return [f"only {'B' if one is None else 'A'} has it"]
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), "A", "B", lineterm="", n=0)
    shown = [line[:WIDEST] for line in islice(lines, 2, 2 + MOST_LINES)]
    return shown or ["the ends of lines differ"]


def table(items: list[Item], only_different: bool = False) -> str:
    """Return a line for each item, the differences below theirs, and a summary."""
    shown = [item for item in items if item.difference or not only_different]
    width = max((len(item.name) for item in shown), default=0)
    lines = []
    for item in shown:
        lines.append(f"{item.name:<{width}}  {'DIFFERENT' if item.difference else 'same'}")
        lines += [f"    {line}" for line in item.difference]
    different = sum(bool(item.difference) for item in items)
    return "\n".join([*lines, "", f"{len(items) - different} items same, {different} different"])
