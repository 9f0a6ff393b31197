"""Objects with a text and its entities, one a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ner_window.tagging.outputs.output_format import DIGITS, OutputFormat, register
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found


@register
class JsonlOutput(OutputFormat):
    """An object for each piece: text, and entities with start, end, label and confidence.

    An object that was read keeps its other keys. Positions are in characters of the text; ``end``
    is the one after the last.
    """

    name = "jsonl"
    help = "text and entities"
    ending = ".jsonl"

    def of_piece(self, piece: Piece, found: Sequence[Found]) -> str:
        if piece.rows is not None and not piece.tokens.token_count:
            return ""
        record = dict(piece.record or _own_record(piece))
        entities = []
        for entity in found:
            start, end = piece.tokens.extent(entity.first, entity.last)
            sure = None if entity.confidence is None else round(entity.confidence, DIGITS)
            entities.append({"start": start, "end": end, "label": entity.label, "confidence": sure})
        record["entities"] = entities
        return f"{_json(record)}\n"


def _own_record(piece: Piece) -> dict[str, Any]:
    record: dict[str, Any] = {"file": piece.place, "start": piece.start, "text": piece.text}
    if piece.has_given_tokens:
        tokens = [{"start": start, "end": end} for start, end in piece.tokens.offsets or ()]
        record |= {"tokens": tokens, "document": piece.document}
    return record


def _json(record: dict[str, Any]) -> str:
    """Return an object as a line; half characters in it, which no file can hold, as escapes."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(record)
    return line
