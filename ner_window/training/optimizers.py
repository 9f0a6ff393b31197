"""From the settings of a config to the optimizers of a network."""

from __future__ import annotations

from dataclasses import dataclass

import autodiff as ad
from ner_window import config
from ner_window.config import Config
from ner_window.model.network import WindowNetwork


@dataclass(frozen=True)
class OptimizerKind:
    """The optimizer of dense parameters, and that of lookup tables, where only some rows can move.

    The dense one takes the settings of the config by their names.
    """

    dense: type[ad.Optimizer]
    sparse: type[ad.Optimizer]


OPTIMIZERS: dict[type[config.OptimizerSettings], OptimizerKind] = {
    config.SgdSettings: OptimizerKind(ad.SGD, ad.SGD),
    config.MomentumSettings: OptimizerKind(ad.Momentum, ad.SGD),
    config.NesterovSettings: OptimizerKind(ad.Nesterov, ad.SGD),
    config.AdagradSettings: OptimizerKind(ad.Adagrad, ad.Adagrad),
    config.RmspropSettings: OptimizerKind(ad.RMSprop, ad.Adagrad),
    config.AdamSettings: OptimizerKind(ad.Adam, ad.SparseAdam),
    config.AdamWSettings: OptimizerKind(ad.AdamW, ad.SparseAdam),
}
"""The optimizers of each section of the config."""


@dataclass
class RatedOptimizer:
    """An optimizer with the learning rate that the factors of the schedule multiply."""

    optimizer: ad.Optimizer
    learning_rate: float


def optimizers_of(settings: Config, network: WindowNetwork) -> list[RatedOptimizer]:
    """Return the optimizers of dense parameters, words and features."""
    section, rate = settings.training.optimizer, settings.training.learning_rate
    kind = section.registered_in(OPTIMIZERS)
    dense = kind.dense(network.dense_parameters, rate, **section.settings)
    rated = [RatedOptimizer(dense, rate)]
    words, features = network.trained_words, network.trained_features
    for tables, own_rate in ((words, settings.vector_learning_rate), (features, rate)):
        if tables:
            rated.append(RatedOptimizer(kind.sparse(tables, own_rate), own_rate))
    return rated
