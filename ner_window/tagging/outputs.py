"""Writers of what was found: they turn pieces into text, in whole lines.

    conll   the lines of a file in columns with the tag as one column more; other input as token,
            tab, tag, with a blank line after each sentence
    jsonl   an object for each piece: text, and entities with start, end, label and confidence; an
            object that was read keeps its other keys
    spans   an entity a line, between tabs: file, start, end, label, confidence, text
    html    one page with the entities marked

Positions are in characters; ``end`` is the one after the last. In spans they count from the start
of the file, for JSONL from the start of the text; for columns they are the numbers of lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any, Literal

from ner_window.corpora.conll import Layout, split_columns
from ner_window.corpora.tags import OUTSIDE
from ner_window.model.prediction import Prediction
from ner_window.tagging.page import page_around, paragraph
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found, Tagger, found_in_pieces

Output = Literal["conll", "jsonl", "html", "spans"]
DIGITS = 4  # of a confidence
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def rendered(
    output: Output, tagger: Tagger, pieces: Sequence[Piece], prediction: Prediction
) -> str:
    """Return what is written of some pieces."""
    if output == "conll":
        return "".join(_conll_lines(tagger, pieces, prediction))
    write = WRITERS[output]
    sizes = [piece.tokens.token_count for piece in pieces]
    found = found_in_pieces(prediction, sizes)
    return "".join(map(write, pieces, found))


def opening(output: Output, types: Sequence[str]) -> str:
    """Return what comes before all pieces; ``types`` are those of the model's entities."""
    return page_around(types)[0] if output == "html" else ""


def heading(output: Output, name: str) -> str:
    """Return what comes before the pieces of a file."""
    return f"<h2>{escape(name)}</h2>\n" if output == "html" else ""


def closing(output: Output, types: Sequence[str]) -> str:
    """Return what comes after all pieces."""
    return page_around(types)[1] if output == "html" else ""


def _conll_lines(tagger: Tagger, pieces: Sequence[Piece], prediction: Prediction) -> Iterator[str]:
    tags = iter(tagger.output_tags(prediction).strings)
    for piece in pieces:
        if piece.rows is not None:
            yield from _with_column(piece, tags, tagger.model.layout)
            continue
        for words in piece.tokens:
            yield from (f"{word}\t{next(tags)}\n" for word in words)
            yield "\n"


def _with_column(piece: Piece, tags: Iterator[str], layout: Layout) -> Iterator[str]:
    """Yield the lines of a piece, those of tokens and of document borders with a column more."""
    assert piece.rows is not None
    lines, numbers = piece.rows.lines, set(piece.rows.numbers)
    first = max(numbers, default=len(lines)) - len(lines) + 1
    for number, line in enumerate(lines, start=first):
        if number in numbers:
            yield _appended(line, next(tags))
        elif not layout.is_comment(line) and layout.is_border(split_columns(line)):
            yield _appended(line, OUTSIDE)
        else:
            yield f"{line}\n"


def _appended(line: str, tag: str) -> str:
    """Return a line with a column more, separated as the others are."""
    content = line.rstrip("\r")
    end = line[len(content) :]
    space = " " if "\t" not in content and " " in content.strip(" ") else "\t"
    return f"{content.rstrip(space)}{space}{tag}{end}\n"


def _record(piece: Piece, found: Sequence[Found]) -> str:
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


def _spans(piece: Piece, found: Sequence[Found]) -> str:
    lines = []
    for entity in found:
        start, end = piece.tokens.extent(entity.first, entity.last)
        text = piece.text[start:end].translate(ESCAPES)
        if piece.rows is not None:
            numbers = piece.rows.numbers
            start, end = numbers[entity.first], numbers[entity.last] + 1
        else:
            start, end = start + piece.start, end + piece.start
        sure = "-" if entity.confidence is None else f"{entity.confidence:.{DIGITS}f}"
        place = piece.place.translate(ESCAPES)
        lines.append(f"{place}\t{start}\t{end}\t{entity.label}\t{sure}\t{text}\n")
    return "".join(lines)


WRITERS: dict[Output, Callable[[Piece, Sequence[Found]], str]] = {
    "jsonl": _record,
    "spans": _spans,
    "html": paragraph,
}
