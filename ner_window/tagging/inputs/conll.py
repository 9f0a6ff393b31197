"""CoNLL columns without tags, or with those of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain, islice

import numpy as np

from ner_window.corpora import conll
from ner_window.corpora.categorical import Strings
from ner_window.corpora.column_evidence import column_evidence
from ner_window.corpora.conll import Layout
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.documents import DocumentNumbers
from ner_window.tagging.inputs.input_format import (
    COLUMNS,
    InputFormat,
    Source,
    register,
)
from ner_window.tagging.pieces import ColumnLines, Piece, given
from ner_window.tokenization.offsets import LONGEST_SENTENCE

LINES_SEEN_AHEAD = 10_000  # in which the first border of a document is looked for


@register
class ConllInput(InputFormat):
    """One token a line, in columns as the training file had them or alone; a piece is a sentence.

    -DOCSTART- lines or two blank lines mark documents.
    """

    name = COLUMNS
    help = "one token a line, in columns or alone"
    output = "conll"
    is_like_training = True

    def evidence(self, lines: Sequence[str]) -> str | None:
        return column_evidence(lines)

    def pieces(self, source: Source) -> Iterator[Piece]:
        """Yield sentences, each with the lines since the last one; lines alone may be the last."""
        lines = iter(source.lines())
        ahead = list(islice(lines, LINES_SEEN_AHEAD))
        layout = source.layout
        if conll.column_count(ahead, layout) == 1:
            layout = replace(layout, token=0)
        wanted = {"token": layout.token, **layout.columns}
        has_borders, is_marked = _borders(list(conll.sentences(source.path, ahead, layout, wanted)))
        documents = DocumentNumbers(None if is_marked else source.document_block)
        read: list[str] = []
        written = 0  # lines of the pieces so far
        last = (0, 0)
        for rows in conll.sentences(
            source.path, _kept(chain(ahead, lines), read), layout, wanted, LONGEST_SENTENCE
        ):
            border = (rows.borders, 0 if has_borders else rows.gaps)
            if border != last:
                documents.end()
            last = border
            own, read[:] = read[: rows.numbers[-1] - written], read[rows.numbers[-1] - written :]
            written += len(own)
            tokens = _tokens_of(source, rows, layout)
            yield Piece(
                text=" ".join(tokens.strings),
                tokens=tokens,
                has_given_tokens=True,
                document=documents.add(len(tokens), tokens.token_count),
                place=source.name,
                start=rows.numbers[0],
                rows=ColumnLines(own, rows.numbers),
            )
        if any(read):
            yield Piece("", given("", []), document=documents.number, rows=ColumnLines(read, []))


def _kept(lines: Iterable[str], read: list[str]) -> Iterator[str]:
    """Yield the lines and append each to ``read``."""
    for line in lines:
        read.append(line)
        yield line


def _borders(sentences: list[conll.Rows]) -> tuple[bool, bool]:
    """Tell whether border lines mark documents, and whether these or blank lines do."""
    if not sentences:
        return False, False
    has_borders = sentences[-1].borders > 0
    return has_borders, has_borders or sentences[0].gaps != sentences[-1].gaps


def _tokens_of(source: Source, rows: conll.Rows, layout: Layout) -> Tokens:
    """Return the tokens of a sentence, with their offsets in its words joined by spaces."""
    words = conll.tokens_of(source.path, rows, layout)
    ends = list(accumulate(len(word) + 1 for word in words))
    return Tokens(
        words=Strings.of(words),
        lengths=np.array([len(words)], np.int64),
        columns={name: Strings.of(rows.column(number)) for name, number in layout.columns.items()},
        offsets=[(end - len(word) - 1, end - 1) for end, word in zip(ends, words, strict=True)],
    )
