"""Writing a corpus in another scheme, or in another format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ner_window.corpora import conll, jsonl
from ner_window.corpora.conll import DOCUMENT_BORDER, Layout
from ner_window.corpora.corpus import Corpus, describe_broken, is_jsonl, read_corpus
from ner_window.corpora.files import Lines
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import OUTSIDE, Scheme, convert, spans_of
from ner_window.wording import counted

Target = Literal["io", "iob1", "iob2", "iobes", "bilou", "jsonl"]


def losses(corpus: Corpus, target: Target) -> list[str]:
    """Return, in sentences, what will not be in a corpus any more when it has been converted."""
    notes = []
    if corpus.broken_lines:
        notes.append(f"{describe_broken(corpus)}: they are written as the scorer reads them")
    if target == "io":
        spans = Spans.of(corpus.tags, corpus.tokens.ends)
        left = len(Spans.of(spans.tags(corpus.token_count, "io"), corpus.tokens.ends))
        if joined := len(spans) - left:
            notes.append(f"{counted(joined, 'time')} two entities of a type touch, and become one")
    return notes


def converted(path: Path, layout: Layout, target: Target) -> Iterator[str]:
    """Yield the lines of a corpus file in another scheme of CoNLL columns, or in JSONL.

    From scheme to scheme, everything but the tags stays what it is. Raises InputError as
    :func:`read_corpus` does.
    """
    if target == "jsonl":
        yield from _to_jsonl(read_corpus(path, layout))
    elif is_jsonl(path):
        yield from _to_conll(read_corpus(path, layout), target)
    else:
        yield from conll.converted(path, Lines(path, layout.encoding), layout, target)


def _to_jsonl(corpus: Corpus) -> Iterator[str]:
    is_marked = corpus.tokens.documents is not None
    for sentence in corpus:
        document = sentence.document if is_marked else None
        yield jsonl.to_line(sentence.tokens, spans_of(sentence.tags), document)
    yield ""


def _to_conll(corpus: Corpus, scheme: Scheme) -> Iterator[str]:
    has_documents = corpus.document_count > 1
    document: int | None = None
    for sentence in corpus:
        if has_documents and sentence.document != document:
            document = sentence.document
            yield f"{DOCUMENT_BORDER}\t{OUTSIDE}"
            yield ""
        tags = convert(sentence.tags, scheme)
        yield from map("\t".join, zip(sentence.tokens, tags, strict=True))
        yield ""
