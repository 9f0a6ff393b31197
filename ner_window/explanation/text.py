"""An explanation at a terminal: the answer first, then what it hangs on, then the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from ner_window.explanation.answer_sections import answer_meaning, answer_text, heading, next_text
from ner_window.explanation.explanation import Explanation
from ner_window.explanation.section import Bar, Cell, Section, SectionTable
from ner_window.explanation.sections import answer_sections, arithmetic_sections
from ner_window.terminal import Column, Line, Piece, Role, Shown, Table, apart, together

BAR = 15  # columns
INDENT = 3


class ExplanationText(Shown):
    """An explanation, to be printed."""

    def __init__(self, shown: Explanation) -> None:
        self._shown = shown

    def __rich__(self) -> RenderableType:
        """Return what is to be printed."""
        shown = self._shown
        numbered = enumerate([*answer_sections(shown), *arithmetic_sections(shown)], start=1)
        answer = together(
            Line((answer_text(shown), Role.headline), f"; {next_text(shown.answer)}".rstrip("; ")),
            answer_meaning(shown),
            f"Window: {_window(shown)}",
        )
        sections = (together(*_lines(number, section)) for number, section in numbered)
        return together(*apart([heading(shown), answer, *sections]))


def as_text(shown: Explanation) -> str:
    """Return the explanation as plain text, as wide as the terminal."""
    return str(ExplanationText(shown))


def _window(shown: Explanation) -> str:
    """Return the tokens of the window, the token itself in brackets."""
    tokens = [(place.offset, place.token or "(padding)") for place in shown.places]
    return " ".join(token if offset else f"[{token}]" for offset, token in tokens)


def _lines(number: int, section: Section) -> Iterator[RenderableType]:
    indent = " " * INDENT
    yield f"{number}. {section.title}"
    for line in section.lines:
        yield f"{indent}{''.join(line)}"
    yield from (_table(table) for table in section.tables if table.folded is None)
    if folded := [table.folded for table in section.tables if table.folded is not None]:
        yield f"{indent}In other windows: {'; '.join(folded)}"
    for line in section.notes:
        yield f"{indent}{''.join(line)}"


def _table(table: SectionTable) -> Table:
    columns = [
        Column(column.head, int(column.is_lesser), column.is_number, wraps=not column.is_number)
        for column in table.columns
    ]
    rows = [
        [_piece(cell, number == table.marked) for cell in row]
        for number, row in enumerate(table.rows)
    ]
    return Table(columns, rows, INDENT)


def _piece(cell: Cell, is_marked: bool) -> Piece:
    text = "#" * round(cell.share * BAR) if isinstance(cell, Bar) else str(cell)
    return (text, Role.headline) if is_marked else text
