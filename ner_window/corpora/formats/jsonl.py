"""Corpora in JSONL: texts with entities as character spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ner_window.corpora import jsonl
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus_builder import CorpusBuilder, Sentence
from ner_window.corpora.files import Lines
from ner_window.corpora.formats.format import CorpusFormat, register
from ner_window.corpora.tags import Scheme, spans_of
from ner_window.errors import InputError


@register
class JsonlFormat(CorpusFormat):
    """One text or sentence a line, as :mod:`ner_window.corpora.jsonl` says."""

    name = "jsonl"
    title = "JSONL"
    endings = (".jsonl",)
    has_texts = True

    def read(self, path: Path, lines: Lines, layout: Layout, builder: CorpusBuilder) -> None:
        if layout.columns:
            name = next(iter(layout.columns))
            raise InputError(
                f"{path}: JSONL has no columns, so that the feature {name!r} has no values"
            )
        jsonl.read_into(builder, path, lines)

    def written(
        self, sentences: Iterable[Sentence], documents: int, scheme: Scheme
    ) -> Iterator[str]:
        for sentence in sentences:
            document = sentence.document if documents else None
            yield jsonl.to_line(sentence.tokens, spans_of(sentence.tags), document)
        yield ""

    def pieces(self, lines: Iterable[str], layout: Layout, whole_documents: bool) -> Iterator[int]:
        piece = -1
        for line in lines:
            piece += bool(line.strip())
            yield max(piece, 0)
