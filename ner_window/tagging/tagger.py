"""The Tagger: a model as engineers use it, on raw text or on tokens.

tagger = Tagger.load("runs/mine")
tagger.tag("Angela Merkel visited Oslo.")     # entities with character offsets
for entities in tagger.tag_many(texts): ...   # many texts, a few thousand tokens at a time
tagger.tag_tokens([["Oslo", "is", "cold"]])   # tags, in the scheme of the training file
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ner_window.corpora.categorical import Strings
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.model.model import Model
from ner_window.model.prediction import Prediction
from ner_window.model.scorer import mean_of
from ner_window.model_folder.folder import load_model
from ner_window.tagging.given import (
    MANY_DOCUMENTS,
    MANY_TEXTS,
    ONE_DOCUMENT,
    ONE_TEXT,
    check_documents,
    check_text,
    check_texts,
    checked_document,
)
from ner_window.tagging.offsets import OffsetUnit
from ner_window.tagging.pieces import Piece, joined
from ner_window.tagging.tabulation import scorer_of
from ner_window.tokenization.own_cutter import CheckedCutter, TextCutter

CACHE_MB = 64
TOKENS_AT_ONCE = 1 << 15  # few sentences at a time cost more each


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of a text: ``text[start:end]``, in characters or the unit that was asked for.

    ``confidence`` is the probability that exactly these tokens are an entity of this type, see
    :mod:`ner_window.model.confidence`; None where the head of the model gives none.
    """

    text: str
    label: str
    start: int
    end: int
    confidence: float | None


class Found(NamedTuple):
    """An entity: the first and the last of its tokens, type and confidence."""

    first: int
    last: int
    label: str
    confidence: float | None


def found_in_pieces(prediction: Prediction, sizes: Sequence[int]) -> list[list[Found]]:
    """Return the entities of each of the pieces that the tokens are made of.

    ``sizes`` are the numbers of their tokens.
    """
    ends = np.cumsum(sizes)
    spans = prediction.spans
    numbers = np.searchsorted(ends, spans.starts, side="right")
    before = np.concatenate(([0], ends))[numbers]
    count = len(spans)
    sure = [None] * count if prediction.confidences is None else prediction.confidences.tolist()
    found: list[list[Found]] = [[] for _ in sizes]
    for number, *entity in zip(
        numbers.tolist(),
        (spans.starts - before).tolist(),
        (spans.ends - before - 1).tolist(),
        map(spans.names.__getitem__, spans.types.tolist()),
        sure,
        strict=True,
    ):
        found[number].append(Found(*entity))
    return found


class Tagger:
    """Finds entities. Several threads may use one tagger; they take turns.

    ``cache_mb`` bounds the memory for what is tabulated of the words that were met. Processes, not
    threads, are what uses several cores: ``ner-window tag --jobs``. ``tokenizer`` cuts text, by
    default as the training corpus is cut: any object whose ``cut(text)`` returns, for each
    sentence, the start and the end of its tokens, in characters.
    """

    def __init__(
        self, model: Model, cache_mb: float = CACHE_MB, tokenizer: TextCutter | None = None
    ) -> None:
        self.model = model
        self.tokenizer = model.tokenizer if tokenizer is None else CheckedCutter(tokenizer)
        most_bytes = int(cache_mb * (1 << 20)) // len(model.members)
        self.scorers = [scorer_of(member, most_bytes) for member in model.members]

    @classmethod
    def load(
        cls,
        path: str | Path,
        cache_mb: float = CACHE_MB,
        tokenizer: TextCutter | None = None,
    ) -> Tagger:
        """Read a model folder, or the model of a run folder.

        Raises InputError where the folder is no model, is damaged, or was written by a newer
        version.
        """
        return cls(load_model(Path(path)), cache_mb, tokenizer)

    def tag(self, text: str, offsets: str = OffsetUnit.CHARACTERS) -> list[Entity]:
        """Return the entities of a text, which is one document, from left to right.

        ``offsets`` is what their start and end count: ``characters``, ``utf-16`` units, or
        ``bytes`` of UTF-8. Raises InputError where that is no text, or no unit.
        """
        check_text(text, "the text", ONE_TEXT)
        return next(self.tag_many((text,), offsets=offsets))

    def tag_many(
        self,
        texts: Iterable[str],
        tokens_at_once: int = TOKENS_AT_ONCE,
        offsets: str = OffsetUnit.CHARACTERS,
    ) -> Iterator[list[Entity]]:
        """Yield the entities of each text, in the order of the texts; each is a document.

        The texts are taken some thousands of tokens at a time, as they are needed; ``offsets`` as
        in :meth:`tag`. Raises InputError where one is no text, after the entities of those before
        it.
        """
        check_texts(texts)
        return self._tag_many(texts, tokens_at_once, OffsetUnit.named(offsets))

    def _tag_many(
        self, texts: Iterable[str], tokens_at_once: int, unit: OffsetUnit
    ) -> Iterator[list[Entity]]:
        batch: list[Piece] = []
        size = 0
        for number, text in enumerate(texts):
            try:
                check_text(text, f"text {number + 1}", MANY_TEXTS)
            except InputError:
                yield from self.entities(batch)
                raise
            batch.append(Piece.of(text, self.tokenizer, document=number, unit=unit))
            size += batch[-1].tokens.token_count + 1
            if size >= tokens_at_once:
                yield from self.entities(batch)
                batch, size = [], 0
        yield from self.entities(batch)

    def entities(self, pieces: Sequence[Piece]) -> list[list[Entity]]:
        """Return the entities of each of some pieces of text, together."""
        sizes = [piece.tokens.token_count for piece in pieces]
        found = found_in_pieces(self.predict(joined(pieces)), sizes)
        return list(map(_entities, pieces, found))

    def tag_tokens(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the tags of the sentences of one document, in the scheme of the training file.

        Raises InputError where they are no lists of words, or the model looks at columns beside the
        token.
        """
        document = checked_document(sentences, "the document", ONE_DOCUMENT)
        return next(self._tags([document]))

    def tag_documents(
        self, documents: Iterable[Sequence[Sequence[str]]]
    ) -> Iterator[list[list[str]]]:
        """Yield what :meth:`tag_tokens` returns for each of many documents, in their order.

        The documents are taken some thousands of tokens at a time, as they are needed. Raises
        InputError where :meth:`tag_tokens` does, after the tags of the documents before it.
        """
        check_documents(documents)
        return self._tag_documents(documents)

    def _tag_documents(
        self, documents: Iterable[Sequence[Sequence[str]]]
    ) -> Iterator[list[list[str]]]:
        batch: list[list[list[str]]] = []
        size = 0
        for number, document in enumerate(documents, start=1):
            try:
                batch.append(checked_document(document, f"document {number}", MANY_DOCUMENTS))
            except InputError:
                yield from self._tags(batch)
                raise
            size += sum(map(len, batch[-1])) + 1
            if size >= TOKENS_AT_ONCE:
                yield from self._tags(batch)
                batch, size = [], 0
        yield from self._tags(batch)

    def _tags(self, documents: Sequence[Sequence[Sequence[str]]]) -> Iterator[list[list[str]]]:
        together = Tokens.of_documents(documents)
        prediction = self.predict(together, with_confidences=False)
        tags = together.by_sentence(self.output_tags(prediction))
        return (list(islice(tags, len(document))) for document in documents)

    def output_tags(self, prediction: Prediction) -> Strings:
        """Return the tag of each token, in the scheme of the training file."""
        return prediction.tags_in(self.model.output_scheme)

    def predict(self, sentences: Tokens, with_confidences: bool = True) -> Prediction:
        """Return the entities of sentences.

        Raises InputError where the model looks at a column that they lack.
        """
        first, *others = self.scorers
        scores = first.scores(sentences)
        if others:
            scores = mean_of(chain((scores,), (scorer.scores(sentences) for scorer in others)))
        return self.model.decoder.predict(scores, sentences.lengths, with_confidences)


def _entities(piece: Piece, found: Sequence[Found]) -> list[Entity]:
    extents = [piece.tokens.extent(each.first, each.last) for each in found]
    return [
        Entity(piece.text[slice(*extent)], each.label, *place, each.confidence)
        for each, extent, place in zip(found, extents, piece.in_unit(extents), strict=True)
    ]
