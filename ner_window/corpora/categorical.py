"""Strings and numbers of tokens as categories and codes: a large corpus is no pile of objects.

Work on words, such as a look-up, is done once for each distinct word and then carried to the
tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.scratch import GrowingArray, chunks

Categories = TypeVar("Categories", list[str], IntArray)


@dataclass(frozen=True)
class Categorical(Generic[Categories]):
    """The distinct ``categories`` of a column and the ``codes`` (tokens,) of them, int32."""

    categories: Categories
    codes: IntArray

    def __len__(self) -> int:
        return len(self.codes)

    def counts(self) -> IntArray:
        """Return how often each category occurs, (categories,)."""
        counts = np.zeros(len(self.categories), np.int64)
        for chunk in chunks(len(self)):
            counts += np.bincount(self.codes[chunk], minlength=len(counts))
        return counts


class Strings(Categorical[list[str]]):
    """A string for each token."""

    @classmethod
    def of(cls, strings: Sequence[str]) -> Strings:
        """Return some strings, which get categories and codes when these are asked for."""
        return _ListedStrings(strings)

    @cached_property
    def strings(self) -> list[str]:
        """All the strings: where the corpus is large, a pile of objects."""
        return self.part(slice(None))

    def mapped(self, function: Callable[[str], str]) -> Strings:
        """Return what a function makes of each string."""
        builder = StringsBuilder()
        builder.extend(map(function, self.categories))
        made = builder.finished()
        if len(made.categories) == len(self.categories):
            return Strings(made.categories, self.codes)  # still distinct, in the same order
        return Strings(made.categories, made.codes[self.codes])

    def part(self, tokens: slice) -> list[str]:
        """Return the strings of some tokens."""
        return list(map(self.categories.__getitem__, self.codes[tokens].tolist()))


class _ListedStrings(Strings):
    """Strings that come as a list, which is enough where each is looked at once."""

    def __init__(self, strings: Sequence[str]) -> None:
        self.__dict__["strings"] = list(strings)

    def __len__(self) -> int:
        return len(self.strings)

    def part(self, tokens: slice) -> list[str]:
        return self.strings[tokens]

    @cached_property
    def _coded(self) -> Strings:
        builder = StringsBuilder()
        builder.extend(self.strings)
        return builder.finished()

    @property
    def categories(self) -> list[str]:
        return self._coded.categories

    @property
    def codes(self) -> IntArray:
        return self._coded.codes


class _Codes(dict[str, int]):
    """Numbers strings in the order in which they are met."""

    def __missing__(self, string: str) -> int:
        code = self[string] = len(self)
        return code


class StringsBuilder:
    """Collects strings that come in bit by bit, as categories and codes."""

    def __init__(self) -> None:
        self._code_of = _Codes()
        self._codes = GrowingArray(np.int32)

    def extend(self, strings: Iterable[str]) -> None:
        """Add the strings of some tokens."""
        self._codes.extend(map(self._code_of.__getitem__, strings))

    def __contains__(self, string: str) -> bool:
        return string in self._code_of

    def finished(self) -> Strings:
        """Return the strings; nothing can be added after that."""
        return Strings(list(self._code_of), self._codes.finished())
