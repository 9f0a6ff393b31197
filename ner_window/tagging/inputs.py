"""Readers of what is to be tagged, in bounded pieces.

    raw      running text; a piece is a paragraph, blank lines are between them
    conll    one token a line, in columns as the training file had them or alone; a blank line
             between sentences; a piece is a sentence
    jsonl    an object a line with its `text`, and perhaps `tokens` and `document`, as in a corpus
    tokens   one sentence a line, its tokens separated by spaces; a piece is a line

*Documents* matter to models with document context. In raw text, each file is one; in conll,
-DOCSTART- lines or two blank lines mark them; in jsonl, each object is one, unless objects have the
same `document`; in tokens, a blank line ends one. Where nothing marks them, a file is one document,
or what the model was told by ``data.documents``. A document of more than LONGEST_DOCUMENT tokens
is cut, so that memory is bounded whatever comes in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ner_window.corpora import conll, jsonl
from ner_window.corpora.categorical import Strings
from ner_window.corpora.conll import Layout
from ner_window.corpora.files import Lines
from ner_window.corpora.tokens import Tokens
from ner_window.tagging.pieces import LONGEST_SENTENCE, Piece, Rows, given

Input = Literal["raw", "conll", "jsonl", "tokens"]

LONGEST_TEXT = 20_000  # characters; a longer paragraph is cut, at white space where there is any
LONGEST_LINE = 1 << 26  # characters of a line of JSON or columns
LONGEST_DOCUMENT = 50_000  # tokens
LINES_SEEN_AHEAD = 10_000  # in which the first border of a document is looked for
RAW = {".txt", ".text", ".md"}
GAP = re.compile(r"(?>\r\n?|\n)[^\S\r\n]*(?>\r\n?|\n)")
TOKEN = re.compile(r"[^ \t]+")


@dataclass(frozen=True)
class Source:
    """A file, how it is read, and how many sentences make a document where nothing marks them."""

    path: Path
    kind: Input
    layout: Layout
    document_block: int | None

    @property
    def name(self) -> str:
        """What the file is called in results."""
        return "<stdin>" if str(self.path) == "-" else str(self.path)


def kind_of(path: Path) -> Input:
    """Return the format that the name of a file speaks for."""
    if str(path) == "-" or path.suffix.lower() in RAW:
        return "raw"
    return "jsonl" if path.suffix.lower() == ".jsonl" else "conll"


def pieces(source: Source) -> Iterator[Piece]:
    """Yield the pieces of a file.

    Raises InputError, naming file and line, where it cannot be read or is not what it should be.
    """
    return READERS[source.kind](source)


class Documents:
    """Numbers the documents of a file; what is too long, or marked by nothing, is cut."""

    def __init__(self, block: int | None = None) -> None:
        self.number = 0
        self.block = block
        self._sentences = self._tokens = 0

    def end(self) -> None:
        """Begin another document, if the last one has any sentence."""
        if self._sentences:
            self.number += 1
            self._sentences = self._tokens = 0

    def add(self, tokens: Tokens) -> int:
        """Return the number of the document that the next sentences belong to."""
        is_full = self.block is not None and self._sentences >= self.block
        if is_full or self._tokens + tokens.token_count > LONGEST_DOCUMENT:
            self.end()
        self._sentences += len(tokens)
        self._tokens += tokens.token_count
        return self.number


def _raw(source: Source) -> Iterator[Piece]:
    documents = Documents()
    for start, text in paragraphs(Lines(source.path, source.layout.encoding).blocks()):
        piece = Piece.of(text, place=source.name, start=start)
        if piece.tokens.token_count:
            yield replace(piece, document=documents.add(piece.tokens))


def paragraphs(blocks: Iterable[str], longest: int = LONGEST_TEXT) -> Iterator[tuple[int, str]]:
    """Yield the texts between blank lines, each with its place, without white space around it.

    Texts of more than ``longest`` characters are cut: at the end of a line, else at a space, else
    anywhere.
    """
    first, text = 0, ""
    for block in chain(blocks, ("\n\n",)):
        text += block
        position = 0
        for gap in GAP.finditer(text):
            yield from _bounded(first + position, text[position : gap.start()], longest)
            position = gap.end()
        while len(text) - position > longest:
            end = _break(text, position, position + longest)
            yield from _bounded(first + position, text[position:end], longest)
            position = end
        first += position
        text = text[position:]


def _bounded(start: int, text: str, longest: int) -> Iterator[tuple[int, str]]:
    position = 0
    while position < len(text):
        end = _break(text, position, min(position + longest, len(text)))
        part = text[position:end]
        if stripped := part.strip():
            yield start + position + len(part) - len(part.lstrip()), stripped
        position = end


def _break(text: str, start: int, end: int) -> int:
    """Return where a text is cut, at ``end`` or in the second half before it."""
    if end == len(text):
        return end
    breaks = (text.rfind(mark, (start + end) // 2, end) for mark in "\n ")
    return next((place + 1 for place in breaks if place >= 0), end)


def _tokens(source: Source) -> Iterator[Piece]:
    documents = Documents(source.document_block)
    lines = _bounded_lines(Lines(source.path, source.layout.encoding).blocks())
    for start, line in lines:
        text = line.removesuffix("\r")
        offsets = [match.span() for match in TOKEN.finditer(text)]
        if not offsets:
            documents.end()
            continue
        tokens = given(text, offsets)
        yield Piece(
            text=text,
            tokens=tokens,
            has_given_tokens=True,
            document=documents.add(tokens),
            place=source.name,
            start=start,
        )


def _bounded_lines(blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their places; those of more than LONGEST_TEXT characters are cut."""
    first, text = 0, ""
    for block in chain(blocks, ("\n",)):
        *lines, text = (text + block).split("\n")
        for line in lines:
            yield from _cut_line(first, line)
            first += len(line) + 1
        while len(text) > 2 * LONGEST_TEXT:
            end = _break(text, 0, LONGEST_TEXT)
            yield first, text[:end]
            first += end
            text = text[end:]


def _cut_line(start: int, line: str) -> Iterator[tuple[int, str]]:
    position = 0
    while True:
        end = _break(line, position, min(position + LONGEST_TEXT, len(line)))
        yield start + position, line[position:end]
        position = end
        if position >= len(line):
            return


def _jsonl(source: Source) -> Iterator[Piece]:
    documents = Documents(source.document_block)
    last: tuple[str, int] | None = None
    for number, line in enumerate(_lines(source), start=1):
        if not line.strip():
            continue
        place = f"{source.name}:{number}"
        record, checked = jsonl.read_record(place, line, jsonl.TextRecord)
        key = checked.document_key(number)
        if key != last:
            documents.end()
        last = key
        if checked.tokens is None:
            piece = Piece.of(checked.text, place=place, record=record)
        else:
            piece = _given(checked.text, checked.tokens, place, record)
        yield replace(piece, document=documents.add(piece.tokens))


def _given(text: str, extents: list[jsonl.Extent], place: str, record: dict[str, Any]) -> Piece:
    """Return the piece of a sentence whose tokens are given."""
    tokens = given(text, sorted((extent.start, extent.end) for extent in extents))
    jsonl.check_tokens(place, tokens.strings)
    return Piece(text, tokens, place=place, record=record)


def _conll(source: Source) -> Iterator[Piece]:
    """Yield sentences, each with the lines since the last one; a last piece may be lines alone."""
    lines = iter(_lines(source))
    ahead = list(islice(lines, LINES_SEEN_AHEAD))
    layout = source.layout
    if conll.column_count(ahead, layout) == 1:
        layout = replace(layout, token=0)
    wanted = {"token": layout.token, **layout.columns}
    has_borders, is_marked = _borders(list(conll.sentences(source.path, ahead, layout, wanted)))
    documents = Documents(None if is_marked else source.document_block)
    read: list[str] = []
    written = 0  # lines of the pieces so far
    last = (0, 0)
    for rows in conll.sentences(
        source.path, _kept(chain(ahead, lines), read), layout, wanted, LONGEST_SENTENCE
    ):
        border = (rows.borders, 0 if has_borders else rows.gaps)
        if border != last:
            documents.end()
        last = border
        own, read[:] = read[: rows.numbers[-1] - written], read[rows.numbers[-1] - written :]
        written += len(own)
        piece = _sentence(source, rows, layout, own)
        yield replace(piece, document=documents.add(piece.tokens))
    if any(read):
        yield Piece("", given("", []), document=documents.number, rows=Rows(read, []))


def _kept(lines: Iterable[str], read: list[str]) -> Iterator[str]:
    """Yield the lines and append each to ``read``."""
    for line in lines:
        read.append(line)
        yield line


def _borders(sentences: list[conll.Rows]) -> tuple[bool, bool]:
    """Tell whether border lines mark documents, and whether these or blank lines do."""
    if not sentences:
        return False, False
    has_borders = sentences[-1].borders > 0
    return has_borders, has_borders or sentences[0].gaps != sentences[-1].gaps


def _sentence(source: Source, rows: conll.Rows, layout: Layout, lines: list[str]) -> Piece:
    words = conll.tokens_of(source.path, rows, layout)
    ends = list(accumulate(len(word) + 1 for word in words))
    tokens = Tokens(
        words=Strings.of(words),
        lengths=np.array([len(words)], np.int64),
        columns={name: Strings.of(rows.column(number)) for name, number in layout.columns.items()},
        offsets=[(end - len(word) - 1, end - 1) for end, word in zip(ends, words, strict=True)],
    )
    return Piece(
        text=" ".join(words),
        tokens=tokens,
        has_given_tokens=True,
        place=source.name,
        start=rows.numbers[0],
        rows=Rows(lines, rows.numbers),
    )


def _lines(source: Source) -> Lines:
    return Lines(source.path, source.layout.encoding, LONGEST_LINE)


READERS: dict[Input, Callable[[Source], Iterator[Piece]]] = {
    "raw": _raw,
    "conll": _conll,
    "jsonl": _jsonl,
    "tokens": _tokens,
}
