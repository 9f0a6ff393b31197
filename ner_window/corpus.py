"""Sentences in CoNLL columns: one token a line, a blank line between sentences."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

from ner_window.errors import InputError
from ner_window.tags import (
    OUTSIDE,
    Evidence,
    Scheme,
    convert,
    is_tag,
    scheme_evidence,
    spans_of,
)

DOCUMENT_BORDER = "-DOCSTART-"


@dataclass(frozen=True)
class Sentence:
    """The tokens and tags of a sentence, its document's number, and the line it starts at."""

    tokens: list[str]
    tags: list[str]
    document: int
    line: int


@dataclass(frozen=True)
class Corpus:
    """The sentences of one file, what its tags tell of their scheme, and the hash of its bytes."""

    path: Path
    sentences: list[Sentence]
    evidence: Evidence
    sha256: str

    @property
    def scheme(self) -> Scheme:
        """The tagging scheme that the file is written in."""
        return self.evidence.scheme

    @property
    def token_count(self) -> int:
        return sum(len(sentence.tokens) for sentence in self.sentences)

    @property
    def document_count(self) -> int:
        return len({sentence.document for sentence in self.sentences})

    def entity_counts(self) -> Counter[str]:
        """Return the number of entities of each type."""
        return Counter(span.type for sentence in self.sentences for span in spans_of(sentence.tags))


def read_corpus(path: Path, token_column: int = 0, tag_column: int = -1) -> Corpus:
    """Read a file in CoNLL columns and detect its tagging scheme.

    Columns are separated by tabs or, in a line without tabs, by spaces. A line whose token is
    -DOCSTART- starts a document. Raises InputError, naming file and line, where the file is
    missing, empty, not UTF-8, ragged, or has something else than tags in its tag column.
    """
    content = read_bytes(path)
    sentences = [
        _tagged_sentence(path, rows, document, token_column, tag_column)
        for rows, document in split_rows(path, decode(content, str(path)), token_column)
    ]
    if not sentences:
        raise InputError(f"{path.absolute()} holds no tokens: nothing to learn from or to score")
    evidence = scheme_evidence(sentence.tags for sentence in sentences)
    return Corpus(path, sentences, evidence, hashlib.sha256(content).hexdigest())


Tagging = Callable[[list[list[str]]], list[list[str]]]


def tag_lines(text: str, tagging: Tagging, token_column: int = 0) -> str:
    """Return ``text`` with the token of each line and, after a tab, its tag.

    A line of a single column is a token whatever ``token_column`` says. Other columns are dropped;
    blank lines stay where they are and -DOCSTART- is tagged O. ``tagging`` turns the tokens of
    sentences into their tags. Raises InputError, naming the line, where there is no such column.
    """
    lines = [
        _token(f"line {number}", columns, 0 if len(columns) == 1 else token_column)
        if (columns := _columns(line))
        else ""
        for number, line in enumerate(text.split("\n"), start=1)
    ]
    is_token = [line not in {"", DOCUMENT_BORDER} for line in lines]
    tags = chain.from_iterable(tagging(_sentences(lines, is_token)))
    tagged = [
        f"{line}\t{next(tags) if token else OUTSIDE}" if line else ""
        for line, token in zip(lines, is_token, strict=True)
    ]
    return "\n".join(tagged)


def convert_text(path: Path, scheme: Scheme, token_column: int = 0, tag_column: int = -1) -> str:
    """Return the text of a file in CoNLL columns with its tags written in another scheme.

    Every other column, every blank line and every document border stays what it is. Raises
    InputError as :func:`read_corpus` does.
    """
    corpus = read_corpus(path, token_column, tag_column)
    tags = chain.from_iterable(convert(sentence.tags, scheme) for sentence in corpus.sentences)
    return "\n".join(
        _with_tag(line, tag_column, next(tags)) if _is_token(line, token_column) else line
        for line in read_text(path).split("\n")
    )


def _is_token(line: str, token_column: int) -> bool:
    columns = _columns(line)
    return bool(columns) and DOCUMENT_BORDER not in columns[token_column:][:1]


def _with_tag(line: str, tag_column: int, tag: str) -> str:
    columns = _columns(line)
    columns[tag_column] = tag
    return ("\t" if "\t" in line else " ").join(columns)


def _sentences(lines: list[str], is_token: list[bool]) -> list[list[str]]:
    groups = groupby(zip(lines, is_token, strict=True), key=lambda pair: pair[1])
    return [[line for line, _ in group] for token, group in groups if token]


Row = tuple[int, list[str]]
"""A line's number, from 1, and its columns."""


def split_rows(
    path: Path, text: str, border_column: int = 0, border: str = DOCUMENT_BORDER
) -> Iterator[tuple[list[Row], int]]:
    """Yield the rows of each sentence of ``text`` with the number of its document.

    A row that has ``border`` in its ``border_column`` starts a document. ``path`` is where the text
    comes from. Raises InputError where a row has another number of columns than the first one.
    """
    rows: list[Row] = []
    document = 0
    width: tuple[int, int] | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        columns = _columns(line)
        is_border = border in columns[border_column:][:1]
        if columns and not is_border:
            width = width or (len(columns), number)
            _check_width(path, number, columns, width)
            rows.append((number, columns))
            continue
        if rows:
            yield rows, document
            rows = []
        document += is_border
    if rows:
        yield rows, document


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, ``-`` being standard input. InputError where there is none."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"no such file: {path.absolute()}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read {path.absolute()}: {reason}") from None


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, a byte-order mark removed.

    Raises InputError where it cannot be read, or is not UTF-8 (naming line and byte).
    """
    return decode(read_bytes(path), str(path))


def decode(content: bytes, source: str) -> str:
    """Return UTF-8 bytes as text; InputError names ``source``, line and byte where they are not."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{source}:{line}: byte 0x{content[error.start]:02x} at offset {error.start} is not "
            "UTF-8; convert the file (for example with iconv)"
        ) from None


def _columns(line: str) -> list[str]:
    """Split a line at tabs or, without tabs, at spaces; a blank line has no columns.

    Other white space is part of a token: tweets hold no-break spaces that str.split would cut.
    """
    line = line.rstrip("\r")
    if not line.strip(" \t"):
        return []
    if "\t" in line:
        return line.rstrip("\t").split("\t")
    return [column for column in line.split(" ") if column]


def _check_width(path: Path, number: int, columns: list[str], width: tuple[int, int]) -> None:
    expected, first = width
    if len(columns) != expected:
        raise InputError(
            f"{path}:{number}: {_count(len(columns))} where line {first} has {expected}; "
            "every token line has the same number of columns"
        )


def _count(columns: int) -> str:
    return "1 column" if columns == 1 else f"{columns} columns"


def _token(place: str, columns: list[str], column: int) -> str:
    if not -len(columns) <= column < len(columns):
        raise InputError(f"{place}: no column {column} for the token among {_count(len(columns))}")
    if not columns[column]:
        raise InputError(f"{place}: the token is empty; is there a tab too many?")
    return columns[column]


def _tagged_sentence(
    path: Path, rows: list[Row], document: int, token_column: int, tag_column: int
) -> Sentence:
    tokens: list[str] = []
    tags: list[str] = []
    for number, columns in rows:
        width = len(columns)
        tokens.append(_token(f"{path}:{number}", columns, token_column))
        if not -width <= tag_column < width:
            raise InputError(
                f"{path}:{number}: no column {tag_column} for the tag among {_count(width)}"
            )
        if tag_column % width == token_column % width:
            raise InputError(
                f"{path}:{number}: token and tag would both be column {token_column % width} of "
                f"{_count(width)}"
            )
        tag = columns[tag_column]
        if not is_tag(tag):
            raise InputError(
                f"{path}:{number}: {tag!r} is no tag; expected O or B-, I-, E-, S- and a type "
                f"(tags are read from column {tag_column})"
            )
        tags.append(tag)
    return Sentence(tokens, tags, document, rows[0][0])
