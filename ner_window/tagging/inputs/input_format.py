"""What a format to tag is, and the registry of those that can be read.

To add one, write a class like :class:`~ner_window.tagging.inputs.raw.RawInput` in a module of its
own and enter it with :func:`register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from ner_window.corpora.conll import Layout
from ner_window.corpora.files import Lines
from ner_window.tagging.offsets import OffsetUnit
from ner_window.tagging.pieces import Piece
from ner_window.tokenization.tokenizer import BY_RULES, Tokenizer

LONGEST_LINE = 1 << 26  # characters of a line of JSON or columns
STDIN = "-"
COLUMNS = "conll"
"""The name of the format of files whose name says nothing else."""

INPUTS: dict[str, InputFormat] = {}
"""The formats, by name."""


class InputFormat(ABC):
    """How what is to be tagged stands in a file.

    ``help`` is what the command line says of it, ``endings`` are those of the names of its files;
    ``output`` is the format that is written where nobody asks for one. A file in
    ``is_like_training`` is in the encoding of the training file, others are in UTF-8.
    ``is_any_text`` says that any text is of the format, so that the name of a file proves little.
    """

    name: ClassVar[str]
    help: ClassVar[str]
    endings: ClassVar[Sequence[str]] = ()
    output: ClassVar[str] = "jsonl"
    is_like_training: ClassVar[bool] = False
    is_any_text: ClassVar[bool] = False

    def is_told_by(self, path: Path) -> bool:
        """Tell whether the name of a file says that it is of this format."""
        return path.suffix.lower() in self.endings

    def evidence(self, lines: Sequence[str]) -> str | None:
        """Return what in the first lines of a file says that it is of this format, if they do.

        Blank lines are among them. It goes into a sentence: ``2 columns, tags in the last``.
        """
        return None

    @abstractmethod
    def pieces(self, source: Source) -> Iterator[Piece]:
        """Yield the pieces of a file, in bounded memory.

        Raises InputError, naming file and line, where it cannot be read or is not what it should
        be.
        """


@dataclass(frozen=True)
class Source:
    """A file, how it is read, and how many sentences make a document where nothing marks them.

    ``tokenizer`` cuts text that comes without tokens; ``head`` is what has been read already of
    standard input. ``unit`` is what places in the file and its texts are to be counted in.
    """

    path: Path
    format: InputFormat
    layout: Layout
    document_block: int | None
    tokenizer: Tokenizer = BY_RULES
    head: bytes = b""
    unit: OffsetUnit = OffsetUnit.CHARACTERS

    @property
    def name(self) -> str:
        """What the file is called in results."""
        return "<stdin>" if str(self.path) == STDIN else str(self.path)

    def lines(self) -> Lines:
        """Return the lines of the file. InputError where one is endless."""
        return Lines(self.path, self.layout.encoding, LONGEST_LINE, head=self.head)

    def blocks(self) -> Iterator[str]:
        """Yield the text of the file as it is read."""
        return Lines(self.path, self.layout.encoding, head=self.head).blocks()

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of the file, see :meth:`InputFormat.pieces`."""
        for piece in self.format.pieces(self):
            piece.unit = self.unit
            yield piece


Format = TypeVar("Format", bound=type[InputFormat])


def register(input_format: Format) -> Format:
    """Enter a class of formats. Raises ValueError where another one has its name."""
    name = input_format.name
    if name in INPUTS and type(INPUTS[name]).__qualname__ != input_format.__qualname__:
        raise ValueError(f"a format to tag is called {name!r} already: {INPUTS[name]}")
    INPUTS[name] = input_format()
    return input_format


def input_format_of(path: Path) -> InputFormat:
    """Return the format that the name of a file speaks for, CoNLL columns where it does not."""
    told = (known for known in INPUTS.values() if known.is_told_by(path))
    return next(told, INPUTS[COLUMNS])
