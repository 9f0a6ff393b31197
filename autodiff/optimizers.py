"""The optimizers: from a gradient to an update, each as its formula.

Each says what it does with a RowSparse gradient. *Exact*: the update is the one that the dense
gradient would give. *Lazy*: rows without a gradient are left alone although the dense algorithm
would move them. *Refused*: SparseGradientError, with the alternative. Duplicated rows are summed
before any use that is not linear.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autodiff.arrays import Array
from autodiff.optimizer import Optimizer, State
from autodiff.tensor import Parameter

Parameters = Iterable[Parameter | Mapping[str, Any]]
"""Parameters, or groups ``{"parameters": [...], "learning_rate": ...}``."""


class SGD(Optimizer):
    """theta <- theta - lr g. Sparse gradients: exact."""

    updates_rows = True

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        theta -= np.multiply(g, learning_rate, out=self.workspace.like("work", g))


class Momentum(Optimizer):
    """u <- mu u + g; theta <- theta - lr u. Sparse gradients: refused, u moves every row.

    Source: Polyak 1964, in the form of Sutskever et al. 2013 with the learning rate outside u.
    """

    state_names = ("u",)

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float,
        momentum: float = 0.9,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = momentum

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        u = state["u"]
        u *= self.momentum
        u += g
        theta -= np.multiply(u, learning_rate, out=self.workspace.like("work", g))


class Nesterov(Momentum):
    """u <- mu u + g; theta <- theta - lr (g + mu u). Sparse gradients: refused.

    Momentum that looks one step ahead. Source: Nesterov 1983, in the form of Sutskever et al. 2013.
    """

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        u, move = state["u"], self.workspace.like("work", g)
        u *= self.momentum
        u += g
        np.multiply(u, self.momentum, out=move)
        move += g
        move *= learning_rate
        theta -= move


class Adagrad(Optimizer):
    """G <- G + g^2; theta <- theta - lr g / (sqrt(G) + epsilon). Sparse gradients: exact.

    A row without a gradient adds nothing to its G and does not move, so that the sparse update is
    the dense one. Source: Duchi, Hazan and Singer 2011.
    """

    state_names = ("G",)
    updates_rows = True

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float = 0.01,
        epsilon: float = 1e-10,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.epsilon = epsilon

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        squares, move = state["G"], self.workspace.like("work", g)
        squares += np.multiply(g, g, out=move)
        np.sqrt(squares, out=move)
        move += self.epsilon
        np.divide(g, move, out=move)
        move *= learning_rate
        theta -= move


class RMSprop(Optimizer):
    """s <- alpha s + (1 - alpha) g^2; theta <- theta - lr g / (sqrt(s) + epsilon).

    Sparse gradients: refused, s decays in every row. Source: Tieleman and Hinton 2012, lecture 6.5.

    Parameters
    ----------
    parameters : parameters, or groups with learning rates of their own
    learning_rate : lr
    alpha : how much of s is kept
    epsilon : what keeps the division finite
    """

    state_names = ("s",)

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float = 0.01,
        alpha: float = 0.99,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.alpha = alpha
        self.epsilon = epsilon

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        s, move = state["s"], self.workspace.like("work", g)
        s *= self.alpha
        np.multiply(g, g, out=move)
        move *= 1 - self.alpha
        s += move
        np.sqrt(s, out=move)
        move += self.epsilon
        np.divide(g, move, out=move)
        move *= learning_rate
        theta -= move


class Adam(Optimizer):
    """M <- b1 M + g; V <- b2 V + g^2;
    theta <- theta - lr m / (sqrt(v) + epsilon), with the weighted means m = M / (1 + b1 + ... +
    b1^(t-1)) of the gradients and v = V / (1 + b2 + ... + b2^(t-1)) of their squares.

    The paper keeps (1 - b1) M and (1 - b2) V, and divides them by 1 - b1^t and 1 - b2^t: the same
    means, with two more passes over memory.

    Sparse gradients: refused, the moments of untouched rows decay and move them; SparseAdam is the
    lazy form. Source: Kingma and Ba 2015, algorithm 1.

    Parameters
    ----------
    parameters : parameters, or groups with learning rates of their own
    learning_rate : lr
    betas : b1 and b2, how much of M and V is kept
    epsilon : what keeps the division finite
    """

    state_names = ("M", "V")

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.betas = betas
        self.epsilon = epsilon

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        sums, squares, move = state["M"], state["V"], self.workspace.like("work", g)
        beta1, beta2 = self.betas
        sums *= beta1
        sums += g
        squares *= beta2
        squares += np.multiply(g, g, out=move)
        # With v = V / c, sqrt(v) + epsilon is (sqrt(V) + epsilon sqrt(c)) / sqrt(c): the division
        # by sqrt(c) is left to the scalar in the last line.
        root = math.sqrt(_sum_of_powers(beta2, t))
        np.sqrt(squares, out=move)
        move += self.epsilon * root
        np.divide(sums, move, out=move)
        move *= learning_rate * root / _sum_of_powers(beta1, t)
        theta -= move


def _sum_of_powers(beta: float, t: int) -> float:
    """Return 1 + beta + ... + beta^(t-1), for beta in [0, 1)."""
    return (1 - beta**t) / (1 - beta)


class AdamW(Adam):
    """Adam after theta <- theta - lr lambda theta: weight decay decoupled from the moments.

    Sparse gradients: refused. Source: Loshchilov and Hutter 2019, algorithm 2.

    Parameters
    ----------
    parameters : parameters, or groups with learning rates of their own
    learning_rate : lr
    betas : b1 and b2 of Adam
    epsilon : that of Adam
    weight_decay : lambda
    """

    def __init__(
        self,
        parameters: Parameters,
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, betas, epsilon)
        self.weight_decay = weight_decay

    def _update(self, theta: Array, g: Array, state: State, t: int, learning_rate: float) -> None:
        theta *= 1 - learning_rate * self.weight_decay
        super()._update(theta, g, state, t, learning_rate)


class SparseAdam(Adam):
    """Adam with lazy moments. Sparse gradients: only the rows they name are decayed and moved.

    The step count t is the parameter's, not the row's. A dense gradient raises SparseGradientError.
    """

    updates_rows = True
    updates_dense = False
