"""Where a network's parameters come from: drawn for a new one, or stored in a model folder.

A part of the network says once what each of its parameters is called, which shape it has and how it
starts. A :class:`Drawn` source makes it so; a :class:`Stored` source has it already and checks the
shape.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import DTypeLike

import autodiff as ad
from autodiff import initializers
from ner_window.arrays import Array, FloatArray

Shape = tuple[int, ...]

SMALL = 0.1  # the bound, or the standard deviation, of the initializers uniform and normal

INITIALIZERS: dict[str, Callable[[np.random.Generator, tuple[int, int], DTypeLike], Array]] = {
    "xavier_uniform": initializers.xavier_uniform,
    "xavier_normal": initializers.xavier_normal,
    "he_uniform": initializers.he_uniform,
    "he_normal": initializers.he_normal,
    "uniform": lambda rng, shape, dtype: initializers.uniform(rng, shape, SMALL, dtype),
    "normal": lambda rng, shape, dtype: initializers.normal(rng, shape, SMALL, dtype),
}
"""How weights (n_out, n_in) are drawn, by the name that a config gives it."""


class ParameterSource(ABC):
    """Gives each part of a network its parameters, by name."""

    @abstractmethod
    def weights(self, name: str, shape: tuple[int, int]) -> ad.Parameter:
        """Return a matrix (n_out, n_in), which starts at random."""

    @abstractmethod
    def starting_at(self, name: str, value: FloatArray) -> ad.Parameter:
        """Return a parameter of the shape of ``value``, which is what it starts at."""

    def filled(self, name: str, shape: Shape, value: float = 0.0) -> ad.Parameter:
        """Return a parameter that starts at one number everywhere."""
        return self.starting_at(name, np.full(shape, value))


class Drawn(ParameterSource):
    """Draws the weights of a new network by an initializer, in the order in which it is asked."""

    def __init__(self, rng: np.random.Generator, initializer: str, dtype: DTypeLike) -> None:
        self.rng = rng
        self.draw = INITIALIZERS[initializer]
        self.dtype = dtype

    def weights(self, name: str, shape: tuple[int, int]) -> ad.Parameter:
        return ad.Parameter(self.draw(self.rng, shape, self.dtype), name)

    def starting_at(self, name: str, value: FloatArray) -> ad.Parameter:
        return ad.Parameter(value.astype(self.dtype), name)


class Stored(ParameterSource):
    """Takes the parameters from stored arrays.

    Raises KeyError where one is missing, ValueError where it has another shape than expected.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays

    def weights(self, name: str, shape: tuple[int, int]) -> ad.Parameter:
        return self._checked(name, shape)

    def starting_at(self, name: str, value: FloatArray) -> ad.Parameter:
        return self._checked(name, value.shape)

    def _checked(self, name: str, shape: Shape) -> ad.Parameter:
        array = self.arrays[name]
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
        return ad.Parameter(array, name)
