"""A corpus in the making: what the readers of all formats add their sentences to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.problems import Refuse, stop
from ner_window.corpora.scratch import GrowingArray
from ner_window.corpora.tokens import Tokens, TokensBuilder


@dataclass(frozen=True)
class Sentence:
    """The tokens and tags of a sentence, its document's number, and the line of each token."""

    tokens: list[str]
    tags: list[str]
    document: int
    lines: list[int]


class CorpusBuilder:
    """Collects the sentences of a corpus, which come in one by one.

    ``cuts`` counts the tokens that were cut because an entity started or ended within them.
    ``refuse`` is to hear of each line that cannot be read, and raises that or returns.
    """

    def __init__(self, columns: Iterable[str] = (), refuse: Refuse = stop) -> None:
        self.refuse = refuse
        self.cuts = 0
        self.borders = "none"
        self._documents: IntArray | None = None
        self._tokens = TokensBuilder(columns)
        self._tags = StringsBuilder()
        self._lines = GrowingArray(np.int32)

    def __len__(self) -> int:
        return len(self._tokens)

    def add(
        self,
        words: Sequence[str],
        tags: Sequence[str],
        lines: Sequence[int],
        columns: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Add a sentence: its words, the tag and the line of each, and its other columns."""
        self._tokens.add(words, columns)
        self._tags.extend(tags)
        self._lines.extend(lines)

    def mark_documents(self, documents: IntArray, borders: str) -> None:
        """Say which document each sentence is of, (sentences,), and what that is told by."""
        self._documents, self.borders = documents, borders

    def finished(self) -> tuple[Tokens, Strings, IntArray]:
        """Return the tokens, and the tag and the line of each; nothing can be added after that."""
        tokens = self._tokens.finished(self._documents)
        return tokens, self._tags.finished(), self._lines.finished()
