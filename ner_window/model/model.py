"""The model: from the tokens of sentences to their tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ner_window.corpora.conll import Layout
from ner_window.corpora.spans import Mention, Spans
from ner_window.corpora.tags import Scheme, legal_transitions, split_tag
from ner_window.corpora.text import Column, Strings, Text, strings_at
from ner_window.encoding.documents import document_ends, documents_of, mention_groups
from ner_window.encoding.features import FeatureTable
from ner_window.encoding.vocabulary import PADDING, Coverage, Vocabulary
from ner_window.encoding.windows import TokenStream, lay_out
from ner_window.model.confidence import span_confidences
from ner_window.model.decoding import argmax, best_legal, viterbi
from ner_window.model.network import ScoringGraph, WindowNetwork, sees_mentions, sees_sentence
from ner_window.vectors.word_vectors import WordVectors

Array = NDArray[Any]

WINDOWS_PER_RUN = 4096  # bounds the memory of scoring; larger runs gain no speed


@dataclass(frozen=True)
class Documents:
    """The position after the last token of each document, and each token's mention group."""

    ends: Array
    groups: Array


@dataclass(frozen=True)
class Encoded:
    """Sentences as windows of integers, and the pretrained vectors that they need beyond the table.

    ``words`` is the column of their word ids. ``beyond`` (k, d) holds the vectors of words that
    training did not show, scaled; word ids from the size of the trainable table on are rows of it.
    ``documents`` is there for the contexts that look at other mentions only.
    """

    stream: TokenStream
    words: Column[Array]
    beyond: Array
    coverage: Coverage
    documents: Documents | None


@dataclass
class Model:
    """A window network together with what turns text into its inputs and its scores into tags.

    ``tags`` are the tags of ``scheme``, in the order of the scores; ``output_scheme`` is the one
    that the training file was written in, and that predictions are given in. ``factor`` is what
    pretrained vectors are multiplied by when they are read (``embeddings.scale``). ``layout`` is
    that of the training file, the natural guess for others. ``document_block`` is how many
    sentences make a document where a text marks none. ``mentions`` are the distinct ones of the
    training data, None where they are not known.

    An ensemble has ``others`` beside its first network: networks of the same shapes, trained on the
    same data from other seeds. Its scores and transitions are the means of theirs, so that the
    score of a tag sequence, too, is the mean of its scores.
    """

    network: WindowNetwork
    vocabulary: Vocabulary
    features: list[FeatureTable]
    window: int
    tags: list[str]
    scheme: Scheme
    output_scheme: Scheme
    decode: Literal["viterbi", "argmax"]
    factor: float
    layout: Layout
    document_block: int | None
    mentions: list[Mention] | None
    others: list[WindowNetwork] = field(default_factory=list)

    @property
    def target(self) -> str | None:
        """The type of entity that the model finds, None where it finds all types."""
        finds_one = self.network.head in ("binary", "margin")
        return split_tag(self.tags[1])[1] if finds_one else None

    @property
    def vectors(self) -> WordVectors | None:
        return self.vocabulary.vectors

    @property
    def networks(self) -> list[WindowNetwork]:
        """All networks: one, or those of an ensemble."""
        return [self.network, *self.others]

    @cached_property
    def members(self) -> list[Model]:
        """A model for each network."""
        if not self.others:
            return [self]
        return [replace(self, network=network, others=[]) for network in self.networks]

    @cached_property
    def scoring(self) -> ScoringGraph:
        return ScoringGraph(self.network, self.window)

    @property
    def transitions(self) -> Array:
        """What is added to a score for a pair of tags: minus infinity where the pair is illegal.

        The sentence head has learned the others; for the other heads they are 0.
        """
        learned = self._learned_transitions
        return self._legal_transitions if learned is None else learned

    @property
    def _learned_transitions(self) -> Array | None:
        learned = [network.transitions.data for network in self.networks if network.transitions]
        return mean_of(iter(learned)) if learned else None

    @cached_property
    def _legal_transitions(self) -> Array:
        legal = legal_transitions(self.tags, self.scheme)
        return np.where(legal, 0, -np.inf).astype(np.float32)

    def encode(self, text: Text) -> Encoded:
        """Look up the tokens of sentences."""
        words = self.vocabulary.encode(text.tokens)
        columns = [words.ids, *(feature.encode(text) for feature in self.features)]
        return Encoded(
            stream=lay_out(columns, text.lengths, reach=self.window // 2),
            words=words.ids,
            beyond=self._read_vectors(words.beyond),
            coverage=words.coverage,
            documents=self._documents(text) if sees_mentions(self.network.context) else None,
        )

    def _documents(self, text: Text) -> Documents:
        documents = documents_of(text, self.document_block)
        return Documents(document_ends(text, documents), mention_groups(text, documents))

    def _read_vectors(self, rows: Array) -> Array:
        table = self.network.tables[0]
        if self.vectors is None:
            return np.zeros((0, table.shape[1]), table.dtype)
        return (self.vectors.rows(rows) * self.factor).astype(table.dtype)

    def word_vectors(self, words: Sequence[str]) -> Array:
        """Return the vector that the network sees for each word, (n, d)."""
        encoded = self.vocabulary.encode(Text.of([words]).tokens)
        table = self.network.tables[0].data
        ids = encoded.ids.values[encoded.ids.numbers]
        is_beyond = ids >= len(table)
        result = np.empty((len(ids), table.shape[1]), table.dtype)
        result[~is_beyond] = table[ids[~is_beyond]]
        result[is_beyond] = self._read_vectors(encoded.beyond)[ids[is_beyond] - len(table)]
        return result

    def scores(self, encoded: Encoded) -> Array:
        """Return the scores of every token, (tokens, tags)."""
        if self.others:
            return mean_of(member.scores(encoded) for member in self.members)
        words, row_of = self._own_table(encoded)
        scores = np.empty((len(encoded.stream), len(self.tags)), words.dtype)
        for chunk in self._chunks(encoded):
            scores[chunk] = self.of_tags(self._run(encoded, words, row_of, chunk))
        return scores

    def scores_of_windows(self, encoded: Encoded, tokens: Array) -> Array:
        """Return the scores (n, tags) of some tokens (n,), chosen one by one."""
        if self.others:
            return mean_of(member.scores_of_windows(encoded, tokens) for member in self.members)
        return self.of_tags(self._run(encoded, *self._own_table(encoded), tokens))

    def hidden_of_windows(self, encoded: Encoded, tokens: Array) -> list[Array]:
        """Return the hidden layers h (n, units) of some tokens (n,), chosen one by one."""
        self._run(encoded, *self._own_table(encoded), tokens)
        return [h.data.copy() for h in self.scoring.trunk.hidden]

    def _run(self, encoded: Encoded, words: Array, row_of: Array, tokens: Array | slice) -> Array:
        windows = encoded.stream.windows(tokens)
        windows[0] = row_of[windows[0]]
        groups = encoded.documents.groups[tokens] if encoded.documents else None
        needs_sentences = sees_sentence(self.network.context)
        sentences = encoded.stream.sentences(tokens) if needs_sentences else None
        return self.scoring.scores(words, windows, groups, sentences)

    def _chunks(self, encoded: Encoded) -> Iterator[slice]:
        """Yield some thousands of tokens at a time, in whole sentences or documents if need be."""
        ends: Iterable[int] = range(WINDOWS_PER_RUN, len(encoded.stream), WINDOWS_PER_RUN)
        if encoded.documents is not None:
            ends = encoded.documents.ends.tolist()
        elif sees_sentence(self.network.context):
            ends = encoded.stream.ends.tolist()
        start = 0
        for end in ends:
            if end - start >= WINDOWS_PER_RUN:
                yield slice(start, end)
                start = end
        if start < len(encoded.stream):
            yield slice(start, len(encoded.stream))

    def of_tags(self, scores: Array) -> Array:
        """Return a score for each tag. The heads of one type score it alone: O has score 0."""
        if scores.shape[1] == len(self.tags):
            return scores
        return np.concatenate((np.zeros_like(scores), scores), axis=1)

    def _own_table(self, encoded: Encoded) -> tuple[Array, Array]:
        """Return a word table with the words of a text only, and the row in it of each word id.

        So a short text costs no copy of the whole trainable table.
        """
        table = self.network.tables[0].data
        ids = np.unique(np.append(encoded.words.values, PADDING))
        row_of = np.zeros(len(table) + len(encoded.beyond), np.int32)
        row_of[ids] = np.arange(len(ids))
        is_beyond = ids >= len(table)
        beyond = encoded.beyond[ids[is_beyond] - len(table)]
        return np.concatenate((table[ids[~is_beyond]], beyond)), row_of

    def predict(self, encoded: Encoded) -> Strings:
        """Return the tag of each token, in the scheme trained on."""
        return self.decoded(self.scores(encoded), encoded.stream.lengths)

    def decoded(self, scores: Array, lengths: Array) -> Strings:
        """Return the tag of each token for scores (tokens, tags) and lengths (sentences,)."""
        if self.decode == "argmax":
            best = argmax(scores)
        elif self.network.transitions is None:
            best = best_legal(scores, lengths, self.transitions)
        else:
            best = viterbi(scores, lengths, self.transitions)
        return Column(self.tags, best.astype(np.int32))

    def confidences(
        self, scores: Array, predicted: Strings, spans: Spans, lengths: Array
    ) -> Array | None:
        """Return the probability of each predicted span, (spans,).

        It is None for the margin head, whose scores are no log-probabilities.
        """
        if self.network.head == "margin":
            return None
        transitions = self._learned_transitions
        return span_confidences(scores, predicted.numbers, spans, lengths, transitions)

    def tag(self, text: Text, scheme: Scheme | None = None) -> list[list[str]]:
        """Return the tags of each sentence, in ``scheme``, by default the output scheme."""
        predicted = self.predict(self.encode(text))
        tags = Spans.of(predicted, text.ends).tags(len(predicted), scheme or self.output_scheme)
        return [strings_at(tags, text.bounds(sentence)) for sentence in range(len(text))]


def ensemble_of(models: Sequence[Model]) -> Model:
    """Return one model of the networks of several.

    Raises ValueError where they do not see or tell the same things.
    """
    first, *others = models
    for other in others:
        if _interface(other) != _interface(first):
            raise ValueError("models of an ensemble share words, features, window, head and tags")
    return replace(first, others=[*first.others, *(n for other in others for n in other.networks)])


def _interface(model: Model) -> list[object]:
    """Return what the networks of an ensemble have in common."""
    network, features = model.network, [feature.stored() for feature in model.features]
    looks = [model.vocabulary.keys, features, model.window, model.factor]
    return [
        *looks,
        network.context,
        network.context_after,
        network.head,
        model.tags,
        model.scheme,
        model.decode,
    ]


def mean_of(arrays: Iterator[Array]) -> Array:
    """Return the mean of arrays of one shape, of which no two need to be there at a time."""
    total, count = next(arrays), 1
    for array in arrays:
        if count == 1:
            total = total.copy()
        total += array
        count += 1
    total /= count
    return total
