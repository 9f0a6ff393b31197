"""What is likely to be wrong with a file of sentences, alone and beside what is learned from."""

from __future__ import annotations

from collections.abc import Iterator

from ner_window.corpora.corpus import Corpus, describe_broken
from ner_window.corpora.entity_types import type_warnings
from ner_window.corpora.joined import describe_joined
from ner_window.wording import agreeing, counted

NO_CUT = "text.cut_at_entities: false cuts as text is cut that is tagged"


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


def cut_note(corpus: Corpus, is_learned_from: bool) -> str | None:
    """Return how many entities no token border of the text alone meets, and what becomes of them.

    None where each of them meets two.
    """
    missed = len(corpus.misaligned or ())
    if not (count := missed + corpus.cut_entities):
        return None
    entities = corpus.entity_counts().total()
    told = f"{misaligned_phrase(count, entities)} ({count / entities:.1%})"
    if corpus.cut_entities:
        cuts = counted(corpus.cuts, "token")
        return f"{told}: the text is made to fit them ({cuts} cut); {NO_CUT}"
    if is_learned_from:
        return f"{told}: nothing is learned from {agreeing(missed, 'it', 'them')}"
    return f"{told}: {agreeing(missed, 'it', 'they')} can only be missed"


def misaligned_phrase(count: int, entities: int) -> str:
    """Return, in words, how many of the entities of a text no token border meets."""
    return (
        f"{count:,} of {counted(entities, 'entity')} {agreeing(count, 'starts', 'start')} or "
        f"{agreeing(count, 'ends', 'end')} where no token does, or {agreeing(count, 'goes', 'go')} "
        "over a sentence's end"
    )
