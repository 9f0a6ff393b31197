"""Entities alone, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from ner_window.tagging.outputs.output_format import DIGITS, OutputFormat, register
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found

ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@register
class SpanLineOutput(OutputFormat):
    """Between tabs: file, start, end, label, confidence, text.

    Positions are in characters or another unit; ``end`` is the one after the last. They count from
    the start of the file, for JSONL from that of the text; for columns they are numbers of lines.
    """

    name = "spans"
    help = "one entity a line"
    ending = ".tsv"
    has_offsets = True

    def of_piece(self, piece: Piece, found: Sequence[Found]) -> str:
        lines = []
        extents = [piece.tokens.extent(each.first, each.last) for each in found]
        places = piece.in_unit(extents)
        for entity, extent, (start, end) in zip(found, extents, places, strict=True):
            text = piece.text[slice(*extent)]
            if piece.rows is not None:
                numbers = piece.rows.numbers
                start, end = numbers[entity.first], numbers[entity.last] + 1
            else:
                start, end = start + piece.start, end + piece.start
            sure = "-" if entity.confidence is None else f"{entity.confidence:.{DIGITS}f}"
            place = piece.place.translate(ESCAPES)
            lines.append(
                f"{place}\t{start}\t{end}\t{entity.label}\t{sure}\t{text.translate(ESCAPES)}\n"
            )
        return "".join(lines)
