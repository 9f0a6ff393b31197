"""Gazetteers: lists of names of one type, found in sentences by the longest match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ner_window.corpora.files import Lines
from ner_window.corpora.tags import Span
from ner_window.errors import InputError
from ner_window.tokenization.normalization import NormalizedText


def read_entries(paths: Iterable[Path]) -> list[str]:
    """Return the entries of some files, one a line, in ascending order and each once.

    The tokens of an entry are joined by one space. Raises InputError where a file cannot be read
    or holds no entry.
    """
    entries: set[str] = set()
    for path in paths:
        read = {" ".join(line.split()) for line in Lines(path)} - {""}
        if not read:
            raise InputError(f"{path.absolute()} holds no entries; expected one name a line")
        entries |= read
    return sorted(entries)


class Matcher:
    """Finds the entries of a gazetteer in sentences, whatever their case where that is ignored.

    Entries are looked for in their normalized form: so the words of sentences are to be.
    """

    def __init__(self, entries: Iterable[str], ignore_case: bool) -> None:
        self._ignore_case = ignore_case
        forms = (NormalizedText.of(entry).text for entry in entries)
        self._entries = {tuple(self._key(form).split()) for form in forms} - {()}
        self._longest: dict[str, int] = {}
        for entry in self._entries:
            self._longest[entry[0]] = max(len(entry), self._longest.get(entry[0], 0))

    def spans(self, tokens: Sequence[str]) -> list[Span]:
        """Return the matches in a sentence, from left to right, at each place the longest."""
        keys = [self._key(token) for token in tokens]
        spans: list[Span] = []
        start = 0
        while start < len(keys):
            length = self._match_length(keys, start)
            if length:
                spans.append(Span(start, start + length, ""))
            start += max(length, 1)
        return spans

    def _match_length(self, keys: Sequence[str], start: int) -> int:
        longest = min(self._longest.get(keys[start], 0), len(keys) - start)
        lengths = range(longest, 0, -1)
        return next((n for n in lengths if tuple(keys[start : start + n]) in self._entries), 0)

    def _key(self, text: str) -> str:
        return text.lower() if self._ignore_case else text
