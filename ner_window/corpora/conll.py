"""CoNLL columns: one token a line, split at tabs or spaces, a blank line between sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, tee
from pathlib import Path

from ner_window.corpora.files import ENCODING_KEYS
from ner_window.corpora.problems import Refuse, stop
from ner_window.corpora.tags import Scheme, convert, is_tag
from ner_window.errors import InputError
from ner_window.wording import counted

DOCUMENT_BORDER = "-DOCSTART-"
BETWEEN_TABS, BETWEEN_SPACES = re.compile(r"(?:^|(?<=\t))[^\t]*"), re.compile(r"[^ ]+")


@dataclass(frozen=True)
class Layout:
    """How to read a file: which columns hold what, which lines are comments, which encoding.

    ``columns`` are those of features, by name. Negative numbers count from the last column. A line
    whose first column or token is ``border`` starts a document. ``delimiter`` is what separates
    columns, None for tabs or spaces.
    """

    token: int = 0
    tag: int = -1
    columns: Mapping[str, int] = field(default_factory=dict)
    comment: str | None = None
    encoding: str = "utf-8"
    border: str = DOCUMENT_BORDER
    delimiter: str | None = None

    @property
    def encoding_keys(self) -> str:
        """What names another encoding."""
        return ENCODING_KEYS

    @property
    def tag_keys(self) -> str:
        """What names another column of the tag."""
        return "data.columns.tag or --tag-column"

    def with_key(self, problem: InputError) -> InputError:
        """Return what is wrong with a file, with the key that names the file, if it has one."""
        return problem

    def is_comment(self, line: str) -> bool:
        """Tell whether a line is to be passed over."""
        return self.comment is not None and line.startswith(self.comment)

    def is_border(self, columns: list[str]) -> bool:
        """Tell whether the columns are those of a document border."""
        return self.border in columns[:1] or self.border in columns[self.token :][:1]


@dataclass(frozen=True)
class OwnLayout(Layout):
    """How a file is read that has a section of a config to itself, which messages name."""

    section: str = "data"

    @property
    def encoding_keys(self) -> str:
        """The key of the section that names another encoding."""
        return f"`{self.section}.encoding`"

    @property
    def tag_keys(self) -> str:
        """The key of the section that names another column of the tag."""
        return f"{self.section}.columns.tag"

    def with_key(self, problem: InputError) -> InputError:
        """Return what is wrong with the file with the key that names it."""
        return InputError(f"{self.section}.path: {problem}")


@dataclass(frozen=True)
class Rows:
    """The lines of one sentence: their numbers, from 1, and their columns.

    ``borders`` and ``gaps`` count the border lines and the runs of two or more blank lines
    that came before it.
    """

    numbers: list[int]
    columns: list[list[str]]
    borders: int
    gaps: int

    def column(self, number: int) -> list[str]:
        """Return one column of all lines."""
        return [columns[number] for columns in self.columns]


def sentences(
    path: Path,
    lines: Iterable[str],
    layout: Layout,
    wanted: Mapping[str, int],
    longest: int | None = None,
    refuse: Refuse = stop,
) -> Iterator[Rows]:
    """Yield the rows of each sentence of a file.

    Parameters
    ----------
    path
        The file, for messages.
    lines
        Its lines.
    layout
        How it is read.
    wanted
        The columns that will be read, by name.
    longest
        How many tokens a sentence may have, None for any number; a longer one is cut.
    refuse
        Hears of each line that has another number of columns than the first one.

    Raises
    ------
    InputError
        Naming file and line, where the first one lacks a column, and where ``refuse`` does.
    """
    width: tuple[int, int] | None = None
    rows = Rows([], [], 0, 0)
    borders = gaps = blanks = 0
    for number, line in enumerate(lines, start=1):
        if layout.comment is not None and layout.is_comment(line):
            continue
        if "\r" in line and "\r" in line.removesuffix("\r"):
            refuse(
                InputError(
                    f"{path}:{number}: a carriage return within the line; end lines with line feeds"
                )
            )
            continue
        columns = split_columns(line, layout.delimiter)
        is_border = layout.border in columns and layout.is_border(columns)
        if columns and not is_border:
            if width is None:
                width = (len(columns), number)
                _check_columns(f"{path}:{number}", len(columns), wanted)
            if len(columns) != width[0]:
                refuse(_width_error(path, number, columns, width))
                continue
            rows.numbers.append(number)
            rows.columns.append(columns)
            blanks = 0
            if len(rows.numbers) == longest:
                yield rows
                rows = Rows([], [], borders, gaps)
            continue
        if rows.numbers:
            yield rows
        blanks = 0 if is_border else blanks + 1
        borders += is_border
        gaps += blanks == 2
        rows = Rows([], [], borders, gaps)
    if rows.numbers:
        yield rows


def split_columns(line: str, delimiter: str | None = None) -> list[str]:
    """Split a line at the delimiter or, without one, at tabs or, without tabs, at spaces.

    A blank line has no columns. Other white space is part of a token: tweets hold no-break spaces
    that str.split would cut.
    """
    line = line.rstrip("\r")
    if delimiter is not None or "\t" in line:
        return _split_at(line, delimiter)
    columns = line.split(" ")
    return [column for column in columns if column] if "" in columns else columns


def _split_at(line: str, delimiter: str | None) -> list[str]:
    if not line.strip(" \t"):
        return []
    return line.split(delimiter) if delimiter is not None else line.rstrip("\t").split("\t")


def _width_error(path: Path, number: int, columns: list[str], width: tuple[int, int]) -> InputError:
    expected, first = width
    return InputError(
        f"{path}:{number}: {counted(len(columns), 'column')} where line {first} has {expected}; "
        "every token line has the same number of columns"
    )


def _check_columns(place: str, width: int, wanted: Mapping[str, int]) -> None:
    """Raise InputError where a column does not exist, or is wanted for the tag and something else.

    All rows of a file have the same number of columns, so that the first one is enough.
    """
    owners: dict[int, str] = {}
    for name, column in wanted.items():
        if not -width <= column < width:
            columns = counted(width, "column")
            raise InputError(f"{place}: no column {column} for the {name} among {columns}")
        owner = owners.setdefault(column % width, name)
        if owner != name and "tag" in (owner, name):
            raise InputError(
                f"{place}: {owner} and {name} would both be column {column % width} of "
                f"{counted(width, 'column')}"
            )


def tokens_of(path: Path, rows: Rows, layout: Layout, refuse: Refuse = stop) -> list[str]:
    """Return the tokens of a sentence. Refuses each that is empty."""
    tokens = rows.column(layout.token)
    if "" in tokens:
        for number in _lines_of("", tokens, rows):
            refuse(InputError(f"{path}:{number}: the token is empty; is there a tab too many?"))
    return tokens


def tags_of(path: Path, rows: Rows, layout: Layout, refuse: Refuse = stop) -> list[str]:
    """Return the tags of a sentence. Refuses each that is no tag."""
    tags = rows.column(layout.tag)
    for tag in dict.fromkeys(tags):  # each once
        if not is_tag(tag):
            for number in _lines_of(tag, tags, rows):
                refuse(
                    InputError(
                        f"{path}:{number}: {tag!r} is no tag; expected O, or B-, I-, E-, S-, L-, "
                        f"U- and a type (tags are read from column {layout.tag}; "
                        f"{layout.tag_keys} names another)"
                    )
                )
    return tags


def _lines_of(value: str, column: Sequence[str], rows: Rows) -> list[int]:
    return [number for number, held in zip(rows.numbers, column, strict=True) if held == value]


def converted(path: Path, lines: Iterable[str], layout: Layout, scheme: Scheme) -> Iterator[str]:
    """Yield the lines with their tags written in another scheme.

    Every other column, every blank line, comment and document border stays what it is. Raises
    InputError as :func:`sentences` and :func:`tags_of` do.
    """
    read, written = tee(lines)  # the reader is one sentence ahead
    wanted = {"token": layout.token, "tag": layout.tag}
    tags = chain.from_iterable(
        convert(tags_of(path, rows, layout), scheme)
        for rows in sentences(path, read, layout, wanted)
    )
    for line in written:
        is_token = token_columns(line, layout)
        yield _with_tag(line, layout.tag, next(tags)) if is_token else line


def token_columns(line: str, layout: Layout) -> list[str]:
    """Return the columns of a line that is a token's; none where it is anything else."""
    columns = [] if layout.is_comment(line) else split_columns(line)
    return [] if layout.is_border(columns) else columns


def _with_tag(line: str, tag_column: int, tag: str) -> str:
    """Return a line with another tag; the space between its columns stays."""
    column = BETWEEN_TABS if "\t" in line else BETWEEN_SPACES
    start, end = list(column.finditer(line.rstrip("\r\t")))[tag_column].span()
    return line[:start] + tag + line[end:]


def column_count(lines: Iterable[str], layout: Layout) -> int:
    """Return the number of columns of the first line that is a token's; 0 where there is none."""
    columns = (token_columns(line, layout) for line in lines)
    return len(next(filter(None, columns), []))


def pieces(lines: Iterable[str], layout: Layout, whole_documents: bool) -> Iterator[int]:
    """Yield the number of the piece that each line is part of: a sentence, with what is around it.

    A piece ends with the last blank line after its sentence; comments after that, and borders,
    start the next one. A border without a blank line before it parts two sentences: it ends the
    piece before it, or, where ``whole_documents`` stay together, starts the next one.
    """
    piece = waiting = 0  # comments wait until it is seen whether a blank line parts them from more
    has_tokens = is_closed = False
    for line in lines:
        is_comment = layout.is_comment(line)
        columns = [] if is_comment else split_columns(line)
        is_border = layout.is_border(columns)
        if is_comment and is_closed:
            waiting += 1
            continue
        if is_border and has_tokens and not is_closed and not whole_documents:
            is_closed = True
        elif is_border and has_tokens:
            piece, has_tokens, is_closed = piece + 1, False, False
        elif columns and not is_border:
            piece, has_tokens, is_closed = piece + is_closed, True, False
        elif not is_comment and has_tokens:
            is_closed = True
        yield from [piece] * (waiting + 1)
        waiting = 0
    yield from [piece] * waiting
