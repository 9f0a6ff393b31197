"""Adversarial training: learning from each batch as it is, and from its worst neighbor.

With E the trained lookup tables, J the loss of a batch and g = dJ/dE, a step minimizes

    (J(E) + J(E + r)) / 2,    r = epsilon g / ||g||

The perturbation r is the one that raises J most among all of its length, to first order; it is a
constant, through which no gradient flows. ||g|| is taken over all tables together. As every word of
a batch has one row, all of its occurrences move alike.

Sources: Goodfellow, Shlens and Szegedy 2015, section 5, for the loss; Miyato, Dai and Goodfellow
2017, equation 5, for word vectors and the Euclidean length.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

import autodiff as ad
from ner_window.arrays import Array
from ner_window.model.network import WindowNetwork


class Adversary:
    """Perturbs the trained tables of a network by ``epsilon``, the Euclidean length of r."""

    def __init__(self, network: WindowNetwork, epsilon: float) -> None:
        self.network = network
        self.epsilon = epsilon

    def backward(self, run: Callable[[], object]) -> None:
        """Replace the gradients of J(E) by those of (J(E) + J(E + r)) / 2.

        ``run`` runs forward and backward on the same batch again. Dropout masks may be new ones.
        """
        parameters = [*self.network.dense_parameters, *self.network.trained_tables]
        plain = [(p, _copied(p.grad)) for p in parameters if p.grad is not None]
        tables = [(p, g.coalesce()) for p, g in plain if isinstance(g, ad.RowSparse)]
        with self._perturbed(tables):
            run()
        for parameter, gradient in plain:
            _average_into(parameter, gradient)

    @contextmanager
    def _perturbed(self, tables: Sequence[tuple[ad.Parameter, ad.RowSparse]]) -> Iterator[None]:
        """Add r to the rows of the tables for as long as this lasts."""
        length = math.sqrt(sum(gradient.norm() ** 2 for _, gradient in tables))
        factor = self.epsilon / length if length > 0 else 0.0
        kept = [table.array[gradient.indices] for table, gradient in tables]
        try:
            for table, gradient in tables:
                table.add_rows(gradient.indices, table.dtype.type(factor) * gradient.values)
            yield
        finally:
            for (table, gradient), rows in zip(tables, kept, strict=True):
                with table.writing() as array:
                    array[gradient.indices] = rows


def _copied(gradient: Array | ad.RowSparse) -> Array | ad.RowSparse:
    """Return a gradient in memory of its own: the next backward overwrites that of the graph."""
    if isinstance(gradient, ad.RowSparse):
        indices, values = gradient.indices.copy(), gradient.values.copy()
        return ad.RowSparse(indices, values, gradient.shape, gradient.is_coalesced)
    return gradient.copy()


def _average_into(parameter: ad.Parameter, other: Array | ad.RowSparse) -> None:
    """Make the gradient of a parameter the mean of itself and of ``other``.

    Both are of one batch: where they are rows, they are the same rows in the same order.
    """
    gradient = parameter.grad
    if isinstance(gradient, ad.RowSparse) and isinstance(other, ad.RowSparse):
        assert np.array_equal(gradient.indices, other.indices)
        mean = (gradient.values + other.values) * gradient.dtype.type(0.5)
        parameter.grad = ad.RowSparse(gradient.indices, mean, gradient.shape, gradient.is_coalesced)
    elif isinstance(gradient, np.ndarray) and isinstance(other, np.ndarray):
        gradient += other
        gradient *= gradient.dtype.type(0.5)
