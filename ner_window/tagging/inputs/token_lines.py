"""Sentences whose tokens are separated by spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from ner_window.encoding.documents import DocumentNumbers
from ner_window.tagging.inputs.input_format import InputFormat, Source, register
from ner_window.tagging.inputs.long_text import LONGEST_TEXT, breaking_place
from ner_window.tagging.pieces import Piece, given

TOKEN = re.compile(r"[^ \t]+")
SEEN_AHEAD = 1 << 20  # characters in which the first border of a document is looked for


@register
class TokenLineInput(InputFormat):
    """A line is a sentence and a piece; a blank line between two marks documents."""

    name = "tokens"
    help = "one sentence a line, spaces between its tokens"
    output = "conll"

    def pieces(self, source: Source) -> Iterator[Piece]:
        lines = bounded_lines(source.blocks())
        block = source.document_block
        if block is not None:
            is_marked, ahead = _borders(lines)
            block, lines = None if is_marked else block, chain(ahead, lines)
        documents = DocumentNumbers(block)
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
                document=documents.add(len(tokens), tokens.token_count),
                place=source.name,
                start=start,
            )


def _borders(lines: Iterator[tuple[int, str]]) -> tuple[bool, list[tuple[int, str]]]:
    """Tell whether blank lines mark documents, and return the lines that were read for that."""
    read: list[tuple[int, str]] = []
    is_after_border, seen = False, 0
    for start, line in lines:
        is_blank = not TOKEN.search(line.removesuffix("\r"))
        if is_blank and not read:
            continue
        read.append((start, line))
        if is_after_border and not is_blank:
            return True, read
        is_after_border = is_blank
        seen += len(line) + 1
        if seen > SEEN_AHEAD:
            break
    return False, read


def bounded_lines(blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their places; those of more than LONGEST_TEXT characters are cut."""
    first, text = 0, ""
    for block in chain(blocks, ("\n",)):
        *lines, text = (text + block).split("\n")
        for line in lines:
            yield from _cut_line(first, line)
            first += len(line) + 1
        while len(text) > 2 * LONGEST_TEXT:
            end = breaking_place(text, 0, LONGEST_TEXT)
            yield first, text[:end]
            first += end
            text = text[end:]


def _cut_line(start: int, line: str) -> Iterator[tuple[int, str]]:
    position = 0
    while True:
        end = breaking_place(line, position, min(position + LONGEST_TEXT, len(line)))
        yield start + position, line[position:end]
        position = end
        if position >= len(line):
            return
