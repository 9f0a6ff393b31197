"""Entities that the tags of a corpus cannot hold, because no token border meets theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans
from ner_window.wording import shortened

LONGEST_EXAMPLE = 80  # characters


@dataclass(frozen=True)
class Misaligned:
    """Entities that start or end where no token of their text does, or go over a sentence's end.

    ``spans`` are the tokens that they touch, ``texts`` (n,) what each of them is in its text.
    """

    spans: Spans
    texts: list[str]

    @classmethod
    def of(
        cls, rows: Collection[tuple[int, int, str, str]], sentence_ends: IntArray
    ) -> Misaligned | None:
        """Return entities that are each first token, the one after the last, type and text.

        None where there are none.
        """
        if not rows:
            return None
        starts, ends, types, texts = zip(*rows, strict=True)
        names, numbers = np.unique(types, return_inverse=True)
        spans = Spans(np.array(starts), np.array(ends), numbers, names.tolist(), sentence_ends)
        return cls(spans, list(texts))

    def __len__(self) -> int:
        return len(self.spans)

    def told(self, number: int, words: Strings) -> str:
        """Return what one of them is, and in which of the tokens of the text: ``Oslo (in Oslo/S)``.

        ``words`` are (tokens,).
        """
        tokens = slice(int(self.spans.starts[number]), int(self.spans.ends[number]))
        return f"{self.texts[number]} (in {' '.join(words.part(tokens))})"

    def examples(self, words: Strings, most: int = 3) -> list[str]:
        """Return the first that differ, with their types, each in one line that is not long."""
        names = map(self.spans.names.__getitem__, self.spans.types.tolist())
        told = (f"{name} {self.told(n, words)}" for n, name in enumerate(names))
        different: dict[str, None] = {}
        for example in told:
            different[shortened(" ".join(example.split()), LONGEST_EXAMPLE)] = None
            if len(different) == most:
                break
        return list(different)

    def touched(self, token_count: int) -> BoolArray:
        """Tell of each token whether one of them touches it, (tokens,)."""
        changes = np.zeros(token_count + 1, np.int64)
        np.add.at(changes, self.spans.starts, 1)
        np.add.at(changes, self.spans.ends, -1)
        is_touched: BoolArray = np.cumsum(changes)[:-1] > 0
        return is_touched

    def subset(self, is_member: BoolArray) -> Misaligned | None:
        """Return those for which ``is_member`` (n,) is true, None where none is."""
        if not is_member.any():
            return None
        kept = self.spans.subset(is_member)
        used = {kept.names[number] for number in kept.types.tolist()}
        return Misaligned(kept.of_types(used), list(compress(self.texts, is_member)))

    def of_types(self, types: Collection[str]) -> Misaligned | None:
        """Return those of these types."""
        names = self.spans.names
        return self.subset(np.array([names[n] in types for n in self.spans.types.tolist()], bool))

    def renamed(self, name_of: Callable[[str], str | None]) -> Misaligned | None:
        """Return them with other types, without those whose type becomes None."""
        kept = self.of_types([name for name in self.spans.names if name_of(name) is not None])
        if kept is None:
            return None
        targets = [str(name_of(name)) for name in kept.spans.names]
        names, number_of = np.unique(targets, return_inverse=True)
        spans = replace(kept.spans, types=number_of[kept.spans.types], names=names.tolist())
        return Misaligned(spans, kept.texts)

    def in_sentences(self, is_member: BoolArray, lengths: IntArray) -> Misaligned | None:
        """Return those that start in some sentences, as spans of a text of these alone.

        ``is_member`` and ``lengths`` are (sentences,). What goes on in another sentence touches
        the tokens that are left of it.
        """
        kept = self.subset(is_member[self.spans.sentences])
        is_kept = np.repeat(is_member, lengths)
        return kept and kept.among(is_kept, np.cumsum(lengths[is_member]))

    def among(self, is_kept: BoolArray, sentence_ends: IntArray) -> Misaligned:
        """Return them as spans of a text of which only some tokens (tokens,) are left."""
        before = np.concatenate(([0], np.cumsum(is_kept)))
        starts, ends = before[self.spans.starts], before[self.spans.ends]
        spans = replace(self.spans, starts=starts, ends=ends, sentence_ends=sentence_ends)
        return Misaligned(spans, self.texts)
