"""Running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from ner_window.encoding.documents import DocumentNumbers
from ner_window.tagging.inputs.input_format import STDIN, InputFormat, Source, register
from ner_window.tagging.inputs.long_text import LONGEST_TEXT, breaking_place
from ner_window.tagging.offsets import RunningCount
from ner_window.tagging.pieces import Piece, cut

GAP = re.compile(r"(?>\r\n?|\n)[^\S\r\n]*(?>\r\n?|\n)")


@register
class RawInput(InputFormat):
    """A file is a document, a piece is a paragraph; blank lines are between them."""

    name = "raw"
    help = "running text"
    endings = (".txt", ".text", ".md")
    is_any_text = True

    def is_told_by(self, path: Path) -> bool:
        return str(path) == STDIN or super().is_told_by(path)

    def pieces(self, source: Source) -> Iterator[Piece]:
        documents = DocumentNumbers()
        count = RunningCount(source.unit, LONGEST_TEXT)
        for place, text in paragraphs(count.over(source.blocks())):
            start = count.at(place)
            tokens = cut(text, source.tokenizer)
            if tokens.token_count:
                document = documents.add(len(tokens), tokens.token_count)
                yield Piece(text, tokens, document=document, place=source.name, start=start)


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
            end = breaking_place(text, position, position + longest)
            yield from _bounded(first + position, text[position:end], longest)
            position = end
        first += position
        text = text[position:]


def _bounded(start: int, text: str, longest: int) -> Iterator[tuple[int, str]]:
    position = 0
    while position < len(text):
        end = breaking_place(text, position, min(position + longest, len(text)))
        part = text[position:end]
        if stripped := part.strip():
            yield start + position + len(part) - len(part.lstrip()), stripped
        position = end
