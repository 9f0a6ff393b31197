"""Tags beside tokens, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ner_window.corpora.conll import Layout, split_columns
from ner_window.corpora.tags import OUTSIDE
from ner_window.model.prediction import Prediction
from ner_window.tagging.outputs.output_format import OutputFormat, register
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Tagger


@register
class ConllOutput(OutputFormat):
    """The lines of a file in columns with the tag as one column more.

    Other input is written as token, tab, tag, with a blank line after each sentence.
    """

    name = "conll"
    help = "the tag as last column"
    ending = ".conll"
    has_confidences = False

    def rendered(self, tagger: Tagger, pieces: Sequence[Piece], prediction: Prediction) -> str:
        return "".join(_lines(tagger, pieces, prediction))


def _lines(tagger: Tagger, pieces: Sequence[Piece], prediction: Prediction) -> Iterator[str]:
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
