"""The choices of ``training.optimizer``: how the weights follow their gradients."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, NonNegativeFloat

from ner_window.config.variant import Variant


class OptimizerSettings(Variant):
    """The optimizer of the dense parameters; the lookup tables have a sparse one of its kind."""

    noun, plural = "optimizer", "optimizers"


class SgdSettings(OptimizerSettings):
    """Stochastic gradient descent."""

    name: Literal["sgd"] = "sgd"


class MomentumBasedSettings(OptimizerSettings):
    """Stochastic gradient descent with a memory of its steps."""

    momentum: float = Field(0.9, ge=0, lt=1, description="mu")


class MomentumSettings(MomentumBasedSettings):
    """Momentum."""

    name: Literal["momentum"] = "momentum"


class NesterovSettings(MomentumBasedSettings):
    """Momentum, with the gradient taken ahead."""

    name: Literal["nesterov"] = "nesterov"


class AdagradSettings(OptimizerSettings):
    """Steps divided by the root of the sum of squared gradients."""

    name: Literal["adagrad"] = "adagrad"


class RmspropSettings(OptimizerSettings):
    """Steps divided by the root of the running mean of squared gradients."""

    name: Literal["rmsprop"] = "rmsprop"


class AdamSettings(OptimizerSettings):
    """Running means of gradients and of their squares."""

    name: Literal["adam"] = "adam"


class AdamWSettings(OptimizerSettings):
    """Adam, with a decay of the weights beside its steps."""

    name: Literal["adamw"] = "adamw"
    weight_decay: NonNegativeFloat = Field(0.01, description="lambda, decoupled from the moments")
