"""A page with the entities marked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ner_window.tagging.outputs.output_format import OutputFormat, register
from ner_window.tagging.page import page_around, paragraph
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found


@register
class HtmlOutput(OutputFormat):
    """One page, a heading for each file, a paragraph for each piece.

    Pages are shown around: the folder of a file is not told where its path is absolute.
    """

    name = "html"
    help = "a page"
    ending = ".html"

    def of_piece(self, piece: Piece, found: Sequence[Found]) -> str:
        return paragraph(piece, found)

    def opening(self, types: Sequence[str]) -> str:
        return page_around(types)[0]

    def heading(self, name: str) -> str:
        shown = Path(name).name if Path(name).is_absolute() else name
        return f"<h2>{escape(shown)}</h2>\n"

    def closing(self, types: Sequence[str]) -> str:
        return page_around(types)[1]
