"""The choices of ``model.nonlinearity``: f in h = f(W x + b)."""

from __future__ import annotations

from typing import Literal

from ner_window.config.variant import Variant


class Nonlinearity(Variant):
    """f in h = f(z), z = W x + b."""

    noun, plural, is_plain = "nonlinearity", "nonlinearities", True


class Tanh(Nonlinearity):
    """tanh(z)."""

    name: Literal["tanh"] = "tanh"


class Sigmoid(Nonlinearity):
    """1 / (1 + e^-z)."""

    name: Literal["sigmoid"] = "sigmoid"


class HardTanh(Nonlinearity):
    """z between -1 and 1, these beyond."""

    name: Literal["hard_tanh"] = "hard_tanh"


class Relu(Nonlinearity):
    """z where it is positive, else 0."""

    name: Literal["relu"] = "relu"


class LeakyRelu(Nonlinearity):
    """z where it is positive, else 0.01 z."""

    name: Literal["leaky_relu"] = "leaky_relu"


class Prelu(Nonlinearity):
    """z where it is positive, else a z, with a learned for each unit."""

    name: Literal["prelu"] = "prelu"
