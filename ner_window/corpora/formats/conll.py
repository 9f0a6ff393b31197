"""Corpora in CoNLL columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ner_window.corpora import conll
from ner_window.corpora.conll import DOCUMENT_BORDER, Layout
from ner_window.corpora.corpus_builder import CorpusBuilder, Sentence
from ner_window.corpora.files import Lines
from ner_window.corpora.formats.format import COLUMNS, CorpusFormat, register
from ner_window.corpora.scratch import GrowingArray
from ner_window.corpora.tags import OUTSIDE, Scheme, convert


@register
class ConllFormat(CorpusFormat):
    """One token a line, its tag in a column.

    Documents are told by -DOCSTART- lines or, without any, by runs of blank lines.
    """

    name = COLUMNS
    title = "CoNLL columns"

    def read(self, path: Path, lines: Lines, layout: Layout, builder: CorpusBuilder) -> None:
        borders, gaps = GrowingArray(np.int32), GrowingArray(np.int32)
        wanted = {"token": layout.token, "tag": layout.tag, **layout.columns}
        refuse = builder.refuse
        for rows in conll.sentences(path, lines, layout, wanted, refuse=refuse):
            words = conll.tokens_of(path, rows, layout, refuse)
            tags = conll.tags_of(path, rows, layout, refuse)
            columns = {name: rows.column(number) for name, number in layout.columns.items()}
            builder.add(words, tags, rows.numbers, columns)
            borders.extend((rows.borders,))
            gaps.extend((rows.gaps,))
        by_border, by_gap = borders.finished(), gaps.finished()
        if by_border.any():
            builder.mark_documents(by_border, DOCUMENT_BORDER)
        elif len(by_gap) and by_gap[0] != by_gap[-1]:
            builder.mark_documents(by_gap, "two blank lines")

    def written(
        self, sentences: Iterable[Sentence], documents: int, scheme: Scheme
    ) -> Iterator[str]:
        document: int | None = None
        for sentence in sentences:
            if documents > 1 and sentence.document != document:
                document = sentence.document
                yield f"{DOCUMENT_BORDER}\t{OUTSIDE}"
                yield ""
            tags = convert(sentence.tags, scheme)
            yield from map("\t".join, zip(sentence.tokens, tags, strict=True))
            yield ""

    def rewritten(self, path: Path, lines: Lines, layout: Layout, scheme: Scheme) -> Iterator[str]:
        return conll.converted(path, lines, layout, scheme)

    def pieces(self, lines: Iterable[str], layout: Layout, whole_documents: bool) -> Iterator[int]:
        return conll.pieces(lines, layout, whole_documents)
