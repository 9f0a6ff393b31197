"""Optimizers: from gradients to updates.

Each says what it does with a RowSparse gradient. *Exact*: the update is the one that the dense
gradient would give. *Lazy*: rows without a gradient are left alone although the dense algorithm
would move them. Duplicated rows are summed before any use that is not linear.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autodiff.errors import SparseGradientError
from autodiff.operation import Gradient
from autodiff.row_sparse import RowSparse
from autodiff.tensor import Parameter
from autodiff.workspace import Workspace

Array = NDArray[Any]


class Optimizer:
    """Updates parameters from their ``.grad``, in place.

    A parameter whose ``.grad`` is None is left alone. ``learning_rate`` may be changed between
    steps: that is how a schedule is followed. Raises ValueError unless it is positive.
    """

    def __init__(self, parameters: Iterable[Parameter], learning_rate: float) -> None:
        if not learning_rate > 0:
            raise ValueError(f"a learning rate is positive, got {learning_rate}")
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        self.workspace = Workspace()

    def step(self) -> None:
        """Apply one update to every parameter that has a gradient."""
        for index, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                self._update(index, parameter, parameter.grad)
                parameter.mark_updated()

    def zero_grad(self) -> None:
        """Forget all gradients. A Graph overwrites them anyway; ``loss.backward()`` adds."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def _update(self, index: int, parameter: Parameter, gradient: Gradient) -> None:
        raise TypeError(f"{type(self).__name__} does not define an update")

    def _zeros(self) -> list[Array]:
        """Return one array of zeros for each parameter."""
        return [np.zeros_like(parameter.data) for parameter in self.parameters]


class SGD(Optimizer):
    """theta <- theta - lr g. Exact for RowSparse."""

    def _update(self, index: int, parameter: Parameter, gradient: Gradient) -> None:
        if isinstance(gradient, RowSparse):
            rows = gradient.coalesce()
            parameter.data[rows.indices] -= self.learning_rate * rows.values
            return
        move = self.workspace.array(f"move {index}", gradient.shape, gradient.dtype)
        np.multiply(gradient, self.learning_rate, out=move)
        np.subtract(parameter.data, move, out=parameter.data)


class Adagrad(Optimizer):
    """G <- G + g^2; theta <- theta - lr g / (sqrt(G) + epsilon). Exact for RowSparse.

    A row without a gradient adds nothing to its G and does not move, so that the sparse update is
    the dense one. Source: Duchi, Hazan and Singer 2011.
    """

    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: float = 0.01, epsilon: float = 1e-10
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.epsilon = epsilon
        self.squares = self._zeros()

    def _update(self, index: int, parameter: Parameter, gradient: Gradient) -> None:
        squares = self.squares[index]
        if isinstance(gradient, RowSparse):
            rows = gradient.coalesce()
            g, at = rows.values, rows.indices
            total = squares[at] + g * g
            squares[at] = total
            parameter.data[at] -= self.learning_rate * g / (np.sqrt(total) + self.epsilon)
            return
        move = self.workspace.array(f"move {index}", gradient.shape, gradient.dtype)
        np.multiply(gradient, gradient, out=move)
        squares += move
        np.sqrt(squares, out=move)
        move += self.epsilon
        np.divide(gradient, move, out=move)
        move *= self.learning_rate
        np.subtract(parameter.data, move, out=parameter.data)


class _AdamMoments(Optimizer):
    """What Adam and SparseAdam share: the moments, their decay and the correction of their bias.

    m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;
    theta <- theta - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
    Source: Kingma and Ba 2015, algorithm 1. The step count t is the parameter's, never a row's.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.betas = betas
        self.epsilon = epsilon
        self.steps = [0] * len(self.parameters)
        self.first_moments = self._zeros()
        self.second_moments = self._zeros()

    def _move(self, index: int, gradient: Array, m: Array, v: Array) -> Array:
        """Decay the moments ``m`` and ``v`` in place and return what to subtract from theta."""
        beta1, beta2 = self.betas
        self.steps[index] += 1
        t = self.steps[index]
        move = self.workspace.array(f"move {index}", gradient.shape, gradient.dtype)
        m *= beta1
        m += np.multiply(gradient, 1 - beta1, out=move)
        v *= beta2
        np.multiply(gradient, gradient, out=move)
        move *= 1 - beta2
        v += move
        # sqrt(v / c) + epsilon = (sqrt(v) + epsilon sqrt(c)) / sqrt(c): one array pass fewer.
        correction = (1 - beta2**t) ** 0.5
        np.sqrt(v, out=move)
        move += self.epsilon * correction
        np.divide(m, move, out=move)
        move *= self.learning_rate * correction / (1 - beta1**t)
        return move


class Adam(_AdamMoments):
    """Adam on dense gradients. Refuses RowSparse: its moments would move rows without a gradient.

    Raises SparseGradientError naming SparseAdam, the lazy alternative.
    """

    def _update(self, index: int, parameter: Parameter, gradient: Gradient) -> None:
        if isinstance(gradient, RowSparse):
            raise SparseGradientError(
                f"Adam moves every row of {parameter.label} at every step, also those that have no "
                "gradient; for row-sparse gradients use SparseAdam (touched rows only), or "
                "Adagrad or SGD (exact)"
            )
        m, v = self.first_moments[index], self.second_moments[index]
        parameter.data -= self._move(index, gradient, m, v)


class SparseAdam(_AdamMoments):
    """Adam with lazy moments: only the rows of the gradient are decayed and moved.

    For tables whose gradient is RowSparse; a dense gradient raises SparseGradientError.
    """

    def _update(self, index: int, parameter: Parameter, gradient: Gradient) -> None:
        if not isinstance(gradient, RowSparse):
            raise SparseGradientError(
                f"SparseAdam is for row-sparse gradients; {parameter.label} has a dense one: "
                "use Adam"
            )
        rows = gradient.coalesce()
        at = rows.indices
        m, v = self.first_moments[index][at], self.second_moments[index][at]
        parameter.data[at] -= self._move(index, rows.values, m, v)
        self.first_moments[index][at] = m
        self.second_moments[index][at] = v
