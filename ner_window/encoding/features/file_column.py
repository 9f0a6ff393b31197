"""What the data files say of a token in a column of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ner_window import config
from ner_window.corpora.categorical import Strings
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.features.feature import Feature, register
from ner_window.errors import InputError


@register
@dataclass(frozen=True)
class FileColumn(Feature):
    """A column of the file, such as the part of speech."""

    kind: ClassVar[str] = "column"
    key: ClassVar[str] = "columns"
    is_of_token: ClassVar[bool] = False
    column: str

    @classmethod
    def asked_for(
        cls, setting: Mapping[str, config.FileColumnSettings]
    ) -> Iterator[tuple[Feature, int]]:
        for name, column in setting.items():
            yield cls(name), column.dimension

    @property
    def name(self) -> str:
        return f"{self.kind} {self.column}"

    @property
    def needed_column(self) -> str:
        return self.column

    def column_of(self, text: Tokens) -> Strings:
        """Return that column. Raises InputError where the text came without it."""
        if self.column not in text.columns:
            raise InputError(
                f"the model looks at the column {self.column!r} of each token; give it a file that "
                "has the columns of its training file"
            )
        return text.columns[self.column]
