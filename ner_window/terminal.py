"""What people read at a terminal: sentences and tables that keep to its width.

Results go to stdout, by :func:`show`, and messages to stderr, by :func:`tell`. What they are given
is text, or a :class:`Line`, a :class:`Verbatim`, a :class:`Table`, or what has a ``__rich__`` of
these. A line is as wide as ``COLUMNS`` says, else the terminal, else 80 columns. Pieces of text
have roles, which are looks on a terminal: pipes get plain text, and so do all where ``NO_COLOR`` is
set.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO, TypeAlias

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text
from rich.theme import Theme

STANDARD_WIDTH = 80
BETWEEN_COLUMNS = 2
NARROWEST = 20  # columns, of text that is wrapped in a table
HANG = 2  # columns by which what is wrapped is set in


class Role(StrEnum):
    """What a piece of text is, which decides how it looks."""

    headline = "headline"
    interval = "interval"
    detected = "detected"
    undecided = "undecided"
    right = "right"
    wrong = "wrong"
    warning = "warning"
    error = "error"


LOOKS = Theme(
    {
        Role.headline: "bold",
        Role.interval: "dim",
        Role.detected: "bold green",
        Role.undecided: "yellow",
        Role.right: "green",
        Role.wrong: "red",
        Role.warning: "yellow",
        Role.error: "bold red",
    },
    inherit=False,
)

Piece: TypeAlias = str | tuple[str, Role]


class Shown:
    """What has a form for the terminal, ``__rich__``: as text, too, it is as wide as stdout is."""

    def __rich__(self) -> RenderableType:
        """Return what is to be printed."""
        raise NotImplementedError

    def __str__(self) -> str:
        return plain(self)


class Line:
    """A sentence, or more: wrapped between words, with what is wrapped set in.

    Words that are wider than a line, such as paths, stay whole.
    """

    def __init__(self, *pieces: Piece, hang: int = HANG) -> None:
        self._pieces = pieces
        self._hang = hang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield its lines, none wider than what there is."""
        for text in Text.assemble(*self._pieces).split("\n", allow_blank=True):
            yield from self._wrapped(text, options.max_width)

    def _wrapped(self, text: Text, width: int) -> Iterator[Text]:
        indent = len(text.plain) - len(text.plain.lstrip(" "))
        set_in = indent + self._hang
        for number, part in enumerate(text.divide(_breaks(text.plain, width, set_in))):
            part.rstrip()
            start = Text(" " * set_in * bool(number), no_wrap=True, overflow="ignore")
            yield start.append_text(part)


def _breaks(text: str, width: int, set_in: int) -> list[int]:
    """Return where a text is parted, before words, into lines of which all but one are set in."""
    breaks, used = [], 0
    for word in re.finditer(r"\s*\S+", text):
        length = cell_len(word.group())
        if used and used + length > width:
            breaks.append(word.end() - len(word.group().lstrip()))
            used, length = set_in, cell_len(word.group().lstrip())
        used += length
    return breaks


@dataclass(frozen=True)
class Verbatim:
    """Text that is printed as it is, however wide: a table of others' making, a command to copy."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it with its lines left alone."""
        yield Text(self.text, no_wrap=True, overflow="ignore")


@dataclass(frozen=True)
class Opened:
    """A page that one is told to open: many terminals open what they print as a link."""

    page: Path

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield a line of its path."""
        link = Style(link=self.page.absolute().as_uri())
        path = (shown_path(self.page), link)
        yield Text.assemble("open ", path, no_wrap=True, overflow="ignore")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    ``rank`` 0 is always shown; where the table is too wide, columns of the highest rank are left
    out first. ``wraps`` lets text be wrapped in it, down to 20 columns; all else stays whole. A
    number is set to the right.
    """

    head: str
    rank: int = 0
    is_number: bool = True
    wraps: bool = False
    role: Role | None = None


class Table:
    """Rows beneath heads, with the columns that there is room for; ``indent`` sets it in."""

    def __init__(
        self, columns: Sequence[Column], rows: Iterable[Sequence[Piece]], indent: int = 0
    ) -> None:
        self._columns = columns
        self._rows = [list(row) for row in rows]
        self._indent = indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield its lines, no wider than what there is, unless a figure had to be cut for it."""
        room = options.max_width - self._indent
        shown = self._fitting(room)
        table = RichTable(
            box=None, pad_edge=False, padding=(0, BETWEEN_COLUMNS, 0, 0), header_style=""
        )
        for number in shown:
            column = self._columns[number]
            table.add_column(
                column.head,
                justify="right" if column.is_number else "left",
                no_wrap=not column.wraps,
                overflow="fold",
            )
        for row in self._rows:
            table.add_row(*(self._cell(row, number) for number in shown))
        own_width = options.update(width=max(room, self._width(shown)))
        for line in console.render_lines(table, own_width, pad=False):
            yield Text(" " * self._indent, end="")
            yield from line
            yield Text()

    def fits(self, width: int) -> bool:
        """Whether there is room for it with the columns that are always shown."""
        return self._width(self._fitting(width - self._indent)) <= width - self._indent

    def _cell(self, row: Sequence[Piece], number: int) -> Text:
        piece = row[number]
        role = self._columns[number].role
        return Text.assemble((piece, role) if isinstance(piece, str) and role else piece)

    def _fitting(self, width: int) -> list[int]:
        """Return the numbers of the columns that are shown."""
        shown = list(range(len(self._columns)))
        while self._width(shown) > width:
            last = max(shown, key=lambda number: self._columns[number].rank)
            if not self._columns[last].rank:
                break
            shown.remove(last)
        return shown

    def _width(self, shown: Sequence[int]) -> int:
        return sum(map(self._needed, shown)) + BETWEEN_COLUMNS * (len(shown) - 1)

    def _needed(self, number: int) -> int:
        """Return the width that a column needs at least."""
        column = self._columns[number]
        widest = max(
            (cell_len(cell if isinstance(cell, str) else cell[0]) for cell in self._cells(number)),
            default=0,
        )
        return min(widest, NARROWEST) if column.wraps else widest

    def _cells(self, number: int) -> Iterator[Piece]:
        yield self._columns[number].head
        yield from (row[number] for row in self._rows)


@dataclass(frozen=True)
class Alternatives:
    """A table, and what is printed where it is too wide."""

    table: Table
    narrow: Table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table that there is room for."""
        yield self.table if self.table.fits(options.max_width) else self.narrow


def together(*parts: RenderableType) -> Group:
    """Return parts that are printed beneath each other; text is printed as a :class:`Line`."""
    return Group(*(Line(part) if isinstance(part, str) else part for part in parts))


def apart(parts: Iterable[RenderableType]) -> list[RenderableType]:
    """Return parts with a blank line between them."""
    return [each for part in parts for each in ("", part)][1:]


def show(*parts: RenderableType) -> None:
    """Print results to stdout."""
    _print(together(*parts), sys.stdout)


def tell(*messages: RenderableType) -> None:
    """Say something to the person at the terminal, on stderr."""
    for message in messages:
        _print(_marked(message) if isinstance(message, str) else message, sys.stderr)


def plain(part: RenderableType) -> str:
    """Return what :func:`show` prints as plain text, without the last end of line."""
    width = width_of(sys.stdout)
    return _rendered(part, _console(io.StringIO(), width, is_plain=True)).removesuffix("\n")


def shown_path(path: Path) -> str:
    """Return a path from here or from the root, whichever is shorter; never with dots in it."""
    whole = path.resolve() if ".." in path.parts else path.absolute()
    here = Path.cwd()
    relative = whole.relative_to(here) if whole.is_relative_to(here) else whole
    return min(str(relative), str(whole), key=len)


def _marked(message: str) -> Line:
    """Return a message whose kind, if it begins with one, is seen."""
    kind, colon, rest = message.partition(": ")
    if kind not in (Role.warning, Role.error):
        return Line(message)
    return Line((kind + colon.rstrip(), Role(kind)), f" {rest}")


def _print(part: RenderableType, stream: TextIO) -> None:
    console = _console(stream, width_of(stream), is_plain=bool(os.environ.get("NO_COLOR")))
    with bars_aside(stream):
        stream.write(_rendered(part, console))
        stream.flush()


def bars_aside(stream: TextIO) -> AbstractContextManager[object]:
    """Take bars from the line where something is to be written; there are none without tqdm.

    What goes elsewhere than to a terminal is in no bar's way.
    """
    tqdm = sys.modules.get("tqdm")
    if tqdm is None or not stream.isatty():
        return nullcontext()
    aside: AbstractContextManager[object] = tqdm.tqdm.external_write_mode(file=stream)
    return aside


def _console(stream: TextIO, width: int, is_plain: bool) -> Console:
    return Console(
        file=stream,
        width=width,
        color_system=None if is_plain else "auto",
        theme=LOOKS,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        force_jupyter=False,
    )


def width_of(stream: TextIO) -> int:
    """Return how many columns a line has there: as ``COLUMNS`` says, or the terminal, else 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or STANDARD_WIDTH
    except (OSError, ValueError):  # no terminal, or no file at all
        return STANDARD_WIDTH


def _rendered(part: RenderableType, console: Console) -> str:
    """Return the lines of a part, with nothing blank at their ends."""
    with console.capture() as captured:
        console.print(part, crop=False)
    return "".join(f"{line.rstrip(' ')}\n" for line in captured.get().split("\n")[:-1])
