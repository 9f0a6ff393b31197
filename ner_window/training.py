"""Training: from a config to a model with the best weights on dev."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import autodiff as ad
from autodiff import schedules
from ner_window.config import Config
from ner_window.corpus import Corpus
from ner_window.errors import InputError
from ner_window.evaluation import score_encoded
from ner_window.features import FeatureTable
from ner_window.model import Encoded, Model
from ner_window.network import TrainingGraph, WindowNetwork
from ner_window.scoring import Score
from ner_window.tags import convert, tag_set
from ner_window.vectors import WordVectors
from ner_window.vocabulary import PADDING, UNKNOWN, Vocabulary
from ner_window.windows import TokenStream

Array = NDArray[Any]

RARE_WORD_DROPOUT = 0.5


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch did: an object of ``metrics.jsonl``.

    ``loss`` is the mean over the batches, the penalty included; precision, recall and F1 are in
    percent on dev; ``learning_rate`` is that of the last step.
    """

    epoch: int
    loss: float
    dev_precision: float
    dev_recall: float
    dev_f1: float
    seconds: float
    learning_rate: float
    tokens_per_second: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def build_model(
    config: Config,
    train: Corpus,
    vectors: WordVectors | None,
    rng: np.random.Generator,
    dtype: type[np.floating[Any]] = np.float32,
) -> Model:
    """Return the untrained model of a config, its vocabulary and tags taken from ``train`` alone.

    Raises InputError where the vectors have another dimension than the config says, or where the
    training data has no entity.
    """
    if not (types := train.entity_counts()):
        raise InputError(f"{train.path.absolute()} has no entity: there is nothing to learn")
    words = list(chain.from_iterable(sentence.tokens for sentence in train.sentences))
    vocabulary = Vocabulary.of_training(words, vectors)
    factor = _vector_factor(config, vectors)
    dimensions = config.features.dimensions()
    table = _word_table(config, vocabulary, factor, rng).astype(dtype)
    tables = [
        ad.Parameter(table, "words") if config.embeddings.trainable else ad.Tensor(table, "words")
    ]
    features = [FeatureTable.of_training(name, words) for name in dimensions]
    for feature, dimension in zip(features, dimensions.values(), strict=True):
        initial = rng.normal(0, 0.5, (len(feature), dimension)).astype(dtype)
        tables.append(ad.Parameter(initial, feature.name))
    tags = tag_set(types, config.data.scheme)
    network = WindowNetwork.initialized(
        tables,
        config.model.window,
        config.model.hidden,
        len(tags),
        config.model.nonlinearity,
        rng,
        dtype,
    )
    return Model(
        network=network,
        vocabulary=vocabulary,
        features=features,
        window=config.model.window,
        tags=tags,
        scheme=config.data.scheme,
        output_scheme=train.scheme,
        decode=config.model.decode,
        factor=factor,
        columns=(config.data.columns.token, config.data.columns.tag),
    )


def _vector_factor(config: Config, vectors: WordVectors | None) -> float:
    """Return what the pretrained vectors are multiplied by to reach ``embeddings.scale``."""
    if vectors is None or config.embeddings.scale is None:
        return 1.0
    if vectors.deviation == 0:
        raise InputError(f"{config.embeddings.path}: all vectors are equal; they cannot be scaled")
    return config.embeddings.scale / vectors.deviation


def _word_table(
    config: Config, vocabulary: Vocabulary, factor: float, rng: np.random.Generator
) -> Array:
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


class Trainer:
    """Trains a model on one corpus and watches its F1 on another.

    ``run`` yields a record after each epoch. The weights of the epoch with the best dev F1 are
    kept and put back by ``restore_best``.
    """

    def __init__(
        self, config: Config, model: Model, train: Corpus, dev: Corpus, rng: np.random.Generator
    ):
        self.config = config
        self.model = model
        self.rng = rng
        self.dev = dev
        self.encoded_train = model.encode([sentence.tokens for sentence in train.sentences])
        self.encoded_dev = model.encode([sentence.tokens for sentence in dev.sentences])
        self.targets = encode_tags(train, model)
        self.is_rare = _rare_rows(model, self.encoded_train)
        regularization = config.regularization
        self.graph = TrainingGraph(
            model.network,
            model.window,
            regularization.l2,
            regularization.dropout.input,
            regularization.dropout.hidden,
            rng,
        )
        self.steps_per_epoch = -(-len(self.targets) // config.training.batch_size)
        self.factor_at = _schedule(config, self.steps_per_epoch)
        self.optimizers = _optimizers(config, model.network)
        self.step = 0
        self.best_f1 = -1.0
        self.best_epoch = 0
        self._best: dict[str, Array] = {}

    def run(self) -> Iterator[EpochRecord]:
        """Train, epoch by epoch."""
        for epoch in range(1, self.config.training.epochs + 1):
            start = time.perf_counter()
            loss = self._train_epoch(epoch)
            trained = time.perf_counter()
            result = self.evaluate_dev()
            if result.f1 > self.best_f1:
                self._keep(epoch, result.f1)
            yield EpochRecord(
                epoch=epoch,
                loss=loss,
                dev_precision=result.total.precision,
                dev_recall=result.total.recall,
                dev_f1=result.f1,
                seconds=time.perf_counter() - start,
                learning_rate=self.config.training.learning_rate * self.factor_at(self.step - 1),
                tokens_per_second=len(self.targets) / (trained - start),
            )

    def evaluate_dev(self) -> Score:
        """Score the present weights on dev."""
        return score_encoded(self.model, self.encoded_dev, self.dev)

    def restore_best(self) -> None:
        """Put back the weights of the best epoch."""
        for name, array in self.model.network.named_arrays().items():
            np.copyto(array, self._best[name])

    def _keep(self, epoch: int, f1: float) -> None:
        arrays = self.model.network.named_arrays()
        self._best = {name: array.copy() for name, array in arrays.items()}
        self.best_epoch, self.best_f1 = epoch, f1

    def _train_epoch(self, epoch: int) -> float:
        """Visit every training window once, in random order; return the mean loss."""
        stream = self._with_word_dropout()
        order = self.rng.permutation(len(self.targets))
        batch_size = self.config.training.batch_size
        total = 0.0
        starts = range(0, len(order), batch_size)
        for start in tqdm(starts, f"epoch {epoch}", leave=False, disable=None, unit=" batches"):
            batch = order[start : start + batch_size]
            total += self.train_step(stream.windows(batch), self.targets[batch])
            if not math.isfinite(total):
                raise InputError(
                    f"training diverged in epoch {epoch}: the loss is {total}; "
                    "try a smaller training.learning_rate"
                )
        return total / self.steps_per_epoch

    def train_step(self, windows: Array, tags: Array) -> float:
        """Update the model on one batch, windows (tables, n, w) and tags (n,); return its loss."""
        loss = self.graph.loss(windows, tags)
        self.graph.backward()
        factor = self.factor_at(self.step)
        for optimizer, learning_rate in self.optimizers:
            optimizer.learning_rate = learning_rate * factor
            optimizer.step()
        self.step += 1
        return loss

    def _with_word_dropout(self) -> TokenStream:
        """Return the training stream with some words made unknown, drawn anew each epoch.

        Words that occur once and have no vector are dropped half the time, so that the row of the
        unknown word learns what unknown words are like.
        """
        stream = self.encoded_train.stream
        words = stream.rows[0]
        rate = self.config.regularization.word_dropout
        rates = np.where(self.is_rare[words], max(rate, RARE_WORD_DROPOUT), rate)
        dropped = (self.rng.random(words.shape) < rates) & (words != PADDING)
        return stream.with_words(np.where(dropped, UNKNOWN, words))


def encode_tags(corpus: Corpus, model: Model) -> Array:
    """Return the tag number of each token, (tokens,), in the scheme trained on."""
    number = {tag: index for index, tag in enumerate(model.tags)}
    tags = (convert(sentence.tags, model.scheme) for sentence in corpus.sentences)
    return np.fromiter((number[tag] for tag in chain.from_iterable(tags)), np.int64)


def _rare_rows(model: Model, train: Encoded) -> Array:
    """Tell for each row of the word table whether its word occurs once and has no vector."""
    words = train.stream.rows[0]
    counts = np.bincount(words, minlength=len(model.vocabulary))
    rare: Array = (counts == 1) & (model.vocabulary.vector_rows() < 0)
    return rare


def _schedule(config: Config, steps_per_epoch: int) -> schedules.Schedule:
    schedule = config.training.schedule
    total = steps_per_epoch * config.training.epochs
    makers: dict[str, Callable[[], schedules.Schedule]] = {
        "constant": schedules.constant,
        "linear": lambda: schedules.linear(total),
        "cosine": lambda: schedules.cosine(total),
        "halving": lambda: schedules.halving(steps_per_epoch, schedule.every or 1),
        "exponential": lambda: schedules.exponential(steps_per_epoch, schedule.rate or 0.0),
    }
    return makers[schedule.name]()


def _optimizers(config: Config, network: WindowNetwork) -> list[tuple[ad.Optimizer, float]]:
    """Return the optimizers of dense parameters, words and features, and their initial rates."""
    dense, sparse = {
        "adam": (ad.Adam, ad.SparseAdam),
        "adagrad": (ad.Adagrad, ad.Adagrad),
        "sgd": (ad.SGD, ad.SGD),
    }[config.training.optimizer]
    rate = config.training.learning_rate
    word_rate = config.embeddings.learning_rate or rate
    words = [table for table in network.trained_tables if table.name == "words"]
    others = [table for table in network.trained_tables if table.name != "words"]
    groups = [
        (dense, network.dense_parameters, rate),
        (sparse, words, word_rate),
        (sparse, others, rate),
    ]
    return [
        (optimizer(parameters, group_rate), group_rate)
        for optimizer, parameters, group_rate in groups
        if parameters
    ]
