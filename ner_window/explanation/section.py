"""A part of an explanation, in a form that terminal and page both read: sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


class Formula(str):
    """Text that is mathematics: ``z2 = W2 h + b2``, ``x in R^290``."""


@dataclass(frozen=True)
class Bar:
    """A share of 1, to be seen as a length."""

    share: float


Cell: TypeAlias = str | Bar
Line: TypeAlias = Sequence[str]
"""The pieces of a line, some of them formulas."""


@dataclass(frozen=True)
class TableColumn:
    """A column; where a terminal has too little room it is left out, if it is ``lesser``.

    A page has them all: there a table scrolls.
    """

    head: str
    is_number: bool = False
    is_lesser: bool = False


FilledColumn: TypeAlias = tuple[TableColumn, Sequence[Cell]]


@dataclass(frozen=True)
class SectionTable:
    """A table; ``marked`` is the row that stands out.

    ``folded`` says in short what it holds, and is all that is shown of it where nothing opens.
    """

    caption: str
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[Cell]]
    marked: int | None = None
    folded: str | None = None

    @classmethod
    def of(
        cls,
        caption: str,
        columns: Sequence[FilledColumn],
        marked: int | None = None,
        folded: str | None = None,
    ) -> SectionTable:
        """Return a table from its columns, each with its cells."""
        heads, cells = zip(*columns, strict=True)
        return cls(caption, heads, [*zip(*cells, strict=True)], marked, folded)


@dataclass(frozen=True)
class Section:
    """Lines first, then tables, then ``notes``; ``name`` is its own within an explanation."""

    name: str
    title: str
    lines: Sequence[Line] = ()
    tables: Sequence[SectionTable] = ()
    notes: Sequence[Line] = field(default=())
