"""The section ``features``: what the network sees of a token beside its word."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, NonNegativeInt, PositiveInt

from ner_window.config.section import Section


class Affixes(Section):
    """Tables for the first (last) letters of a word, one for each length."""

    lengths: list[PositiveInt] = Field([], description="in letters; none: no tables")
    dimension: PositiveInt = Field(10, description="dimension of each table")


class FileColumn(Section):
    """A table for a column of the data files, such as the part of speech."""

    column: int = Field(description="its number, from 0; negative: counted from the last")
    dimension: PositiveInt = Field(10, description="dimension of its table")


class Gazetteers(Section):
    """Tables for the place of a token in the names of lists, one table for each type."""

    files: dict[str, Path | list[Path]] = Field(
        {}, description="by type, a file or several with a name a line"
    )
    dimension: PositiveInt = Field(5, description="dimension of each table")
    ignore_case: bool = Field(True, description="match Paris with PARIS and paris")


class Features(Section):
    """Lookup tables beside the word's; one of dimension 0 is left out."""

    capitalization: NonNegativeInt = Field(
        8, description="dimension for how the word is written: lower, Initial, UPPER, miXed, digits"
    )
    shape: NonNegativeInt = Field(
        0, description="dimension for the shape of the word: McDonald-7 is XxXxx-9"
    )
    prefixes: Affixes = Affixes()
    suffixes: Affixes = Affixes()
    columns: dict[str, FileColumn] = Field(
        {}, description="columns of the data files, by a name of your choice"
    )
    gazetteers: Gazetteers = Gazetteers()
