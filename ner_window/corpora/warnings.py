"""What is likely to be wrong with a file of sentences, alone and beside what is learned from."""

from __future__ import annotations

from collections.abc import Iterator

from ner_window.corpora.corpus import Corpus, describe_broken
from ner_window.corpora.entity_types import type_warnings
from ner_window.corpora.joined import describe_joined


def warnings_of(place: str, corpus: Corpus, remedy: str) -> Iterator[str]:
    """Yield what is likely to be wrong with a file, which is called ``place``.

    ``remedy`` says what becomes of tags that break their scheme, or where that is said.
    """
    if corpus.broken_lines:
        yield f"{place}: {describe_broken(corpus)}; {remedy}"
    if joined := describe_joined(corpus):
        yield f"{place}: {joined}"


def warnings_beside(place: str, corpus: Corpus, train: Corpus, owner: str) -> Iterator[str]:
    """Yield what makes a file unfit to score what has learned from another one.

    Parameters
    ----------
    place
        What the file is called.
    corpus
        Its sentences.
    train
        Those that are learned from.
    owner
        What their file is called.
    """
    if corpus.sha256 == train.sha256:
        yield f"{place}: this is the file that is learned from: F1 on it tells nothing"
    yield from type_warnings(place, corpus.entity_counts(), train.entity_counts(), owner)
