"""The hidden layers of the network: h = f(z), z = W x + b.

A nonlinearity is a class of layers. It has two forms of the same map, on the graph and on arrays,
and says which of its units pass little gradient or none.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

import autodiff as ad
from autodiff.operations.nonlinearity import NONLINEARITIES
from ner_window import config
from ner_window.arrays import BoolArray, FloatArray
from ner_window.model.parameters import ParameterSource

SLOPE = 0.25  # that prelu starts with. Source: He et al. 2015, section 2.1
SATURATED = 0.99  # of the way to the limit of tanh, hard tanh or the sigmoid

HIDDEN_LAYERS: dict[type[config.NonlinearitySettings], type[HiddenLayer]] = {}
"""The class of layers of each section of the config."""


class HiddenLayer:
    """A layer of the section's nonlinearity f: W (units, inputs), b (units,).

    Its parameters come with :meth:`initialize`. ``number`` counts the layers from 1.
    """

    operation: ClassVar[str]  # of autodiff, f element by element
    blocked_means: ClassVar[str]  # what is said of a unit that passes little gradient
    stuck_means: ClassVar[Literal["dead", "saturated"] | None] = None

    def __init__(self, section: config.NonlinearitySettings, number: int) -> None:
        self.section = section
        self.suffix = "" if number == 1 else str(number)

    def initialize(self, source: ParameterSource, units: int, inputs: int) -> None:
        """Take the parameters of a layer of ``units`` that sees ``inputs`` numbers."""
        self.weights = source.weights(f"W{self.suffix}", (units, inputs))
        self.bias = source.filled(f"b{self.suffix}", (units,))

    @property
    def parameters(self) -> list[ad.Parameter]:
        """What is trained of the layer."""
        return [self.weights, self.bias]

    @property
    def units(self) -> int:
        """How many units it has."""
        return len(self.bias)

    def fused(self, x: ad.Tensor) -> ad.Tensor:
        """Return h as one node where the engine has one for it, which is faster."""
        return ad.layer(x, self.weights, self.bias, self.operation)

    def z(self, x: ad.Tensor) -> ad.Tensor:
        """Return z, a node of its own."""
        return ad.affine(x, self.weights, self.bias)

    def h(self, z: ad.Tensor) -> ad.Tensor:
        """Return h = f(z)."""
        h: ad.Tensor = getattr(ad, self.operation)(z)
        return h

    def activated(self, z: FloatArray) -> FloatArray:
        """Return h = f(z) of arrays, in the memory of z (n, units)."""
        h: FloatArray = NONLINEARITIES[self.operation].value(z, out=z)
        return h

    def is_blocked(self, z: FloatArray, h: FloatArray) -> BoolArray:
        """Tell which units pass little gradient or none."""
        return self.is_stuck(h)

    def is_stuck(self, h: FloatArray) -> BoolArray:
        """Tell where h shows a unit as ``stuck_means`` says; nowhere where it says nothing."""
        return np.zeros(h.shape, bool)


def register(section: type[config.NonlinearitySettings]) -> Any:
    """Enter a class of layers for a section of the config."""

    def enter(layer: type[HiddenLayer]) -> type[HiddenLayer]:
        HIDDEN_LAYERS[section] = layer
        return layer

    return enter


def hidden_layer(section: config.NonlinearitySettings, number: int) -> HiddenLayer:
    """Return a layer of a section's nonlinearity, without parameters as yet."""
    return section.registered_in(HIDDEN_LAYERS)(section, number)


@register(config.TanhSettings)
class TanhLayer(HiddenLayer):
    """h = tanh(z)."""

    operation = "tanh"
    blocked_means = "saturated (|h| >= 0.99)"
    stuck_means = "saturated"

    def is_stuck(self, h: FloatArray) -> BoolArray:
        return np.greater_equal(np.abs(h), SATURATED)


@register(config.HardTanhSettings)
class HardTanhLayer(TanhLayer):
    """h = min(1, max(-1, z))."""

    operation = "hard_tanh"
    blocked_means = "saturated (|h| = 1)"

    def is_blocked(self, z: FloatArray, h: FloatArray) -> BoolArray:
        return np.greater_equal(np.abs(h), 1)


@register(config.SigmoidSettings)
class SigmoidLayer(HiddenLayer):
    """h = 1 / (1 + e^-z)."""

    operation = "sigmoid"
    blocked_means = "saturated (|2 h - 1| >= 0.99)"
    stuck_means = "saturated"

    def is_stuck(self, h: FloatArray) -> BoolArray:
        is_stuck: BoolArray = np.abs(2 * h - 1) >= SATURATED
        return is_stuck


@register(config.ReluSettings)
class ReluLayer(HiddenLayer):
    """h = max(0, z)."""

    operation = "relu"
    blocked_means = "zero"
    stuck_means = "dead"
    _zeros = np.zeros((0, 0))

    def activated(self, z: FloatArray) -> FloatArray:
        if len(self._zeros) < len(z):
            self._zeros = np.zeros_like(z)
        return np.maximum(z, self._zeros[: len(z)], out=z)  # twice as fast as with a number

    def is_stuck(self, h: FloatArray) -> BoolArray:
        is_stuck: BoolArray = h == 0
        return is_stuck


@register(config.LeakyReluSettings)
class LeakyReluLayer(HiddenLayer):
    """h = z, or 0.01 z where z is negative."""

    operation = "leaky_relu"
    blocked_means = "on the small slope (z <= 0)"

    def is_blocked(self, z: FloatArray, h: FloatArray) -> BoolArray:
        return z <= 0


@register(config.PreluSettings)
class PreluLayer(HiddenLayer):
    """h = z, or a z where z is negative, with a learned slope a (units,)."""

    operation = "prelu"
    blocked_means = "on the learned slope (z <= 0)"

    def initialize(self, source: ParameterSource, units: int, inputs: int) -> None:
        super().initialize(source, units, inputs)
        self.slope = source.filled(f"a{self.suffix}", (units,), SLOPE)

    @property
    def parameters(self) -> list[ad.Parameter]:
        """What is trained of the layer, the slopes included."""
        return [*super().parameters, self.slope]

    def fused(self, x: ad.Tensor) -> ad.Tensor:
        return self.h(self.z(x))

    def h(self, z: ad.Tensor) -> ad.Tensor:
        return ad.prelu(z, self.slope)

    def activated(self, z: FloatArray) -> FloatArray:
        return np.multiply(z, self.slope.data, out=z, where=z < 0)

    def is_blocked(self, z: FloatArray, h: FloatArray) -> BoolArray:
        return z <= 0
