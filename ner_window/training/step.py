"""A step of training: a batch goes in, its loss comes out, and the weights have moved."""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np

import autodiff as ad
from ner_window.config import Config, UnfreezingSettings
from ner_window.model.graphs import Batch, LossGraph, Penalty
from ner_window.model.model import Model
from ner_window.training.adversary import Adversary
from ner_window.training.checkpoint import State, with_prefix, without_prefix
from ner_window.training.gathering import takes_parts
from ner_window.training.movement_dropout import MovementDropout
from ner_window.training.optimizers import optimizers_of
from ner_window.training.vector_decay import vector_decay_of

STEPS_BETWEEN_NORMS = 10  # the norm of the gradient is looked at now and then: it costs a pass


class Update(NamedTuple):
    """What a step tells: the loss before it, without perturbation, the penalty included.

    ``gradient_norm`` is that before clipping, None where nobody looked at it.
    """

    loss: float
    gradient_norm: float | None


class Step:
    """Updates a model, batch by batch: gradients, adversary, clipping, optimizers, decay.

    ``graph`` is that from a batch to the loss, ``count`` the number of steps so far. Dropout masks
    are drawn from ``rng``. Raises InputError where the decay of the vectors is too strong.
    """

    def __init__(self, config: Config, model: Model, rng: np.random.Generator) -> None:
        self.count = 0
        self._config = config
        self._model = model
        self._rng = rng
        self.optimizers = optimizers_of(config, model.network)
        self._decay = vector_decay_of(config, model.network)
        epsilon = config.regularization.adversarial
        self._adversary = Adversary(model.network, epsilon) if epsilon else None
        self._movement_dropout = self._movement_dropout_of()
        self._are_words_frozen = self._freezes_words_in(1)
        self.graph = self._build()

    def _movement_dropout_of(self) -> MovementDropout | None:
        rate = self._config.regularization.movement_dropout
        if not rate:
            return None
        (words,) = self._model.network.trained_words
        is_pretrained = self._model.vocabulary.vector_rows() >= 0
        return MovementDropout(words, is_pretrained, rate, self._rng)

    def begin_epoch(self, epoch: int) -> None:
        """Let vectors that are frozen at first move from the epoch on in which they are to."""
        if self._freezes_words_in(epoch) != self._are_words_frozen:
            self._are_words_frozen = not self._are_words_frozen
            self.graph = self._build()

    def _freezes_words_in(self, epoch: int) -> bool:
        trainable = self._config.embeddings.trainable
        return isinstance(trainable, UnfreezingSettings) and epoch <= trainable.after_epoch

    def _build(self) -> LossGraph:
        """Build the graph; frozen vectors are a source that asks for no gradient."""
        network, regularization = self._model.network, self._config.regularization
        words, *others = network.tables
        return LossGraph(
            network,
            self._rng,
            Penalty(regularization.l1, regularization.l2),
            regularization.dropout.all_of(len(network.hidden)),
            [ad.Tensor(words.data, "words"), *others] if self._are_words_frozen else None,
            takes_parts=takes_parts(self._config.training, network.unit),
        )

    def __call__(self, batch: Batch, factor: float = 1.0) -> Update:
        """Update the model on a batch, with this factor on the learning rates."""
        if self._decay:
            self._decay.visit(batch.windows[0])
        dropout = self._movement_dropout
        with dropout.dropped(batch.word_rows) if dropout else nullcontext():
            loss = self._loss_and_gradients(batch)
            if self._adversary:
                self._adversary.backward(lambda: self._loss_and_gradients(batch))
        norm = self._clip()
        for rated in self.optimizers:
            rated.optimizer.step(rated.learning_rate * factor)
        if self._decay:
            self._decay.step(self._config.vector_learning_rate * factor)
        self.count += 1
        return Update(loss, norm)

    def _loss_and_gradients(self, batch: Batch) -> float:
        loss = self.graph.loss(batch)
        self.graph.backward()
        return loss

    def _clip(self) -> float | None:
        """Clip the gradients; return their norm before that, None where it is not to be told."""
        largest, is_told = self._config.training.clip_norm, self.count % STEPS_BETWEEN_NORMS == 0
        if largest is None and not is_told:
            return None
        network = self._model.network
        parameters = [*network.dense_parameters, *network.trained_tables]
        norm = ad.clip_global_norm(parameters, math.inf if largest is None else largest)
        return norm if is_told else None

    def settle(self) -> None:
        """Pay all decay that rows are owed, so that the weights can be judged."""
        if self._decay:
            self._decay.flush()

    def state(self) -> State:
        """Return the weights, which go on changing, and all that the next step depends on."""
        arrays = with_prefix("weights.", self._model.network.named_arrays())
        for number, rated in enumerate(self.optimizers):
            arrays |= with_prefix(f"optimizer.{number}.", rated.optimizer.state_dict())
        if self._decay:
            arrays |= with_prefix("decay.", self._decay.state_dict())
        return State(arrays, {"step": self.count})

    def load_state(self, state: State) -> None:
        """Go on where a state was taken; raise KeyError or ValueError where it does not fit."""
        network, weights = self._model.network, without_prefix("weights.", state.arrays)
        for name, array in network.named_arrays().items():
            if weights[name].shape != array.shape:
                raise ValueError(
                    f"{name} has the shape {weights[name].shape} there, and {array.shape} here"
                )
        network.load(weights)
        for number, rated in enumerate(self.optimizers):
            own = without_prefix(f"optimizer.{number}.", state.arrays)
            rated.optimizer.load_state_dict(own)
        if self._decay:
            self._decay.load_state_dict(without_prefix("decay.", state.arrays))
        self.count = state.values["step"]
