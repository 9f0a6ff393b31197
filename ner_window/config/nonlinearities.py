"""The choices of ``model.nonlinearity``: f in h = f(W x + b)."""

from __future__ import annotations

from typing import Literal

from ner_window.config.variant import Variant


class NonlinearitySettings(Variant):
    """f in h = f(z), z = W x + b."""

    noun, plural, is_plain = "nonlinearity", "nonlinearities", True


class TanhSettings(NonlinearitySettings):
    """tanh(z)."""

    name: Literal["tanh"] = "tanh"


class SigmoidSettings(NonlinearitySettings):
    """1 / (1 + e^-z)."""

    name: Literal["sigmoid"] = "sigmoid"


class HardTanhSettings(NonlinearitySettings):
    """z between -1 and 1, these beyond."""

    name: Literal["hard_tanh"] = "hard_tanh"


class ReluSettings(NonlinearitySettings):
    """z where it is positive, else 0."""

    name: Literal["relu"] = "relu"


class LeakyReluSettings(NonlinearitySettings):
    """z where it is positive, else 0.01 z."""

    name: Literal["leaky_relu"] = "leaky_relu"


class PreluSettings(NonlinearitySettings):
    """z where it is positive, else a z, with a learned for each unit."""

    name: Literal["prelu"] = "prelu"
