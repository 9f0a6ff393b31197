"""Training: the loop over epochs, the best weights, and all that a checkpoint needs to keep."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import autodiff as ad
from ner_window.config import Config, MarginHead, Unfreezing
from ner_window.corpora import scratch
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.tags import convert
from ner_window.corpora.text import Column
from ner_window.encoding.vocabulary import PADDING
from ner_window.errors import InputError
from ner_window.evaluation.evaluate import score_encoded
from ner_window.model.model import Model
from ner_window.model.network import Batch, Penalty, TrainingGraph
from ner_window.scoring.score import Score
from ner_window.training.adversary import Adversary
from ner_window.training.batches import Batches, TrainingData
from ner_window.training.optimizers import optimizers_of
from ner_window.training.schedules import schedule_of
from ner_window.training.unit_health import UnitHealth, unit_health
from ner_window.training.vector_decay import vector_decay_of

Array = NDArray[Any]

RARE_WORD_DROPOUT = 0.5
STEPS_BETWEEN_NORMS = 10  # the norm of the gradient is looked at now and then: it costs a pass
CALIBRATION_TOKENS = 1 << 16


class DivergenceError(InputError):
    """The loss is no longer a finite number."""


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch did: an object of ``metrics.jsonl``.

    ``loss`` is the mean over the batches, the penalty included, perturbations left out; precision,
    recall and F1 are in percent, on the data that the epoch is chosen on, None where there is none;
    ``learning_rate`` is that of the last step; ``gradient_norm`` is the mean over every tenth step,
    before clipping; ``dead_units`` and ``saturated_units`` are shares of the hidden units, see
    ``unit_health``.
    """

    epoch: int
    loss: float
    precision: float | None
    recall: float | None
    f1: float | None
    seconds: float
    learning_rate: float
    tokens_per_second: float
    gradient_norm: float
    dead_units: float
    saturated_units: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Trainer:
    """Trains a model on one corpus and watches its F1 on another.

    ``selection`` is what the epoch is chosen on; without it the last one is kept. ``run`` yields a
    record after each epoch; ``restore_kept`` puts the kept weights back. Everything that is left to
    chance is drawn from ``rng``.
    """

    def __init__(
        self,
        config: Config,
        model: Model,
        train: Corpus,
        selection: Corpus | None,
        rng: np.random.Generator,
    ) -> None:
        self.config = config
        self.model = model
        self.rng = rng
        self.selection = selection
        self.encoded_selection = model.encode(selection.text) if selection else None
        encoded = model.encode(train.text)
        rates = _word_dropout_rates(config, model, encoded.words)
        self.data = TrainingData(encoded, encode_tags(train, model), rates)
        head, context = model.network.head, model.network.context
        section = config.model.head
        corruption = section.corruption if isinstance(section, MarginHead) else "center"
        size = config.training.batch_size
        self.batches = Batches(self.data, head, context, size, corruption, rng)
        self.schedule = schedule_of(config, len(self.batches))
        self.optimizers = optimizers_of(config, model.network)
        self.decay = vector_decay_of(config, model.network)
        epsilon = config.regularization.adversarial
        self.adversary = Adversary(model.network, epsilon) if epsilon else None
        self.graph = self._graph(is_frozen=self._are_words_frozen(1))
        self.epoch = 0
        self.step = 0
        self.best_f1 = -1.0
        self.kept_epoch = 0
        self._kept: dict[str, Array] = {}

    def _are_words_frozen(self, epoch: int) -> bool:
        trainable = self.config.embeddings.trainable
        return isinstance(trainable, Unfreezing) and epoch <= trainable.after_epoch

    def _graph(self, is_frozen: bool) -> TrainingGraph:
        """Build the graph; frozen vectors are a source that asks for no gradient."""
        network, regularization = self.model.network, self.config.regularization
        words, *others = network.tables
        return TrainingGraph(
            network,
            self.model.window,
            self.rng,
            Penalty(regularization.l1, regularization.l2),
            regularization.dropout.all_of(len(network.hidden)),
            [ad.Tensor(words.data, "words"), *others] if is_frozen else None,
        )

    @property
    def is_finished(self) -> bool:
        """Whether all epochs are done, or the last ``patience`` of them brought nothing."""
        patience = self.config.training.patience
        is_stuck = patience is not None and self.epoch - self.kept_epoch >= patience
        return self.epoch >= self.config.training.epochs or (self.epoch > 0 and is_stuck)

    def run(self) -> Iterator[EpochRecord]:
        """Train, epoch by epoch. Raises DivergenceError where the loss is not finite."""
        while not self.is_finished:
            yield self._one_epoch(self.epoch + 1)

    def _one_epoch(self, epoch: int) -> EpochRecord:
        start = time.perf_counter()
        if epoch > 1 and self._are_words_frozen(epoch - 1) and not self._are_words_frozen(epoch):
            self.graph = self._graph(is_frozen=False)
        loss, gradient_norm = self._train_epoch(epoch)
        trained = time.perf_counter()
        self._settle()
        result = self.evaluate_selection()
        health = self._unit_health()
        rate = self.config.training.learning_rate * self.schedule.factor(self.step - 1)
        self.epoch = epoch
        self._keep(result)
        self.schedule.observe(-loss if result is None else result.f1)
        return EpochRecord(
            epoch=epoch,
            loss=loss,
            precision=result.total.precision if result else None,
            recall=result.total.recall if result else None,
            f1=result.f1 if result else None,
            seconds=time.perf_counter() - start,
            learning_rate=rate,
            tokens_per_second=self.batches.token_count / (trained - start),
            gradient_norm=gradient_norm,
            dead_units=health.dead,
            saturated_units=health.saturated,
        )

    def _settle(self) -> None:
        """Bring the weights to where they can be judged."""
        if self.decay:
            self.decay.flush()
        if self.model.network.head == "margin":
            self._calibrate()

    def evaluate_selection(self) -> Score | None:
        """Score the present weights on the data that the epoch is chosen on."""
        if self.selection is None or self.encoded_selection is None:
            return None
        return score_encoded(self.model, self.encoded_selection, self.selection)

    def restore_kept(self) -> None:
        """Put back the weights of the kept epoch."""
        for name, array in self.model.network.named_arrays().items():
            np.copyto(array, self._kept[name])

    def _keep(self, result: Score | None) -> None:
        is_last_kept = self.config.training.keep == "last" or result is None
        if not is_last_kept and result is not None and result.f1 <= self.best_f1:
            return
        arrays = self.model.network.named_arrays()
        self._kept = {name: array.copy() for name, array in arrays.items()}
        self.kept_epoch = self.epoch
        self.best_f1 = result.f1 if result else -1.0

    def _train_epoch(self, epoch: int) -> tuple[float, float]:
        """Visit every training window once, in random order; return mean loss and gradient norm."""
        total = 0.0
        norms: list[float] = []
        progress = tqdm(self.batches, f"epoch {epoch}", leave=False, disable=None, unit=" batches")
        with progress, self._anomaly_mode(epoch):
            for number, batch in enumerate(progress):
                total += self.train_step(batch, norms)
                if not math.isfinite(total):
                    raise DivergenceError(
                        f"training diverged in epoch {epoch}: the loss is {total}; "
                        "try a smaller training.learning_rate, or training.clip_norm"
                    )
                if number % 100 == 99:
                    progress.set_postfix(loss=f"{total / (number + 1):.4f}", refresh=False)
        return total / len(self.batches), sum(norms) / max(len(norms), 1)

    @contextmanager
    def _anomaly_mode(self, epoch: int) -> Iterator[None]:
        """Stop at the operation that makes the first NaN, where the config asks for that."""
        if not self.config.debug.anomaly:
            yield
            return
        try:
            with ad.anomaly_mode():
                yield
        except ad.AnomalyError as error:
            raise DivergenceError(f"training diverged in epoch {epoch}: {error}") from None

    def train_step(self, batch: Batch, norms: list[float] | None = None) -> float:
        """Update the model on one batch; return its loss. Norms of gradients go to ``norms``."""
        if self.decay:
            self.decay.visit(batch.windows[0])
        loss = self._loss_and_gradients(batch)
        if self.adversary:
            self.adversary.backward(lambda: self._loss_and_gradients(batch))
        self._clip(norms)
        factor = self.schedule.factor(self.step)
        for optimizer in self.optimizers:
            optimizer.step(factor)
        if self.decay:
            self.decay.step(self.config.vector_learning_rate * factor)
        self.step += 1
        return loss

    def _loss_and_gradients(self, batch: Batch) -> float:
        loss = self.graph.loss(batch)
        self.graph.backward()
        return loss

    def _clip(self, norms: list[float] | None) -> None:
        largest = self.config.training.clip_norm
        if largest is None and self.step % STEPS_BETWEEN_NORMS:
            return
        network = self.model.network
        parameters = [*network.dense_parameters, *network.trained_tables]
        norm = ad.clip_global_norm(parameters, math.inf if largest is None else largest)
        if norms is not None and self.step % STEPS_BETWEEN_NORMS == 0:
            norms.append(norm)

    def _unit_health(self) -> UnitHealth:
        return unit_health(self.model, self.encoded_selection or self.data.encoded)

    def _calibrate(self) -> None:
        """Move the bias so that s > 0 finds the type with the best F1 on training tokens.

        The margin is about differences of scores, in which the bias cancels: the loss says nothing
        of where to cut.
        """
        count = min(len(self.data), CALIBRATION_TOKENS)
        tokens = np.linspace(0, len(self.data) - 1, count).astype(np.int64)
        scores = self.model.scores_of_windows(self.data.encoded, tokens)[:, 1]
        best = best_threshold(scores, self.data.targets[tokens] == 1)
        self.model.network.output_bias.data[:] -= np.float32(best)

    def state(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return all that the next epoch depends on: arrays by name, and plain values."""
        arrays = {f"weights.{k}": v for k, v in self.model.network.named_arrays().items()}
        arrays |= {f"kept.{name}": array for name, array in self._kept.items()}
        for number, rated in enumerate(self.optimizers):
            state = rated.optimizer.state_dict()
            arrays |= {f"optimizer.{number}.{name}": array for name, array in state.items()}
        if self.decay:
            arrays |= {f"decay.{k}": v for k, v in self.decay.state_dict().items()}
        values = {
            "epoch": self.epoch,
            "step": self.step,
            "best_f1": self.best_f1,
            "kept_epoch": self.kept_epoch,
            "rng": self.rng.bit_generator.state,
            "schedule": self.schedule.state_dict(),
        }
        return arrays, values

    def load_state(self, arrays: Mapping[str, Array], values: Mapping[str, Any]) -> None:
        """Go on where :meth:`state` was taken.

        Raises KeyError or ValueError where it is that of another model or config.
        """
        for name, array in self.model.network.named_arrays().items():
            array[...] = arrays[f"weights.{name}"]
        self._kept = _with_prefix(arrays, "kept.")
        for number, rated in enumerate(self.optimizers):
            rated.optimizer.load_state_dict(_with_prefix(arrays, f"optimizer.{number}."))
        if self.decay:
            self.decay.load_state_dict(_with_prefix(arrays, "decay."))
        # What wrote no `schedule` named the state after the one schedule that had any.
        self.schedule.load_state_dict(values.get("schedule") or values.get("plateau", {}))
        self.epoch, self.step = values["epoch"], values["step"]
        self.best_f1, self.kept_epoch = values["best_f1"], values["kept_epoch"]
        self.rng.bit_generator.state = values["rng"]
        self.graph = self._graph(is_frozen=self._are_words_frozen(self.epoch + 1))


def _with_prefix(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}


def encode_tags(corpus: Corpus, model: Model) -> Array:
    """Return the tag number of each token, (tokens,), in the scheme trained on."""
    number = {tag: index for index, tag in enumerate(model.tags)}
    targets = scratch.GrowingArray(np.int32)
    if model.target:
        corpus = corpus.only(model.target)
    for tags in corpus.tag_sequences():
        targets.extend(map(number.__getitem__, convert(tags, model.scheme)))
    return targets.finished()


def _word_dropout_rates(config: Config, model: Model, words: Column[Array]) -> Array:
    """Return the probability with which the word of each row is made unknown, (rows,).

    ``words`` is the column of the rows of the training words.

    Words that occur once and have no vector are dropped half the time, so that the row of the
    unknown word learns what unknown words are like.
    """
    rate = config.regularization.word_dropout
    counts = np.bincount(words.values, words.counts(), minlength=len(model.vocabulary))
    is_rare = (counts == 1) & (model.vocabulary.vector_rows() < 0)
    rates = np.where(is_rare, max(rate, RARE_WORD_DROPOUT), rate).astype(np.float32)
    rates[PADDING] = 0
    return rates


def best_threshold(scores: Array, is_true: Array) -> float:
    """Return the threshold above which scores (n,) find what is true (n,) with the best F1."""
    order = np.argsort(-scores, kind="stable")
    found = np.arange(1, len(order) + 1)
    correct = np.cumsum(is_true[order])
    f1 = 2 * correct / (found + max(int(is_true.sum()), 1))
    best = int(f1.argmax())
    after = scores[order[best + 1]] if best + 1 < len(order) else scores[order[best]] - 1
    return float(scores[order[best]] + after) / 2
