"""Sentences in CoNLL columns: one token a line, a blank line between sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

from ner_window.errors import InputError
from ner_window.tags import OUTSIDE, Scheme, detect_scheme, is_tag, spans_of

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
    """The sentences of one file, with the tagging scheme that it is written in."""

    path: Path
    sentences: list[Sentence]
    scheme: Scheme

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
    sentences = [
        _tagged_sentence(path, rows, document, token_column, tag_column)
        for rows, document in read_rows(path)
    ]
    if not sentences:
        raise InputError(f"{path.absolute()} holds no tokens: nothing to learn from or to score")
    return Corpus(path, sentences, detect_scheme(sentence.tags for sentence in sentences))


Tagging = Callable[[list[list[str]]], list[list[str]]]


def tag_lines(text: str, tagging: Tagging) -> str:
    """Return ``text`` with the first column of each line and, after a tab, its tag.

    Other columns are dropped; blank lines stay where they are and -DOCSTART- is tagged O.
    ``tagging`` turns the tokens of sentences into their tags.
    """
    lines = [columns[0] if (columns := _columns(line)) else "" for line in text.split("\n")]
    is_token = [line not in {"", DOCUMENT_BORDER} for line in lines]
    tags = chain.from_iterable(tagging(_sentences(lines, is_token)))
    tagged = [
        f"{line}\t{next(tags) if token else OUTSIDE}" if line else ""
        for line, token in zip(lines, is_token, strict=True)
    ]
    return "\n".join(tagged)


def _sentences(lines: list[str], is_token: list[bool]) -> list[list[str]]:
    groups = groupby(zip(lines, is_token, strict=True), key=lambda pair: pair[1])
    return [[line for line, _ in group] for token, group in groups if token]


Row = tuple[int, list[str]]
"""A line's number, from 1, and its columns."""


def read_rows(path: Path, border: str = DOCUMENT_BORDER) -> Iterator[tuple[list[Row], int]]:
    """Yield the rows of each sentence with the number of its document.

    A row whose first column is ``border`` starts a document. Raises InputError where a row has
    another number of columns than the first row of the file.
    """
    rows: list[Row] = []
    document = 0
    width: tuple[int, int] | None = None
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        columns = _columns(line)
        if columns and columns[0] != border:
            width = width or (len(columns), number)
            _check_width(path, number, columns, width)
            rows.append((number, columns))
            continue
        if rows:
            yield rows, document
            rows = []
        document += bool(columns)
    if rows:
        yield rows, document


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, a byte-order mark removed.

    Raises InputError where it cannot be read, or is not UTF-8 (naming line and byte).
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"no such file: {path.absolute()}") from None
    except OSError as error:
        raise InputError(f"cannot read {path.absolute()}: {error.strerror}") from None
    return decode(content, str(path))


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


def _tagged_sentence(
    path: Path, rows: list[Row], document: int, token_column: int, tag_column: int
) -> Sentence:
    tokens: list[str] = []
    tags: list[str] = []
    for number, columns in rows:
        try:
            token, tag = columns[token_column], columns[tag_column]
        except IndexError:
            raise InputError(
                f"{path}:{number}: {_count(len(columns))}, but data.columns asks for "
                f"token {token_column} and tag {tag_column}"
            ) from None
        if not is_tag(tag):
            raise InputError(
                f"{path}:{number}: {tag!r} is no tag; expected O or B-, I-, E-, S- and a type "
                f"(data.columns says that tags stand in column {tag_column})"
            )
        tokens.append(token)
        tags.append(tag)
    return Sentence(tokens, tags, document, rows[0][0])
