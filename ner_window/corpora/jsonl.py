"""Texts with entities as character spans, one JSON object a line.

    {"text": "Oslo is cold.", "entities": [{"start": 0, "end": 4, "label": "LOC"}]}

``end`` is the position after the last character. Two more keys may be there: ``tokens``, a list of
``{"start": ..., "end": ...}``, where the text is one sentence that was cut into tokens already; and
``document``, the number of the document that a text belongs to. Without ``tokens``, texts are cut
into sentences and tokens; without ``document``, each text is a document. Where it is null, nothing
marks documents, as in a file of CoNLL columns without borders.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from ner_window.corpora.corpus_builder import CorpusBuilder
from ner_window.corpora.tags import Span
from ner_window.corpora.text_cut import TextEntity
from ner_window.errors import InputError
from ner_window.tokenization.offsets import Offsets
from ner_window.wording import counted

EXAMPLE = '{"text": "Oslo is cold.", "entities": [{"start": 0, "end": 4, "label": "LOC"}]}'

Offset = Annotated[int, Field(strict=True, ge=0)]


class Extent(BaseModel):
    """A stretch of a text, in characters."""

    start: Offset
    end: Offset


class LabeledExtent(Extent):
    """A stretch that names an entity."""

    label: str = Field(min_length=1, pattern=r"^\S+$")


class TextRecord(BaseModel):
    """A line of a file of texts that need not have entities."""

    model_config = ConfigDict(strict=True)

    text: str
    tokens: list[Extent] | None = None
    document: int | None = None

    @property
    def offsets(self) -> Offsets | None:
        """Where the tokens are that it gives, in order; None where it gives none."""
        tokens = self.tokens
        return None if tokens is None else sorted((each.start, each.end) for each in tokens)

    def document_key(self, line: int) -> tuple[str, int] | None:
        """Return what lines of one document have in common, None where nothing marks documents."""
        if "document" not in self.model_fields_set:
            return "line", line
        return None if self.document is None else ("document", self.document)


class Record(TextRecord):
    """A line of a corpus."""

    entities: list[LabeledExtent]
    offset_unit: Literal["characters"] = "characters"  # `tag --offsets` writes others


AnyRecord = TypeVar("AnyRecord", bound=TextRecord)


def read_into(builder: CorpusBuilder, path: Path, lines: Iterable[str]) -> None:
    """Add the texts of a file to a builder.

    Refuses, naming file and line, a line that is not such an object, one in which an entity leaves
    its text or overlaps with another, or in which it holds no token.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            _, record = read_record(place, line, Record)
            _check_extents(place, "entity", record.entities, record.text)
            entities = [TextEntity(each.start, each.end, each.label) for each in record.entities]
            document = record.document_key(number)
            builder.add_text(place, record.text, entities, number, document, record.offsets)
        except InputError as problem:
            builder.refuse(problem)


def read_record(place: str, line: str, kind: type[AnyRecord]) -> tuple[dict[str, Any], AnyRecord]:
    """Return the object of a line, as it stands there and as a record.

    Raises InputError, naming ``place``, where it is none, or the tokens are not of the text.
    """
    try:
        read = json.loads(line)
        record = kind.model_validate(read)
    except RecursionError:
        raise InputError(f"{place}: the JSON is nested too deeply") from None
    except ValidationError as error:
        detail = error.errors()[0]
        key = ".".join(map(str, detail["loc"])) or "the line"
        raise InputError(
            f"{place}: {key}: {_complaint(detail)}; a line looks like {EXAMPLE}"
        ) from None
    except ValueError as error:
        raise InputError(f"{place}: not JSON: {error}") from None
    _check_text(place, record.text)
    _check_extents(place, "token", record.tokens or [], record.text)
    return read, record


def _complaint(detail: ErrorDetails) -> str:
    if detail["type"] == "model_type":
        return "this should be an object"
    return detail["msg"].lower()


def _check_text(place: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{place}: character {error.start} of the text is half of a surrogate pair"
        ) from None


def _check_extents(place: str, name: str, extents: Sequence[Extent], text: str) -> None:
    extents = sorted(extents, key=lambda extent: (extent.start, extent.end))
    for extent in extents:
        if not extent.start < extent.end <= len(text):
            raise InputError(
                f"{place}: the {name} from {extent.start} to {extent.end} is no stretch of a text "
                f"of {counted(len(text), 'character')}"
            )
    for left, right in pairwise(extents):
        if right.start < left.end:
            raise InputError(
                f"{place}: the {name} from {right.start} to {right.end} overlaps with the one from "
                f"{left.start} to {left.end}; a character is part of one {name} at most"
            )


def to_line(tokens: Sequence[str], spans: Iterable[Span], document: int | None) -> str:
    """Return a sentence as a line of the file: its tokens joined by spaces."""
    extents = []
    position = 0
    for token in tokens:
        extents.append({"start": position, "end": position + len(token)})
        position += len(token) + 1
    entities = [
        {"start": extents[start]["start"], "end": extents[end - 1]["end"], "label": label}
        for start, end, label in spans
    ]
    record: dict[str, Any] = {
        "text": " ".join(tokens),
        "entities": entities,
        "tokens": extents,
        "document": document,
    }
    return json.dumps(record, ensure_ascii=False)
