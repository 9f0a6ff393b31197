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
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from ner_window.corpora.conll import DOCUMENT_BORDER
from ner_window.corpora.problems import Refuse, stop
from ner_window.corpora.tags import Span
from ner_window.errors import InputError
from ner_window.tokenization.offsets import Offsets, split_at
from ner_window.tokenization.tokenizer import BY_RULES
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

    def document_key(self, line: int) -> tuple[str, int] | None:
        """Return what lines of one document have in common, None where nothing marks documents."""
        if "document" not in self.model_fields_set:
            return "line", line
        return None if self.document is None else ("document", self.document)


class Record(TextRecord):
    """A line of a corpus."""

    entities: list[LabeledExtent]


AnyRecord = TypeVar("AnyRecord", bound=TextRecord)


@dataclass(frozen=True)
class SpannedSentence:
    """The tokens of a sentence, its entities as spans of tokens, its document and its line.

    ``document`` is what sentences of one document have in common, None where nothing marks it.
    ``cuts`` counts the tokens that were cut because an entity started or ended within them.
    """

    tokens: list[str]
    spans: list[Span]
    document: tuple[str, int] | None
    line: int
    cuts: int


def sentences(path: Path, lines: Iterable[str], refuse: Refuse = stop) -> Iterator[SpannedSentence]:
    """Yield the sentences of a file.

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
            of_line = list(_sentences_of(record, place, number))
        except InputError as problem:
            refuse(problem)
        else:
            yield from of_line


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


def _sentences_of(record: Record, place: str, line: int) -> Iterator[SpannedSentence]:
    entities = sorted(record.entities, key=lambda entity: entity.start)
    borders = sorted({border for entity in entities for border in (entity.start, entity.end)})
    placed = 0
    for offsets in _token_offsets(record, entities):
        pieces = split_at(offsets, borders)
        if not pieces:
            continue
        tokens = [record.text[start:end] for start, end in pieces]
        check_tokens(place, tokens)
        spans = list(_spans(entities, pieces))
        placed += len(spans)
        cuts = len(pieces) - len(offsets)
        yield SpannedSentence(tokens, spans, record.document_key(line), line, cuts)
    if placed < len(entities):
        raise InputError(f"{place}: entities without a token: {len(entities) - placed}")


def _token_offsets(record: Record, entities: Sequence[LabeledExtent]) -> list[Offsets]:
    """Return the tokens of each sentence; no sentence ends within an entity."""
    if record.tokens is not None:
        return [sorted((token.start, token.end) for token in record.tokens)]
    sentences: list[Offsets] = []
    for tokens in BY_RULES.cut(record.text):
        if sentences and _is_within(entities, sentences[-1][-1][1], tokens[0][0]):
            sentences[-1] += tokens
        else:
            sentences.append(tokens)
    return sentences


def _is_within(entities: Sequence[LabeledExtent], end: int, start: int) -> bool:
    """Tell whether an entity has what ends a sentence and what starts the next."""
    return any(entity.start < end and start < entity.end for entity in entities)


def check_tokens(place: str, tokens: Sequence[str]) -> None:
    """Raise InputError where a token cannot stand in a file of columns."""
    for token in tokens:
        if not {"\t", "\n", "\r"}.isdisjoint(token) or token == DOCUMENT_BORDER:
            raise InputError(f"{place}: {token!r} cannot be a token")


def _spans(entities: Sequence[LabeledExtent], tokens: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Yield the entities that hold some of these tokens."""
    starts, ends = zip(*tokens, strict=True)
    for entity in entities:
        first, last = bisect_right(ends, entity.start), bisect_left(starts, entity.end)
        if first < last:
            yield Span(first, last, entity.label)


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
