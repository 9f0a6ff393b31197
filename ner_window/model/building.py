"""From a config and training data to an untrained model."""

from __future__ import annotations

from typing import Any

import numpy as np

import autodiff as ad
from ner_window.arrays import FloatArray
from ner_window.config import Config, UnseenSettings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import Scheme, legal_transitions, tag_set
from ner_window.encoding.encoded import Encoder
from ner_window.encoding.features import FeatureTable, features_of
from ner_window.encoding.units import Unit
from ner_window.encoding.vocabulary import PADDING, Vocabulary
from ner_window.errors import InputError
from ner_window.model.model import Model
from ner_window.model.network import WindowNetwork, network_of
from ner_window.model.parameters import Drawn
from ner_window.perturbation import in_cases
from ner_window.run_data import layout_of
from ner_window.vectors.word_vectors import WordVectors


def build_model(
    config: Config,
    train: Corpus,
    vectors: WordVectors | None,
    rng: np.random.Generator,
    dtype: type[np.floating[Any]] = np.float32,
) -> Model:
    """Return the untrained model of a config.

    Parameters
    ----------
    config
        Of a run.
    train
        What vocabulary, values of features and tags are taken from, and from nothing else: in the
        cases, too, that it is shown in.
    vectors
        The pretrained ones, None where the table starts at random.
    rng
        Draws the weights.
    dtype
        Of all parameters: float64 for gradient checks.

    Raises
    ------
    InputError
        Where the vectors have another dimension than the config says, or where the training data
        has no entity.
    """
    text = train.tokens
    variants = in_cases(text, config.training.augment.rates)
    words_in_cases = (variant.words for variant in variants)
    vocabulary = Vocabulary.of_training(
        text.words, vectors, *words_in_cases, undoes_misspelling=config.embeddings.misspelled
    )
    factor = _vector_factor(config, vectors)
    table = _word_table(config, vocabulary, factor, rng).astype(dtype)
    is_trained = config.embeddings.trainable is not False
    tables = [ad.Parameter(table, "words") if is_trained else ad.Tensor(table, "words")]
    features = []
    for feature, dimension in features_of(config.features):
        values = FeatureTable.of_training(feature, text, *variants)
        features.append(values)
        initial = rng.normal(0, 0.5, (len(values), dimension)).astype(dtype)
        tables.append(ad.Parameter(initial, feature.name))
    scheme = scheme_of(config)
    tags = _tags(config, train, scheme)
    legal = legal_transitions(tags, scheme)
    source = Drawn(rng, config.model.initializer, dtype)
    network = network_of(config.model, tables, config.model.layers, legal, source)
    return Model(
        network=network,
        encoder=encoder_of(
            network,
            vocabulary,
            features,
            factor,
            config.embeddings.unseen,
            config.data.documents.sentences if config.data.documents else None,
        ),
        tags=tags,
        scheme=scheme,
        output_scheme=train.scheme,
        decode=config.model.decode,
        layout=layout_of(config),
        mentions=sorted(train.mentions()),
        tokenizer=train.tokenizer,
    )


def encoder_of(
    network: WindowNetwork,
    vocabulary: Vocabulary,
    features: list[FeatureTable],
    factor: float,
    unseen: UnseenSettings,
    document_block: int | None,
) -> Encoder:
    """Return what turns text into the inputs of a network.

    Parameters
    ----------
    network
        What it is for.
    vocabulary, features
        The rows of its tables: of words, and of the features.
    factor
        What pretrained vectors are multiplied by when they are read.
    unseen
        What becomes of words that training did not show.
    document_block
        How many sentences make a document where a text marks none.
    """
    words = network.tables[0]
    return Encoder(
        vocabulary=vocabulary,
        features=features,
        window=network.window,
        dimension=words.shape[1],
        dtype=words.dtype,
        factor=factor,
        unseen=unseen,
        sees_documents=network.context.unit == Unit.DOCUMENTS,
        document_block=document_block,
    )


def scheme_of(config: Config) -> Scheme:
    """Return the scheme that is trained on: io for the heads that tell one type from all else."""
    return config.data.scheme if config.model.head.only_type is None else "io"


def _tags(config: Config, train: Corpus, scheme: Scheme) -> list[str]:
    """Return the tags of the types in the training data, or of the one that is to be found."""
    types = train.tagged_counts()
    if not types:
        raise InputError(f"{train.path.absolute()} has no entity: there is nothing to learn")
    target = config.model.head.only_type
    if target is not None and target not in types:
        raise InputError(
            f"model.head.target is {target!r}, but {train.path.absolute()} has no entity of this "
            f"type; it has {', '.join(sorted(types))}"
        )
    return tag_set([target] if target else types, scheme)


def _vector_factor(config: Config, vectors: WordVectors | None) -> float:
    """Return what the pretrained vectors are multiplied by to reach ``embeddings.scale``."""
    if vectors is None or config.embeddings.scale is None:
        return 1.0
    if vectors.deviation == 0:
        raise InputError(f"{config.embeddings.path}: all vectors are equal; they cannot be scaled")
    return config.embeddings.scale / vectors.deviation


def _word_table(
    config: Config, vocabulary: Vocabulary, factor: float, rng: np.random.Generator
) -> FloatArray:
    """Return the initial rows: pretrained where there are vectors, else random; padding is zero.

    Random rows are normal with the standard deviation of the pretrained ones.
    """
    vectors, asked = vocabulary.vectors, config.embeddings.dimension
    if vectors is not None and asked not in (None, vectors.dimension):
        raise InputError(
            f"embeddings.dimension is {asked}, but the vectors of {config.embeddings.path} have "
            f"dimension {vectors.dimension}"
        )
    dimension = vectors.dimension if vectors else asked
    deviation = config.embeddings.scale or (vectors.deviation if vectors else 0.5)
    table = rng.normal(0, deviation, (len(vocabulary), dimension or 0))
    if vectors is not None:
        rows = vocabulary.vector_rows()
        table[rows >= 0] = vectors.rows(rows[rows >= 0]) * factor
    table[PADDING] = 0
    return table
