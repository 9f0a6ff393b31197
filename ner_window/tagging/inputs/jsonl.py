"""Objects with a text, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ner_window.corpora import jsonl
from ner_window.corpora.corpus_builder import check_tokens
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.documents import DocumentNumbers
from ner_window.tagging.inputs.input_format import InputFormat, Source, register
from ner_window.tagging.pieces import Piece, cut, given
from ner_window.tokenization.tokenizer import Tokenizer

LOOKED_AT = 20  # lines, to tell whether they are objects


@register
class JsonlInput(InputFormat):
    """An object a line with its `text`, and perhaps `tokens` and `document`, as in a corpus.

    A piece is an object, and a document, unless objects have the same `document`.
    """

    name = "jsonl"
    help = "objects with a text"
    endings = (".jsonl",)

    def evidence(self, lines: Sequence[str]) -> str | None:
        filled = [line for line in lines if line.strip()][:LOOKED_AT]
        return "objects with a text" if filled and all(map(_has_text, filled)) else None

    def pieces(self, source: Source) -> Iterator[Piece]:
        documents = DocumentNumbers(source.document_block)
        last: tuple[str, int] | None = None
        for number, line in enumerate(source.lines(), start=1):
            if not line.strip():
                continue
            place = f"{source.name}:{number}"
            record, checked = jsonl.read_record(place, line, jsonl.TextRecord)
            key = checked.document_key(number)
            if key != last:
                documents.end()
            last = key
            tokens = _tokens_of(checked, place, source.tokenizer)
            if key is not None and len(tokens):
                documents.block = None  # documents are marked
            document = documents.add(len(tokens), tokens.token_count)
            yield Piece(checked.text, tokens, document=document, place=place, record=record)


def _has_text(line: str) -> bool:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and isinstance(read.get("text"), str)


def _tokens_of(record: jsonl.TextRecord, place: str, tokenizer: Tokenizer) -> Tokens:
    if record.offsets is None:
        return cut(record.text, tokenizer)
    tokens = given(record.text, record.offsets)
    check_tokens(place, tokens.strings)
    return tokens
