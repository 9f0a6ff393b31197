"""From the settings of a config to optimizers, schedules and vector decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

import autodiff as ad
from autodiff import schedules
from ner_window.config import Config
from ner_window.config import Optimizer as OptimizerSettings
from ner_window.errors import InputError
from ner_window.model.network import WindowNetwork
from ner_window.training.vector_decay import VectorDecay

Array = NDArray[Any]

SPARSE: dict[str, type[ad.Optimizer]] = {
    "sgd": ad.SGD,
    "momentum": ad.SGD,
    "nesterov": ad.SGD,
    "adagrad": ad.Adagrad,
    "rmsprop": ad.Adagrad,
    "adam": ad.SparseAdam,
    "adamw": ad.SparseAdam,
}
"""The optimizer of the lookup tables, where only the rows of a batch can move."""


@dataclass
class RatedOptimizer:
    """An optimizer with the learning rate that the factors of the schedule multiply."""

    optimizer: ad.Optimizer
    learning_rate: float

    def step(self, factor: float) -> None:
        """Update, with this factor on the learning rate."""
        self.optimizer.learning_rate = self.learning_rate * factor
        self.optimizer.step()


def optimizers_of(config: Config, network: WindowNetwork) -> list[RatedOptimizer]:
    """Return the optimizers of dense parameters, words and features."""
    settings = config.training.optimizer
    rate = config.training.learning_rate
    sparse = SPARSE[settings.name]
    words = [table for table in network.trained_tables if table.name == "words"]
    others = [table for table in network.trained_tables if table.name != "words"]
    rated = [RatedOptimizer(_dense(settings, network.dense_parameters, rate), rate)]
    for tables, own_rate in ((words, word_rate(config)), (others, rate)):
        if tables:
            rated.append(RatedOptimizer(sparse(tables, own_rate), own_rate))
    return rated


def _dense(
    settings: OptimizerSettings, parameters: list[ad.Parameter], rate: float
) -> ad.Optimizer:
    match settings.name:
        case "sgd":
            return ad.SGD(parameters, rate)
        case "momentum" | "nesterov":
            momentum = 0.9 if settings.momentum is None else settings.momentum
            kind = ad.Momentum if settings.name == "momentum" else ad.Nesterov
            return kind(parameters, rate, momentum)
        case "adagrad":
            return ad.Adagrad(parameters, rate)
        case "rmsprop":
            return ad.RMSprop(parameters, rate)
        case "adam":
            return ad.Adam(parameters, rate)
        case "adamw":
            decay = 0.01 if settings.weight_decay is None else settings.weight_decay
            return ad.AdamW(parameters, rate, weight_decay=decay)


def word_rate(config: Config) -> float:
    """Return the initial learning rate of the vectors."""
    return config.embeddings.learning_rate or config.training.learning_rate


def schedule_of(
    config: Config, steps_per_epoch: int
) -> schedules.Schedule | schedules.ReduceOnPlateau:
    """Return the schedule of a config for epochs of this many steps."""
    settings = config.training.schedule
    if settings.name == "plateau":
        return schedules.ReduceOnPlateau(settings.patience or 0)
    warm_up = round(settings.warm_up * steps_per_epoch)
    total = max(steps_per_epoch * config.training.epochs - warm_up, 1)
    schedule = _named(config, steps_per_epoch, total)
    return schedules.warm_up(warm_up, schedule) if warm_up else schedule


def _named(config: Config, steps_per_epoch: int, total: int) -> schedules.Schedule:
    settings = config.training.schedule
    half_cycle = max(round((settings.half_cycle or 1) * steps_per_epoch), 1)
    match settings.name:
        case "linear":
            return schedules.linear(total)
        case "cosine":
            return schedules.cosine(total)
        case "halving":
            return schedules.halving(steps_per_epoch, settings.every or 1)
        case "exponential":
            return schedules.exponential(steps_per_epoch, settings.rate or 0.0)
        case "triangular":
            return schedules.triangular(half_cycle)
        case "triangular2":
            return schedules.triangular2(half_cycle)
        case _:
            return schedules.constant()


def vector_decay_of(config: Config, network: WindowNetwork) -> VectorDecay | None:
    """Return the decay of the vectors, None where there is none.

    The anchor of a word is what its vector is now: call this before training.
    """
    settings = config.regularization.vectors
    if settings.name == "none" or settings.strength is None:
        return None
    if word_rate(config) * settings.strength >= 1:
        raise InputError(
            f"regularization.vectors.strength: {settings.strength:g} times the learning rate of "
            f"the vectors, {word_rate(config):g}, is 1 or more: a step would undo all training"
        )
    (words,) = (table for table in network.trained_tables if table.name == "words")
    target = words.data.copy() if settings.name == "anchor" else None
    return VectorDecay(words, settings.strength, target, settings.name != "frequency_weighted")
