"""A corpus in the making: what the readers of all formats add their sentences to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.conll import DOCUMENT_BORDER
from ner_window.corpora.misaligned import Misaligned
from ner_window.corpora.problems import Refuse, stop
from ner_window.corpora.scratch import GrowingArray
from ner_window.corpora.tags import Span, tags_of
from ner_window.corpora.text_cut import AS_TAGGED, TextCut, TextEntity, untouched
from ner_window.corpora.tokens import Tokens, TokensBuilder
from ner_window.errors import InputError
from ner_window.tokenization.offsets import Offsets


@dataclass(frozen=True)
class Sentence:
    """The tokens and tags of a sentence, its document's number, and the line of each token."""

    tokens: list[str]
    tags: list[str]
    document: int
    lines: list[int]


class CorpusBuilder:
    """Collects the sentences of a corpus, which come in one by one, or as texts that it cuts.

    ``cuts`` and ``cut_entities`` are counted as :class:`~ner_window.corpora.text_cut.CutText` has
    them; ``raw_texts`` are the texts that came without tokens.

    Parameters
    ----------
    columns
        The names of those beside the token and the tag.
    refuse
        Is to hear of each line that cannot be read, and raises that or returns.
    text_cut
        Cuts the texts.
    """

    def __init__(
        self,
        columns: Iterable[str] = (),
        refuse: Refuse = stop,
        text_cut: TextCut = AS_TAGGED,
    ) -> None:
        self.refuse = refuse
        self.text_cut = text_cut
        self.cuts = self.cut_entities = self.raw_texts = 0
        self.borders = "none"
        self._documents: IntArray | None = None
        self._texts = _TextDocuments()
        self._tokens = TokensBuilder(columns)
        self._tags = StringsBuilder()
        self._lines = GrowingArray(np.int32)
        self._misaligned: list[tuple[int, int, str, str]] = []

    def __len__(self) -> int:
        return len(self._tokens)

    def add(
        self,
        words: Sequence[str],
        tags: Sequence[str],
        lines: Sequence[int],
        columns: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Add a sentence: its words, the tag and the line of each, and its other columns."""
        self._tokens.add(words, columns)
        self._tags.extend(tags)
        self._lines.extend(lines)

    def add_text(
        self,
        place: str,
        text: str,
        entities: Sequence[TextEntity],
        line: int,
        document: Hashable | None,
        tokens: Offsets | None = None,
    ) -> None:
        """Cut a text into sentences of tokens, and add them.

        Parameters
        ----------
        place
            What it is called in messages: file and line.
        text
            The text.
        entities
            Its entities, in characters; no two have one in common.
        line
            The line that it stands in.
        document
            What texts of one document have in common, which follow each other; None where nothing
            marks documents.
        tokens
            Where it is one sentence that was cut into tokens already, these.

        Raises
        ------
        InputError
            Where a token cannot stand in a file of columns, or an entity touches none.
        """
        cut = self.text_cut.of(text, entities, tokens)
        sentences = [[text[start:end] for start, end in each] for each in cut.sentences]
        for words in sentences:
            check_tokens(place, words)
        if len(cut.entities) < len(entities):
            raise InputError(f"{place}: {untouched(entities, cut, tokens)}")
        before, first = len(self._lines), 0
        for words, offsets in zip(sentences, cut.sentences, strict=True):
            after = first + len(words)
            spans = [
                Span(each.first - first, each.after - first, each.entity.label)
                for each in cut.entities
                if each.is_aligned and first <= each.first < after
            ]
            self.add(words, tags_of(spans, len(words), "iob2"), [line] * len(words))
            self._tokens.tell_text(_has_space(offsets), tokens is not None)
            first = after
        self._texts.add(document, len(sentences))
        for entity, start, end, is_aligned in cut.entities:
            if not is_aligned:
                said = text[entity.start : entity.end]
                self._misaligned.append((before + start, before + end, entity.label, said))
        self.raw_texts += tokens is None
        self.cuts += cut.cuts
        self.cut_entities += cut.cut_entities

    def mark_documents(self, documents: IntArray, borders: str) -> None:
        """Say which document each sentence is of, (sentences,), and what that is told by."""
        self._documents, self.borders = documents, borders

    def finished(self) -> tuple[Tokens, Strings, IntArray, Misaligned | None]:
        """Return the tokens, the tag and the line of each, and entities that tags cannot hold.

        Nothing can be added after that.
        """
        if self._texts.are_marked:
            self.mark_documents(self._texts.documents.finished(), "records")
        tokens = self._tokens.finished(self._documents, self._texts.finished())
        misaligned = Misaligned.of(self._misaligned, tokens.ends)
        return tokens, self._tags.finished(), self._lines.finished(), misaligned


class _TextDocuments:
    """Numbers texts and their documents: one starts where what its texts have in common changes."""

    def __init__(self) -> None:
        self.documents, self.texts = GrowingArray(np.int32), GrowingArray(np.int32)
        self.are_marked = False
        self._text = 0
        self._number, self._is_filled = 0, False
        self._last: Hashable | None = None

    def add(self, document: Hashable | None, sentences: int) -> None:
        if document != self._last and self._is_filled:
            self._number, self._is_filled = self._number + 1, False
        self._last = document
        self._is_filled |= sentences > 0
        self.are_marked |= document is not None and sentences > 0
        self.documents.extend([self._number] * sentences)
        self.texts.extend([self._text] * sentences)
        self._text += sentences > 0

    def finished(self) -> IntArray | None:
        """Return the text of each sentence, None where each sentence is a text."""
        is_alone = self._text == len(self.texts)
        return None if is_alone else self.texts.finished()


def _has_space(tokens: Offsets) -> list[bool]:
    """Tell of each token of a sentence whether something stands between it and the last one."""
    ends = [tokens[0][0], *(end for _, end in tokens)]
    return [end < start for (start, _), end in zip(tokens, ends, strict=False)]


def check_tokens(place: str, tokens: Sequence[str]) -> None:
    """Raise InputError where a token cannot stand in a file of columns."""
    for token in tokens:
        if not {"\t", "\n", "\r"}.isdisjoint(token) or token == DOCUMENT_BORDER:
            raise InputError(f"{place}: {token!r} cannot be a token")
