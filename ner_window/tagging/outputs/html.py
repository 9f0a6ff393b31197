"""A page with the entities marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile

from ner_window.tagging.assignment import Assignment
from ner_window.tagging.outputs.output_format import OutputFormat, Sink, register
from ner_window.tagging.page import HEADING, TaggedPage, paragraph
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found

KEPT = 1 << 23  # characters of text in memory; what is longer waits on the disk
AT_ONCE = 1 << 20  # characters that are handed on


@register
class HtmlOutput(OutputFormat):
    """One page, a section for each file, a paragraph for each piece.

    What was counted stands before the text, so that the text waits in a temporary file.
    """

    name = "html"
    help = "a page"
    ending = ".html"

    def of_piece(self, piece: Piece, found: Sequence[Found]) -> str:
        return paragraph(piece, found)

    def heading(self, name: str) -> str:
        return HEADING

    @contextmanager
    def writing(self, sink: Sink, assignment: Assignment) -> Iterator[Sink]:
        page, is_whole = TaggedPage(assignment), False
        with SpooledTemporaryFile(KEPT, "w+", encoding="utf-8", newline="") as text:
            try:
                yield lambda part: text.write(page.numbered(part))
                is_whole = True
            finally:
                if is_whole or text.tell():
                    before, after = page.around(is_whole)
                    sink(before)
                    text.seek(0)
                    while lines := text.readlines(AT_ONCE):
                        sink("".join(lines))
                    sink(after)
