"""What a format of corpora is, and the registry of those that can be read and written.

To add one, write a class like :class:`~ner_window.corpora.formats.jsonl.JsonlFormat` in a module
of its own and enter it with :func:`register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus_builder import CorpusBuilder, Sentence
from ner_window.corpora.files import Lines
from ner_window.corpora.tags import Scheme

FORMATS: dict[str, CorpusFormat] = {}
"""The formats, by name."""
COLUMNS = "conll"
"""The name of the format of files whose name says nothing else."""


class CorpusFormat(ABC):
    """How sentences with tags and documents stand in a file of lines.

    ``title`` is what people call it, ``endings`` are those of the names of its files; ``has_texts``
    tells that what stands in them may be text without tokens.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    endings: ClassVar[Sequence[str]] = ()
    has_texts: ClassVar[bool] = False

    def is_told_by(self, path: Path) -> bool:
        """Tell whether the name of a file says that it is of this format."""
        return path.suffix.lower() in self.endings

    @abstractmethod
    def read(self, path: Path, lines: Lines, layout: Layout, builder: CorpusBuilder) -> None:
        """Add the sentences of a file to a builder.

        A sentence has one token at least; a token is no empty string and holds neither tab nor line
        feed. The last line of a file is an empty one where it ends in a line feed. Raises
        InputError, naming file and line, where the file is not what it should be.
        """

    @abstractmethod
    def written(
        self, sentences: Iterable[Sentence], documents: int, scheme: Scheme
    ) -> Iterator[str]:
        """Yield sentences as the lines of a file, without line feeds, and "" as the last.

        ``documents`` is the number of documents, 0 where nothing marks them; ``scheme`` is for
        formats that write tags.
        """

    def rewritten(
        self, path: Path, lines: Lines, layout: Layout, scheme: Scheme
    ) -> Iterator[str] | None:
        """Yield the lines of a file with its tags in another scheme, all else as it is.

        None where there is no such thing: then it is read and written.
        """
        return None

    def pieces(
        self, lines: Iterable[str], layout: Layout, whole_documents: bool
    ) -> Iterator[int] | None:
        """Yield the number of the piece, in ascending order, that each line of a file is part of.

        Any pieces of a file, in their order, make a file that is read as the same sentences. They
        are as small as can be; where ``whole_documents``, those of a document are only taken
        together. None where a file cannot be taken apart.
        """
        return None


Format = TypeVar("Format", bound=type[CorpusFormat])


def register(corpus_format: Format) -> Format:
    """Enter a class of formats. Raises ValueError where another one has its name."""
    name = corpus_format.name
    if name in FORMATS and type(FORMATS[name]).__qualname__ != corpus_format.__qualname__:
        raise ValueError(f"a format is called {name!r} already: {FORMATS[name]}")
    FORMATS[name] = corpus_format()
    return corpus_format


def format_of(path: Path) -> CorpusFormat:
    """Return the format that the name of a file speaks for, CoNLL columns where it does not."""
    told = (known for known in FORMATS.values() if known.is_told_by(path))
    return next(told, FORMATS[COLUMNS])
