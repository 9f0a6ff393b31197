"""Where a token stands in a name of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from ner_window.config import GazetteerSettings
from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.tags import tags_of
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.features.feature import Feature, register
from ner_window.encoding.gazetteer import Matcher, read_entries


@register
@dataclass(frozen=True)
class Gazetteer(Feature):
    """Where a token stands in an entry of a gazetteer: B, I, E or S as in IOBES, or O."""

    kind: ClassVar[str] = "gazetteer"
    key: ClassVar[str] = "gazetteers"
    is_of_token: ClassVar[bool] = False
    type: str
    entries: list[str]
    ignore_case: bool

    @classmethod
    def asked_for(cls, setting: GazetteerSettings) -> Iterator[tuple[Feature, int]]:
        for name, paths in setting.files.items():
            entries = read_entries(paths if isinstance(paths, list) else [paths])
            yield cls(name, entries, setting.ignore_case), setting.dimension

    @property
    def name(self) -> str:
        return f"{self.kind} {self.type}"

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.entries, self.ignore_case)

    def column_of(self, text: Tokens) -> Strings:
        values = StringsBuilder()
        for tokens in text:
            tags = tags_of(self._matcher.spans(tokens), len(tokens), "iobes")
            values.extend(tag[0] for tag in tags)
        return values.finished()
