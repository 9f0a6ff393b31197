"""Features of a token beside its word, each with a small lookup table of its own.

A feature gives each token a value, a string; the values that training shows more than once get a
row of the feature's table, all others share the row *unknown*. To add a feature that looks at the
token alone: write a class like :class:`Shape` and enter it in ``FEATURES``. One that looks at more
than the token says so by ``is_of_token``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from ner_window.corpora.tags import tags_of
from ner_window.corpora.text import Column, ColumnBuilder, Strings, Text
from ner_window.encoding.gazetteer import Matcher, read_entries
from ner_window.errors import InputError

if TYPE_CHECKING:
    from ner_window.config import Features

Array = NDArray[Any]

RESERVED_VALUES = ("<padding>", "<unknown>")
UNKNOWN_VALUE = 1
LEAST_COUNT = 2


class Feature:
    """A function from tokens to values.

    A feature is a dataclass: its fields are what a model folder stores of it, as JSON.
    """

    kind: ClassVar[str]
    is_of_token: ClassVar[bool] = True  # its value is a function of the token alone

    @property
    def name(self) -> str:
        """The name of the feature's table."""
        return self.kind

    def column_of(self, text: Text) -> Strings:
        """Return the value of each token: by default, one that is a function of the token alone."""
        values = ColumnBuilder()
        values.extend(map(self.value_of, text.tokens.values))
        of_word = values.finished()
        return Column(of_word.values, of_word.numbers[text.tokens.numbers])

    def value_of(self, token: str) -> str:
        """Return the value of a token."""
        raise NotImplementedError


@dataclass(frozen=True)
class Capitalization(Feature):
    """How a word is written. Source: Collobert et al. 2011, section 3.5 (with finer classes)."""

    kind: ClassVar[str] = "capitalization"

    def value_of(self, token: str) -> str:
        """Return the class of a token; an upper-case single letter counts as Initial."""
        if not token.isalpha() and any(map(str.isdigit, token)):
            return "letters+d1gits" if any(map(str.isalpha, token)) else "number"
        if token.islower():
            return "lower"
        if token.isupper():
            return "UPPER" if len(token) > 1 else "Initial"
        if token[:1].isupper() and token[1:].islower():
            return "Initial"
        return "miXed" if any(map(str.isalpha, token)) else "other"


class _ShapeOf(dict[int, str]):
    """The shape of each character that was met, by its number."""

    def __missing__(self, number: int) -> str:
        c = chr(number)
        shape = "X" if c.isupper() else "x" if c.isalpha() else "9" if c.isdigit() else c
        self[number] = shape
        return shape


SHAPE_OF, LONG_RUN = _ShapeOf(), re.compile(r"(.)\1\1+", re.DOTALL)


@dataclass(frozen=True)
class Shape(Feature):
    """Upper-case letters as X, others as x, digits as 9, the rest as it is; runs cut to two.

    So *McDonald-7* is XxXxx-9 and *1996* is 99. Source: Collins 2002, section 4.1.
    """

    kind: ClassVar[str] = "shape"

    def value_of(self, token: str) -> str:
        return LONG_RUN.sub(r"\1\1", token.translate(SHAPE_OF))


@dataclass(frozen=True)
class Prefix(Feature):
    """The first letters of a word, lower-cased; a shorter word is its own prefix."""

    kind: ClassVar[str] = "prefix"
    length: int

    @property
    def name(self) -> str:
        return f"{self.kind} {self.length}"

    def value_of(self, token: str) -> str:
        return token[: self.length].lower()


@dataclass(frozen=True)
class Suffix(Prefix):
    """The last letters of a word, lower-cased; a shorter word is its own suffix."""

    kind: ClassVar[str] = "suffix"

    def value_of(self, token: str) -> str:
        return token[-self.length :].lower()


@dataclass(frozen=True)
class FileColumn(Feature):
    """A column of the file, such as the part of speech."""

    kind: ClassVar[str] = "column"
    is_of_token: ClassVar[bool] = False
    column: str

    @property
    def name(self) -> str:
        return f"{self.kind} {self.column}"

    def column_of(self, text: Text) -> Strings:
        """Return that column. Raises InputError where the text came without it."""
        if self.column not in text.columns:
            raise InputError(
                f"the model looks at the column {self.column!r} of each token; give it a file that "
                "has the columns of its training file"
            )
        return text.columns[self.column]


@dataclass(frozen=True)
class Gazetteer(Feature):
    """Where a token stands in an entry of a gazetteer: B, I, E or S as in IOBES, or O."""

    kind: ClassVar[str] = "gazetteer"
    is_of_token: ClassVar[bool] = False
    type: str
    entries: list[str]
    ignore_case: bool

    @property
    def name(self) -> str:
        return f"{self.kind} {self.type}"

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.entries, self.ignore_case)

    def column_of(self, text: Text) -> Strings:
        values = ColumnBuilder()
        for tokens in text:
            tags = tags_of(self._matcher.spans(tokens), len(tokens), "iobes")
            values.extend(tag[0] for tag in tags)
        return values.finished()


FEATURES: dict[str, type[Feature]] = {
    feature.kind: feature
    for feature in (Capitalization, Shape, Prefix, Suffix, FileColumn, Gazetteer)
}


def features_of(settings: Features) -> list[tuple[Feature, int]]:
    """Return the features that a config asks for, with the dimension of each one's table.

    Raises InputError where a gazetteer cannot be read.
    """
    named: list[tuple[Feature, int]] = [
        (Capitalization(), settings.capitalization),
        (Shape(), settings.shape),
        *((Prefix(length), settings.prefixes.dimension) for length in settings.prefixes.lengths),
        *((Suffix(length), settings.suffixes.dimension) for length in settings.suffixes.lengths),
        *((FileColumn(name), column.dimension) for name, column in settings.columns.items()),
    ]
    gazetteers = settings.gazetteers
    for name, paths in gazetteers.files.items():
        entries = read_entries([paths] if not isinstance(paths, list) else paths)
        named.append((Gazetteer(name, entries, gazetteers.ignore_case), gazetteers.dimension))
    return [(feature, dimension) for feature, dimension in named if dimension]


class FeatureTable:
    """A feature with the values that have rows of their own: the rows of its lookup table.

    ``values`` are in the order of the rows, the two reserved ones first.
    """

    def __init__(self, feature: Feature, values: Sequence[str]) -> None:
        self.feature = feature
        self.values = list(values)
        self._row = {value: row for row, value in enumerate(self.values)}

    @classmethod
    def of_training(cls, feature: Feature, text: Text) -> FeatureTable:
        """Return the table of the values that training shows more than once."""
        column = feature.column_of(text)
        counted = zip(column.values, column.counts().tolist(), strict=True)
        seen = sorted(value for value, count in counted if count >= LEAST_COUNT)
        return cls(feature, [*RESERVED_VALUES, *seen])

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> FeatureTable:
        """Return the table that ``stored`` describes.

        Raises KeyError, TypeError or ValueError where that is not what :meth:`stored` gave.
        """
        feature = TypeAdapter(FEATURES[stored["kind"]]).validate_python(stored["settings"])
        return cls(feature, stored["values"])

    def stored(self) -> dict[str, Any]:
        """Return what a model folder keeps of the table, as plain values."""
        settings = asdict(self.feature)  # type: ignore[call-overload]
        return {"kind": self.feature.kind, "settings": settings, "values": self.values}

    @property
    def name(self) -> str:
        return self.feature.name

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, text: Text) -> Column[Array]:
        """Return the row of each token's value, as a column."""
        column = self.feature.column_of(text)
        rows = (self._row.get(value, UNKNOWN_VALUE) for value in column.values)
        return Column(np.fromiter(rows, np.int32, len(column.values)), column.numbers)
