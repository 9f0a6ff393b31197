"""Sentences of tokens that are to be tagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_window.corpora.text import ColumnBuilder, Text

Array = NDArray[Any]


@dataclass(frozen=True)
class Sentences:
    """The ``tokens`` of some sentences, end to end, as strings.

    ``lengths`` (sentences,) counts the tokens of each; ``documents`` (sentences,) is the number of
    each sentence's document, in ascending order; ``columns`` holds what else is known of the
    tokens, by name.
    """

    tokens: list[str]
    lengths: Array
    documents: Array
    columns: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> Sentences:
        """Return the sentences of one document."""
        return cls.of_documents((sentences,))

    @classmethod
    def of_documents(cls, documents: Sequence[Sequence[Sequence[str]]]) -> Sentences:
        """Return the sentences of some documents."""
        sentences = list(chain.from_iterable(documents))
        lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
        numbers = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        return cls(list(chain.from_iterable(sentences)), lengths, numbers)

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def ends(self) -> Array:
        """The position after the last token of each sentence, (sentences,)."""
        return np.cumsum(self.lengths)

    @cached_property
    def sentence_of(self) -> Array:
        """The sentence of each token, (tokens,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def split(self, values: list[str]) -> list[list[str]]:
        """Return one value for each token, sentence by sentence."""
        ends = self.ends.tolist()
        return [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def as_text(self) -> Text:
        """Return the same as columns of numbers."""
        columns = {name: _numbered(values) for name, values in self.columns.items()}
        return Text(_numbered(self.tokens), self.lengths, columns, self.documents)


def _numbered(values: Iterable[str]) -> Any:
    builder = ColumnBuilder()
    builder.extend(values)
    return builder.finished()
