"""A corpus: the sentences of one file with their tags and documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus_builder import CorpusBuilder, Sentence
from ner_window.corpora.files import Lines
from ner_window.corpora.formats import COLUMNS, format_of
from ner_window.corpora.misaligned import Misaligned
from ner_window.corpora.problems import Problems
from ner_window.corpora.spans import Mention, Spans, tag_pairs
from ner_window.corpora.tags import (
    OUTSIDE,
    Evidence,
    Scheme,
    broken_at,
    may_follow,
    scheme_evidence,
    split_tag,
    starts_span,
)
from ner_window.corpora.text_cut import AS_TAGGED, TextCut
from ner_window.corpora.tokens import Tokens
from ner_window.corpora.wrong_files import not_as_named, wrong_kind
from ner_window.errors import InputError
from ner_window.tokenization.tokenizer import Tokenizer
from ner_window.wording import counted, named

PLAIN = Layout()
SENTENCES_AT_ONCE = 10_000  # bounds the memory of work on spans


@dataclass(frozen=True)
class Corpus(Sequence[Sentence]):
    """The sentences of one file: ``corpus[i]`` is sentence i.

    ``borders`` is what documents were told by, ``none`` where nothing marks them; ``lines``
    (tokens,) is the line of each token, from 1. ``sha256`` is the hash of the file. ``cuts`` counts
    the tokens that were cut because an entity started or ended within them, ``cut_entities`` the
    entities that no token border would meet otherwise. ``misaligned`` are those that none meets:
    they are gold as others are, but not among the ``tags``. ``text_cut`` is what cut texts that
    came without tokens, ``raw_texts`` counts them. ``part_of`` is the corpus that this one is a
    part of, if it is one.

    Of a corpus whose types were mapped (:mod:`ner_window.corpora.type_mapping`), ``shared_types``
    are those that it can have now, to which a score is held; ``left_out`` counts its entities of
    other types.
    """

    path: Path
    tokens: Tokens
    tags: Strings
    borders: str
    lines: IntArray
    sha256: str
    cuts: int = 0
    cut_entities: int = 0
    misaligned: Misaligned | None = None
    raw_texts: int = 0
    text_cut: TextCut = AS_TAGGED
    part_of: Corpus | None = None
    shared_types: frozenset[str] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, sentence: Any) -> Any:
        part, documents = self.tokens.bounds(sentence), self.tokens.documents
        return Sentence(
            tokens=self.tokens.words.part(part),
            tags=self.tags.part(part),
            document=0 if documents is None else int(documents[sentence]),
            lines=self.lines[part].tolist(),
        )

    def __iter__(self) -> Iterator[Sentence]:
        return (self[sentence] for sentence in range(len(self)))

    @property
    def token_count(self) -> int:
        """How many tokens there are."""
        return len(self.tags)

    @property
    def document_count(self) -> int:
        """How many documents there are, 1 where nothing marks them."""
        documents = self.tokens.documents
        return 1 if documents is None else len(np.unique(documents))

    def tag_sequences(self) -> Iterator[list[str]]:
        """Yield the tags of each sentence."""
        return self.tokens.by_sentence(self.tags)

    @cached_property
    def tag_pairs(self) -> Counter[tuple[str, str]]:
        """How often which tag follows which, sentences starting after and ending before an O."""
        return tag_pairs(self.tags, self.tokens.ends)

    @cached_property
    def evidence(self) -> Evidence:
        """What the tags tell of their scheme."""
        return scheme_evidence(self.tag_pairs)

    @property
    def scheme(self) -> Scheme:
        """The tagging scheme that the file is written in."""
        return self.evidence.scheme

    @property
    def has_given_tokens(self) -> bool:
        """Whether no text came without its tokens."""
        return not self.raw_texts

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """What cuts text as this corpus is cut, or the one that it is a part of."""
        if self.part_of is not None:
            return self.part_of.tokenizer
        is_given = self.tokens.is_given
        given = range(len(self)) if is_given is None else np.flatnonzero(is_given).tolist()
        return self.text_cut.tokenizer.like(map(self.tokens.text_of, given))

    @cached_property
    def spans(self) -> Spans:
        """All entities: those of the tags, and those that are misaligned."""
        spans = Spans.of(self.tags, self.tokens.ends)
        return spans.with_misaligned(self.misaligned.spans) if self.misaligned else spans

    @property
    def is_outside(self) -> BoolArray:
        """Tell which tokens no entity has or, misaligned, touches, (tokens,)."""
        is_outside = np.array([tag == OUTSIDE for tag in self.tags.categories])[self.tags.codes]
        if self.misaligned:
            is_outside &= ~self.misaligned.touched(len(is_outside))
        return is_outside

    def entity_counts(self) -> Counter[str]:
        """Return the number of entities of each type, misaligned ones among them."""
        return self.tagged_counts() + Counter(
            self.misaligned.spans.counts() if self.misaligned else {}
        )

    def tagged_counts(self) -> Counter[str]:
        """Return the number of entities of each type that the tags have."""
        counts: Counter[str] = Counter()
        for (left, right), count in self.tag_pairs.items():
            if starts_span(left, right):
                counts[split_tag(right)[1]] += count
        return counts

    def mentions(self, sentences_at_once: int = SENTENCES_AT_ONCE) -> set[Mention]:
        """Return the distinct entities of the tags, each as its type and its tokens."""
        distinct: set[Mention] = set()
        ends = self.tokens.ends
        for first in range(0, len(self), sentences_at_once):
            part = ends[first : first + sentences_at_once]
            within = slice(int(ends[first - 1]) if first else 0, int(part[-1]))
            tags, words = (
                Strings(column.categories, column.codes[within])
                for column in (self.tags, self.tokens.words)
            )
            distinct.update(Spans.of(tags, part - within.start).mentions(words))
        return distinct

    def only(self, entity_type: str) -> Corpus:
        """Return the corpus with the entities of one type; all other tags are O."""
        tags = self.tags
        kept = [tag if split_tag(tag)[1] == entity_type else OUTSIDE for tag in tags.categories]
        misaligned = self.misaligned and self.misaligned.of_types((entity_type,))
        return replace(self, tags=Strings(kept, tags.codes), misaligned=misaligned)

    def subset(self, is_member: BoolArray) -> Corpus:
        """Return the corpus of the sentences for which ``is_member`` (sentences,) is true.

        It knows no word and no tag that only the other sentences have.
        """
        tokens, keep = self.tokens, np.repeat(is_member, self.tokens.lengths)

        def kept(column: Strings) -> Strings:
            part = Strings(column.categories, column.codes[keep])
            is_present = part.counts() > 0
            number_of = (np.cumsum(is_present) - 1).astype(np.int32)
            return Strings(list(compress(column.categories, is_present)), number_of[part.codes])

        documents = tokens.documents
        part = Tokens(
            words=kept(tokens.words),
            lengths=tokens.lengths[is_member],
            columns={name: kept(column) for name, column in tokens.columns.items()},
            documents=None if documents is None else documents[is_member],
            texts=None if tokens.texts is None else tokens.texts[is_member],
        )
        return replace(
            self,
            tokens=part,
            tags=kept(self.tags),
            lines=self.lines[keep],
            misaligned=self.misaligned and self.misaligned.in_sentences(is_member, tokens.lengths),
            part_of=self.part_of or self,
        )

    @cached_property
    def broken_lines(self) -> list[int]:
        """The lines whose tag breaks the scheme of the file."""
        if all(may_follow(*pair, self.scheme) for pair in self.tag_pairs):
            return []
        return [
            sentence.lines[position]
            for sentence in self
            for position in broken_at(sentence.tags, self.scheme)
        ]


def read_corpus(
    path: Path, layout: Layout = PLAIN, strict: bool = False, text_cut: TextCut = AS_TAGGED
) -> Corpus:
    """Read a file in the format that its name speaks for: CoNLL columns, JSONL, or another one.

    Parameters
    ----------
    path
        The file.
    layout
        How it is read.
    strict
        Whether tags that break the scheme of the file are refused.
    text_cut
        What cuts texts that come without tokens. What is to be scored is never cut at its entities.

    Raises
    ------
    InputError
        Naming file and line, where the file is missing, empty, in another encoding, ragged, has
        something else than tags in its tag column, or is something else than a corpus; and, where
        ``strict``, for tags that break the scheme of the file.
    """
    lines, builder = _lines(path, layout), CorpusBuilder(layout.columns, text_cut=text_cut)
    try:
        format_of(path).read(path, lines, layout, builder)
        corpus = _finished(path, lines, builder)
    except InputError as problem:
        raise layout.with_key(_wrong_kind(path, lines) or problem) from None
    if strict and corpus.broken_lines:
        raise InputError(
            f"{path}:{corpus.broken_lines[0]}: {describe_broken(corpus)}; mend them, or take them "
            "as the shared task's scorer reads them with data.strict: false"
        )
    return corpus


def problems_or_corpus(
    path: Path, layout: Layout = PLAIN, text_cut: TextCut = AS_TAGGED
) -> Corpus | Problems:
    """Read a file as :func:`read_corpus` does or, where that fails, return all that is wrong.

    That a file is something else than a corpus is one problem.
    """
    problems = Problems()
    lines, builder = _lines(path, layout), CorpusBuilder(layout.columns, problems, text_cut)
    try:
        format_of(path).read(path, lines, layout, builder)
        if not problems.count:
            return _finished(path, lines, builder)
    except InputError as last:
        problems(layout.with_key(last))
    kind = _wrong_kind(path, lines)
    return problems if kind is None else Problems([layout.with_key(kind)])


def _lines(path: Path, layout: Layout) -> Lines:
    return Lines(path, layout.encoding, encoding_keys=layout.encoding_keys)


def _finished(path: Path, lines: Lines, builder: CorpusBuilder) -> Corpus:
    if not len(builder):
        raise InputError(f"{path.absolute()} holds no tokens: nothing to learn from or score")
    tokens, tags, numbers, misaligned = builder.finished()
    return Corpus(
        path=path,
        tokens=tokens,
        tags=tags,
        borders=builder.borders,
        lines=numbers,
        sha256=lines.sha256,
        cuts=builder.cuts,
        cut_entities=builder.cut_entities,
        misaligned=misaligned,
        raw_texts=builder.raw_texts,
        text_cut=builder.text_cut,
    )


def _wrong_kind(path: Path, lines: Lines) -> InputError | None:
    """Return what a file is that could not be read, where it is no corpus, or not of its name."""
    if format_of(path).name == COLUMNS:
        kind = wrong_kind(lines.start, lines.encoding, lines.encoding_keys)
    else:
        kind = not_as_named(lines.start)
    return InputError(f"{path} {kind}") if kind else None


def describe_broken(corpus: Corpus) -> str:
    """Return how many tags break the scheme of a corpus, and where."""
    broken = corpus.broken_lines
    breaks = "breaks" if len(broken) == 1 else "break"
    return f"{counted(len(broken), 'tag')} {breaks} the scheme {corpus.scheme}, {named(broken)}"
