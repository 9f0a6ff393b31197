"""What a format to write is, and the registry of those that what was found is written in.

To add one, write a class like :class:`~ner_window.tagging.outputs.spans.SpanLineOutput` in a module
of its own and enter it with :func:`register`.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, TypeVar

from ner_window.model.prediction import Prediction
from ner_window.tagging.assignment import Assignment
from ner_window.tagging.pieces import Piece
from ner_window.tagging.tagger import Found, Tagger, found_in_pieces

DIGITS = 4  # of a confidence

OUTPUTS: dict[str, OutputFormat] = {}
"""The formats, by name."""

Sink = Callable[[str], object]


class OutputFormat(ABC):
    """Turns pieces and what was found in them into text, in whole lines.

    ``help`` is what the command line says of it, ``ending`` that of the names of its files.
    ``has_offsets`` tells that it writes places in the unit of the pieces.
    """

    name: ClassVar[str]
    help: ClassVar[str]
    ending: ClassVar[str]
    has_confidences: ClassVar[bool] = True
    has_offsets: ClassVar[bool] = False

    def rendered(self, tagger: Tagger, pieces: Sequence[Piece], prediction: Prediction) -> str:
        """Return what is written of some pieces: by default, of one after the other."""
        found = found_in_pieces(prediction, [piece.tokens.token_count for piece in pieces])
        return "".join(map(self.of_piece, pieces, found))

    def of_piece(self, piece: Piece, found: Sequence[Found]) -> str:
        """Return what is written of a piece."""
        raise NotImplementedError

    def heading(self, name: str) -> str:
        """Return what comes before the pieces of a file."""
        return ""

    @contextmanager
    def writing(self, sink: Sink, assignment: Assignment) -> Iterator[Sink]:
        """Give what takes the texts of all batches, in their order: by default, the sink itself.

        A format that has something to say before or after them says it to the sink.
        """
        yield sink


Format = TypeVar("Format", bound=type[OutputFormat])


def register(output_format: Format) -> Format:
    """Enter a class of formats. Raises ValueError where another one has its name."""
    name = output_format.name
    if name in OUTPUTS and type(OUTPUTS[name]).__qualname__ != output_format.__qualname__:
        raise ValueError(f"a format to write is called {name!r} already: {OUTPUTS[name]}")
    OUTPUTS[name] = output_format()
    return output_format
