"""Pieces of text that are cut into sentences and tokens: what is tagged, and what is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from ner_window.corpora.sentences import Sentences
from ner_window.corpora.tokenization import sentence_offsets, token_offsets

LONGEST_SENTENCE = 2000  # tokens; where none ends for so long, one is cut


@dataclass(frozen=True)
class Rows:
    """Lines of a file in CoNLL columns, and the number of the line of each token, from 1."""

    lines: list[str]
    numbers: list[int]


@dataclass(frozen=True)
class Piece:
    """A text and its tokens.

    ``offsets`` are start and end of each token, in characters of ``text``; ``lengths`` counts the
    tokens of each sentence; ``has_given_tokens`` tells that they came with the text. Pieces of one
    ``document`` follow each other. ``place`` names the piece to people, ``start`` is where it
    starts in its file: a character, or a line. ``columns`` holds what else is known of the tokens,
    ``record`` the object of a line of JSON that the text came in, ``rows`` the lines of a file in
    columns.
    """

    text: str
    tokens: list[str]
    offsets: list[tuple[int, int]]
    lengths: list[int]
    has_given_tokens: bool = False
    document: int = 0
    place: str = ""
    start: int = 0
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    record: Mapping[str, Any] | None = None
    rows: Rows | None = None

    @classmethod
    def of(cls, text: str, **known: Any) -> Piece:
        """Cut raw text into sentences and tokens."""
        offsets, lengths = cut(text)
        return cls(text, [text[start:end] for start, end in offsets], offsets, lengths, **known)

    def extent(self, first: int, last: int) -> tuple[int, int]:
        """Return start and end of the tokens ``first`` to ``last``, in characters of the text."""
        return self.offsets[first][0], self.offsets[last][1]


def cut(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Return start and end of each token of raw text, and the number of tokens of each sentence."""
    ends = [end for _, end in sentence_offsets(text)]
    offsets: list[tuple[int, int]] = []
    lengths: list[int] = []
    for start, end in zip([0, *ends], [*ends, len(text)], strict=True):
        of_sentence = token_offsets(text, start, end)
        offsets += of_sentence
        lengths += bounded(len(of_sentence))
    return offsets, lengths


def bounded(length: int) -> list[int]:
    """Return the lengths of the sentences that one of this length is cut into."""
    whole, rest = divmod(length, LONGEST_SENTENCE)
    return [LONGEST_SENTENCE] * whole + [rest] * (rest > 0)


def joined(pieces: Sequence[Piece]) -> Sentences:
    """Return the sentences of some pieces."""
    counts = [len(piece.lengths) for piece in pieces]
    lengths = list(chain.from_iterable(piece.lengths for piece in pieces))
    return Sentences(
        tokens=list(chain.from_iterable(piece.tokens for piece in pieces)),
        lengths=np.array(lengths, np.int64),
        documents=np.repeat(np.array([piece.document for piece in pieces], np.int64), counts),
        columns={
            name: list(chain.from_iterable(piece.columns[name] for piece in pieces))
            for name in (pieces[0].columns if pieces else ())
        },
    )
