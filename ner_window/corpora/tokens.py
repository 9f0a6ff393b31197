"""The tokens of sentences: what readers give, and what is encoded, tagged and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.scratch import GrowingArray
from ner_window.tokenization.normalization import is_normalized, normalized_word
from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.rebuilding import rebuilt

SENTENCES_AT_ONCE = 10_000  # whose strings are in memory


@dataclass(frozen=True)
class Tokens(Sequence[list[str]]):
    """Sentences of tokens, end to end: ``tokens[i]`` is the list of the words of sentence i.

    ``lengths`` (sentences,) counts the tokens of each; ``columns`` holds what else is known of the
    tokens, such as their part of speech, by name; ``documents`` (sentences,) is the number of each
    sentence's document, in ascending order, None where nothing marks documents; ``texts``
    (sentences,) likewise that of its text, None where each sentence came alone. ``offsets`` are
    those of the tokens in the text that they were cut from, where there is one.

    Of tokens that came with their text, ``has_space`` (tokens,) tells before which of them white
    space stands in it; ``is_given`` (sentences,) which sentences came as tokens, None for all.
    """

    words: Strings
    lengths: IntArray
    columns: Mapping[str, Strings] = field(default_factory=dict)
    documents: IntArray | None = None
    texts: IntArray | None = None
    offsets: Offsets | None = None
    has_space: BoolArray | None = None
    is_given: BoolArray | None = None

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]]) -> Tokens:
        """Return sentences that are lists of words."""
        sentences = list(sentences)
        words = Strings.of(list(chain.from_iterable(sentences)))
        return cls(words, np.fromiter(map(len, sentences), np.int64, len(sentences)))

    @classmethod
    def of_documents(cls, documents: Iterable[Sequence[Sequence[str]]]) -> Tokens:
        """Return the sentences of some documents."""
        documents = list(documents)
        tokens = cls.of(chain.from_iterable(documents))
        numbers = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        return cls(tokens.words, tokens.lengths, documents=numbers)

    @classmethod
    def cut_from(cls, text: str, offsets: Offsets, lengths: Sequence[int]) -> Tokens:
        """Return the tokens of a text, given where they are and how many a sentence has."""
        words = Strings.of([text[start:end] for start, end in offsets])
        return cls(words, np.array(lengths, np.int64), offsets=offsets)

    @classmethod
    def joined(cls, parts: Sequence[Tokens], documents: Sequence[int]) -> Tokens:
        """Return the sentences of some parts, each of which is of one of the ``documents``.

        Their offsets, which are in different texts, are left out.
        """
        lengths = [part.lengths for part in parts]

        def strings(columns: Iterable[Strings]) -> Strings:
            return Strings.of(list(chain.from_iterable(column.strings for column in columns)))

        return cls(
            words=strings(part.words for part in parts),
            lengths=np.concatenate(lengths) if parts else np.zeros(0, np.int64),
            columns={
                name: strings(part.columns[name] for part in parts)
                for name in (parts[0].columns if parts else ())
            },
            documents=np.repeat(np.array(documents, np.int64), list(map(len, lengths))),
        )

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, sentence: Any) -> Any:
        return self.words.part(self.bounds(sentence))

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self.by_sentence(self.words))

    @cached_property
    def normalized(self) -> Tokens:
        """These sentences with each word in its normalized form."""
        if all(map(is_normalized, self.words.categories)):
            return self
        return replace(self, words=self.words.mapped(normalized_word))

    @property
    def token_count(self) -> int:
        """How many tokens there are."""
        return len(self.words)

    @property
    def strings(self) -> list[str]:
        """The words of all sentences."""
        return self.words.strings

    @cached_property
    def ends(self) -> IntArray:
        """The position after the last token of each sentence, (sentences,)."""
        return np.cumsum(self.lengths)

    @cached_property
    def sentence_of(self) -> IntArray:
        """The sentence of each token, (tokens,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @property
    def document_of(self) -> IntArray:
        """The document of each sentence, (sentences,): one for all where nothing marks them."""
        return np.zeros(len(self), np.int64) if self.documents is None else self.documents

    def bounds(self, sentence: int) -> slice:
        """Return which tokens are those of a sentence."""
        end = int(self.ends[sentence])
        return slice(end - int(self.lengths[sentence]), end)

    def by_sentence(self, column: Strings) -> Iterator[list[str]]:
        """Yield the strings of each sentence, of a column that has one for each token."""
        before = 0
        for sentence in range(0, len(self), SENTENCES_AT_ONCE):
            ends = self.ends[sentence : sentence + SENTENCES_AT_ONCE].tolist()
            strings = column.part(slice(before, ends[-1]))
            for start, end in pairwise((before, *ends)):
                yield strings[start - before : end - before]
            before = ends[-1]

    def text_of(self, sentence: int) -> tuple[str, Offsets]:
        """Return a sentence as text, and where its tokens are in it.

        White space is where it was, or, where nobody knows, where it may have been.
        """
        part = self.bounds(sentence)
        return rebuilt(
            self.words.part(part), None if self.has_space is None else self.has_space[part]
        )

    def extent(self, first: int, last: int) -> tuple[int, int]:
        """Return start and end of the tokens ``first`` to ``last``, in characters of their text."""
        assert self.offsets is not None
        return self.offsets[first][0], self.offsets[last][1]


class TokensBuilder:
    """Collects sentences that come in one by one, in scratch memory where they are many."""

    def __init__(self, columns: Iterable[str] = ()) -> None:
        self._words = StringsBuilder()
        self._columns = {name: StringsBuilder() for name in columns}
        self._lengths = GrowingArray(np.int64)
        self._has_space = GrowingArray(np.bool_)
        self._is_given = GrowingArray(np.bool_)

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, words: Sequence[str], columns: Mapping[str, Iterable[str]]) -> None:
        """Add a sentence, and what is known of its tokens, by column."""
        self._words.extend(words)
        self._lengths.extend((len(words),))
        for name, builder in self._columns.items():
            builder.extend(columns[name])

    def tell_text(self, has_space: Sequence[bool], is_given: bool) -> None:
        """Say of the last sentence before which tokens its text has space, and if it was given."""
        self._has_space.extend(has_space)
        self._is_given.extend((is_given,))

    def finished(self, documents: IntArray | None, texts: IntArray | None = None) -> Tokens:
        """Return the sentences, given the numbers of their documents and texts.

        Nothing can be added after that. A text that has space before all of its tokens is none: it
        was made of them.
        """
        words, lengths = self._words.finished(), self._lengths.finished()
        columns = {name: builder.finished() for name, builder in self._columns.items()}
        has_space, is_given = self._has_space.finished(), self._is_given.finished()
        is_text = has_space.sum() < len(words) - len(lengths) and len(has_space) == len(words)
        return Tokens(
            words=words,
            lengths=lengths,
            columns=columns,
            documents=documents,
            texts=texts,
            has_space=has_space if is_text else None,
            is_given=is_given if len(is_given) == len(lengths) else None,
        )
