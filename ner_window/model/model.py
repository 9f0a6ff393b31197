"""The model: from the tokens of sentences to their tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ner_window.arrays import FloatArray
from ner_window.corpora.conll import Layout
from ner_window.corpora.spans import Mention
from ner_window.corpora.tags import Scheme
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.encoded import Encoded, Encoder
from ner_window.encoding.features import FeatureTable
from ner_window.encoding.vocabulary import Vocabulary
from ner_window.model.decoder import Decoder, Search
from ner_window.model.network import WindowNetwork
from ner_window.model.prediction import Prediction
from ner_window.model.scorer import MeanScorer, NetworkScorer, Scorer
from ner_window.tokenization.tokenizer import BY_RULES, Tokenizer
from ner_window.vectors.word_vectors import WordVectors


@dataclass
class Model:
    """A window network together with what turns text into its inputs and its scores into tags.

    Three objects do the work: the ``encoder`` looks tokens up, the ``scorer`` gives each tag a
    score, the ``decoder`` finds the tags.

    ``tags`` are the tags of ``scheme``, in the order of the scores; ``output_scheme`` is the one
    that the training file was written in, and that predictions are given in. ``layout`` is that of
    the training file, the natural guess for others; ``tokenizer`` cuts text as that file has it.
    ``mentions`` are the distinct ones of the
    training data, None where they are not known.

    ``temperature`` is what its scores are divided by where they are taken for logarithms of
    probabilities, None where it was never fitted and is 1: see :mod:`ner_window.model.confidence`.

    An ensemble has ``others`` beside its first network: networks of the same shapes, trained on the
    same data from other seeds. Its scores are the means of theirs.
    """

    network: WindowNetwork
    encoder: Encoder
    tags: list[str]
    scheme: Scheme
    output_scheme: Scheme
    decode: Search
    layout: Layout
    mentions: list[Mention] | None
    others: list[WindowNetwork] = field(default_factory=list)
    temperature: float | None = None
    tokenizer: Tokenizer = BY_RULES

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the trainable table."""
        return self.encoder.vocabulary

    @property
    def features(self) -> list[FeatureTable]:
        """The tables of the features, in the order of the network's."""
        return self.encoder.features

    @property
    def vectors(self) -> WordVectors | None:
        """The pretrained vectors, None where there are none."""
        return self.vocabulary.vectors

    @property
    def target(self) -> str | None:
        """The type of entity that the model finds, None where it finds all types."""
        return self.network.head.target

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
    def scorer(self) -> Scorer:
        """What gives the scores of encoded sentences."""
        if self.others:
            return MeanScorer([NetworkScorer(network) for network in self.networks])
        return NetworkScorer(self.network)

    @cached_property
    def decoder(self) -> Decoder:
        """What makes tags of scores."""
        heads = [network.head for network in self.networks]
        return Decoder(heads, self.tags, self.scheme, self.decode, self.temperature or 1.0)

    def encode(self, text: Tokens) -> Encoded:
        """Look up the tokens of sentences."""
        return self.encoder.encode(text)

    def word_vectors(self, words: Sequence[str]) -> FloatArray:
        """Return the vector that the network sees for each word, (n, d)."""
        return self.encoder.word_vectors(words, self.network.tables[0].data)

    def predict(self, encoded: Encoded, with_confidences: bool = True) -> Prediction:
        """Return what is found in sentences."""
        scores = self.scorer.scores(encoded)
        return self.decoder.predict(scores, encoded.stream.lengths, with_confidences)

    def tag(self, text: Tokens, scheme: Scheme | None = None) -> list[list[str]]:
        """Return the tags of each sentence, in ``scheme``, by default the output scheme."""
        prediction = self.predict(self.encode(text), with_confidences=False)
        return list(text.by_sentence(prediction.tags_in(scheme or self.output_scheme)))


def ensemble_of(models: Sequence[Model]) -> Model:
    """Return one model of the networks of several, whose temperature is not fitted as yet.

    Raises ValueError where they do not see or tell the same things.
    """
    first, *others = models
    for other in others:
        if _interface(other) != _interface(first):
            raise ValueError("models of an ensemble share words, features, window, head and tags")
    networks = [*first.others, *(network for other in others for network in other.networks)]
    return replace(first, others=networks, temperature=None)


def _interface(model: Model) -> list[object]:
    """Return what the networks of an ensemble have in common."""
    network, features = model.network, [feature.stored() for feature in model.features]
    looks = [model.vocabulary.keys, features, network.window, model.encoder.factor]
    looks.append(model.encoder.unseen)
    parts = [network.context.section, network.joined_layer, network.head.section]
    tokenizer = model.tokenizer.stored()
    return [*looks, *parts, model.tags, model.scheme, model.decode, tokenizer]
