"""Pieces of files that are cut into sentences and tokens: what is tagged, and what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ner_window.corpora.tokens import Tokens
from ner_window.tagging.offsets import OffsetUnit, counted
from ner_window.tokenization.offsets import Offsets, bounded
from ner_window.tokenization.own_cutter import TextCutter
from ner_window.tokenization.tokenizer import BY_RULES


@dataclass(frozen=True)
class ColumnLines:
    """Lines of a file in CoNLL columns, and the number of the line of each token, from 1."""

    lines: list[str]
    numbers: list[int]


@dataclass  # not frozen, which takes three times as long: files in columns have many
class Piece:
    """A text and its ``tokens``, which have offsets in it.

    ``has_given_tokens`` tells that they came with the text. Pieces of one ``document`` follow each
    other. ``place`` names the piece to people, ``start`` is where it starts in its file: a
    character, or a line. ``record`` is the object of a line of JSON that the text came in, ``rows``
    the lines of a file in columns. ``unit`` is what ``start`` counts, and the places that are
    written.
    """

    text: str
    tokens: Tokens
    has_given_tokens: bool = False
    document: int = 0
    place: str = ""
    start: int = 0
    record: Mapping[str, Any] | None = None
    rows: ColumnLines | None = None
    unit: OffsetUnit = OffsetUnit.CHARACTERS

    @classmethod
    def of(cls, text: str, tokenizer: TextCutter = BY_RULES, **known: Any) -> Piece:
        """Cut raw text into sentences and tokens."""
        return cls(text, cut(text, tokenizer), **known)

    def in_unit(self, extents: Offsets) -> Offsets:
        """Return start and end of stretches of the text in the unit of the piece."""
        return counted(extents, self.text, self.unit)


def cut(text: str, tokenizer: TextCutter = BY_RULES) -> Tokens:
    """Cut raw text into sentences and tokens."""
    offsets: Offsets = []
    lengths: list[int] = []
    for of_sentence in tokenizer.cut(text):
        offsets += of_sentence
        lengths += bounded(len(of_sentence))
    return Tokens.cut_from(text, offsets, lengths)


def given(text: str, offsets: Offsets) -> Tokens:
    """Return the tokens of a sentence whose offsets are known."""
    return Tokens.cut_from(text, offsets, bounded(len(offsets)))


def joined(pieces: Sequence[Piece]) -> Tokens:
    """Return the tokens of some pieces."""
    return Tokens.joined([piece.tokens for piece in pieces], [piece.document for piece in pieces])
