"""Writing a corpus in another scheme, or in another format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import Corpus, describe_broken, read_corpus
from ner_window.corpora.files import Lines
from ner_window.corpora.formats import FORMATS, CorpusFormat, format_of
from ner_window.corpora.formats.format import COLUMNS
from ner_window.corpora.spans import LETTERS, Spans
from ner_window.corpora.tags import Scheme
from ner_window.corpora.text_cut import AT_ENTITIES
from ner_window.wording import counted

OTHER_SCHEME: Scheme = "iob2"  # of tags in other formats than CoNLL columns


def losses(corpus: Corpus, target: str) -> list[str]:
    """Return, in sentences, what will be otherwise in a corpus when it has been converted."""
    notes = []
    if corpus.broken_lines:
        notes.append(f"{describe_broken(corpus)}: they are written as the scorer reads them")
    if target == "io":
        spans = Spans.of(corpus.tags, corpus.tokens.ends)
        left = len(Spans.of(spans.tags(corpus.token_count, "io"), corpus.tokens.ends))
        if joined := len(spans) - left:
            notes.append(f"{counted(joined, 'time')} two entities of a type touch, and become one")
    if corpus.cuts:
        notes.append(f"tokens cut where an entity starts or ends in them: {corpus.cuts:,}")
    return notes


def targets() -> list[str]:
    """Return what a corpus can be written as: tagging schemes of CoNLL columns, other formats."""
    return [*LETTERS, *(name for name in FORMATS if name != COLUMNS)]


def target_format(target: str) -> CorpusFormat:
    """Return the format of what a corpus is written as."""
    return FORMATS[COLUMNS if target in LETTERS else target]


def converted(path: Path, layout: Layout, target: str) -> Iterator[str]:
    """Yield the lines of a corpus file in another scheme of CoNLL columns, or in another format.

    From scheme to scheme, everything but the tags stays what it is. Raises InputError as
    :func:`read_corpus` does.
    """
    written, read = target_format(target), format_of(path)
    scheme = next((scheme for scheme in LETTERS if scheme == target), OTHER_SCHEME)
    if read is written:
        lines = read.rewritten(path, Lines(path, layout.encoding), layout, scheme)
        if lines is not None:
            yield from lines
            return
    corpus = read_corpus(path, layout, text_cut=AT_ENTITIES)
    documents = 0 if corpus.tokens.documents is None else corpus.document_count
    yield from written.written(corpus, documents, scheme)
