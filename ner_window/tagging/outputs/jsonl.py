"""Objects with a text and its entities, one a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ner_window.tagging.offsets import OffsetUnit
from ner_window.tagging.outputs.output_format import DIGITS, OutputFormat, register
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found

UNIT = "offset_unit"
"""The key that says what the places of entities count, where these are no characters."""


@register
class JsonlOutput(OutputFormat):
    """An object for each piece: text, and entities with start, end, label and confidence.

    An object that was read keeps its other keys. Positions are in characters of the text, those of
    entities in another unit where that is asked for and named; ``end`` is the one after the last.
    """

    name = "jsonl"
    help = "text and entities"
    ending = ".jsonl"
    has_offsets = True

    def of_piece(self, piece: Piece, found: Sequence[Found]) -> str:
        if piece.rows is not None and not piece.tokens.token_count:
            return ""
        record = dict(piece.record or _own_record(piece))
        if record.get(UNIT) in list(OffsetUnit):
            del record[UNIT]
        entities = []
        places = piece.in_unit([piece.tokens.extent(each.first, each.last) for each in found])
        for entity, (start, end) in zip(found, places, strict=True):
            sure = None if entity.confidence is None else round(entity.confidence, DIGITS)
            entities.append({"start": start, "end": end, "label": entity.label, "confidence": sure})
        record["entities"] = entities
        if piece.unit != OffsetUnit.CHARACTERS:
            record[UNIT] = piece.unit.value
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
