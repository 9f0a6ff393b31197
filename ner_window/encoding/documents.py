"""Documents, and the mentions of one name in them.

A network with document context sees, beside its window, the other tokens of the document that
write the same word with a capital. A *mention group* is the set of these tokens.
"""

from __future__ import annotations

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora import scratch
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.tokenization.normalization import normalized_word

NO_GROUP = -1
LONGEST_DOCUMENT = 50_000  # tokens


def documents_of(text: Tokens, block: int | None) -> IntArray:
    """Return the document of each sentence, in ascending order, (sentences,).

    A text that marks no documents is cut into blocks of ``block`` sentences; where it is made of
    several texts, none of these is cut. Raises InputError where ``block`` is None.
    """
    if text.documents is not None:
        return text.documents
    if block is None:
        raise InputError(
            "the network looks at whole documents, and the text marks none: mark them by "
            "-DOCSTART- lines or two blank lines, or set data.documents: {sentences: 20}"
        )
    if text.texts is None:
        return np.arange(len(text)) // block
    starts = np.flatnonzero(np.diff(text.texts, prepend=-1))
    sentences = np.diff(starts, append=len(text))
    tokens = np.add.reduceat(text.lengths, starts)
    numbers = DocumentNumbers(block)
    of_text = list(map(numbers.add, sentences.tolist(), tokens.tolist()))
    return np.repeat(of_text, sentences)


class DocumentNumbers:
    """Numbers documents of which text comes in one by one, and cuts those that are too long.

    Where nothing marks them, ``block`` is how many sentences make one; no text is cut.
    """

    def __init__(self, block: int | None = None) -> None:
        self.number = 0
        self.block = block
        self._sentences = self._tokens = 0

    def end(self) -> None:
        """Begin another document, if the last one has any sentence."""
        if self._sentences:
            self.number += 1
            self._sentences = self._tokens = 0

    def add(self, sentences: int, tokens: int) -> int:
        """Return the number of the document that a text of so many sentences belongs to."""
        is_full = self.block is not None and self._sentences >= self.block
        if is_full or self._tokens + tokens > LONGEST_DOCUMENT:
            self.end()
        self._sentences += sentences
        self._tokens += tokens
        return self.number


def document_ends(text: Tokens, documents: IntArray) -> IntArray:
    """Return the position after the last token of each document, (documents,)."""
    is_last = np.append(documents[1:] != documents[:-1], True)
    ends: IntArray = text.ends[is_last[: len(text)]]
    return ends


def is_mention(word: str) -> bool:
    """Tell whether a word can be in a mention group: it starts with a capital letter."""
    return normalized_word(word)[:1].isupper()


def spelled_alike(word: str) -> str:
    """Return what the words of a mention group have in common: they differ in case only.

    Words that read the same are spelled alike, see :mod:`ner_window.tokenization.normalization`.
    """
    return normalized_word(word).lower()


def mention_groups(text: Tokens, documents: IntArray) -> IntArray:
    """Return for each token the number of its mention group, (tokens,).

    Tokens belong together if they stand in one document, are mentions and are spelled alike; all
    others have NO_GROUP.
    """
    number_of: dict[str, int] = {}
    group_of_word = np.array(
        [
            number_of.setdefault(spelled_alike(word), len(number_of))
            if is_mention(word)
            else NO_GROUP
            for word in text.words.categories
        ],
        np.int64,
    )
    groups = scratch.empty((len(text.words),), np.int64)
    for chunk in scratch.chunks(len(groups)):
        words = group_of_word[text.words.codes[chunk]]
        sentences = np.searchsorted(text.ends, np.arange(chunk.start, chunk.stop), side="right")
        in_document = documents[sentences].astype(np.int64) * max(len(number_of), 1) + words
        groups[chunk] = np.where(words == NO_GROUP, NO_GROUP, in_document)
    return groups
