"""The window network: lookup -> W x + b -> f -> U g + c, and its parameters.

Shapes, for a batch of n windows of w tokens: x (n, w (d + d_features)), h = f(z) (n, units), scores
(n, outputs). The *trunk* leads to h; the h of one of its layers may be joined by a *context*, so
that what follows sees g; the *head* scores and judges. Each is a component of its own:
:mod:`~ner_window.model.hidden`, :mod:`~ner_window.model.contexts`, :mod:`~ner_window.model.heads`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import autodiff as ad
from ner_window import config
from ner_window.arrays import Array, BoolArray, FloatArray
from ner_window.encoding.units import Unit
from ner_window.model.contexts import Context, context_of
from ner_window.model.heads import Head, head_of
from ner_window.model.hidden import HiddenLayer, hidden_layer
from ner_window.model.parameters import ParameterSource


@dataclass
class WindowNetwork:
    """The parts of the network, with their parameters.

    ``tables`` are the embedding matrices, words first; a table that is not trained is a Tensor.
    ``window`` is the size of a window, ``hidden`` are the layers of the trunk.
    """

    tables: list[ad.Tensor]
    window: int
    hidden: list[HiddenLayer]
    context: Context
    head: Head

    @property
    def joined_layer(self) -> int | None:
        """The number of the layer, from 1, whose h the context joins; None where none does."""
        return self.context.joined_layer(len(self.hidden))

    @property
    def unit(self) -> Unit:
        """What has to be whole in a batch for a step of training."""
        return max(self.context.unit, self.head.unit)

    @property
    def dense_parameters(self) -> list[ad.Parameter]:
        """All parameters but the tables."""
        hidden = [parameter for layer in self.hidden for parameter in layer.parameters]
        return [*hidden, *self.head.parameters]

    @property
    def weight_matrices(self) -> list[ad.Parameter]:
        """W of every layer, and U: what penalties count."""
        return [*(layer.weights for layer in self.hidden), self.head.weights]

    @property
    def trained_tables(self) -> list[ad.Parameter]:
        """The tables that are trained."""
        return [*self.trained_words, *self.trained_features]

    @property
    def trained_words(self) -> list[ad.Parameter]:
        """The table of words, where it is trained."""
        return [table for table in self.tables[:1] if isinstance(table, ad.Parameter)]

    @property
    def trained_features(self) -> list[ad.Parameter]:
        """The tables of the features, which are trained."""
        return [table for table in self.tables[1:] if isinstance(table, ad.Parameter)]

    def named_arrays(self) -> dict[str, FloatArray]:
        """Return all arrays of the network by name: what a model folder stores."""
        return {str(node.name): node.data for node in (*self.tables, *self.dense_parameters)}

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Take over the arrays of a network like this one, by name."""
        for node in (*self.tables, *self.dense_parameters):
            with node.writing() as array:
                array[...] = arrays[str(node.name)]


class NetworkSettings(Protocol):
    """What a config's section ``model``, or a model folder, says of the parts of a network."""

    @property
    def window(self) -> int:
        """Tokens in a window, the center one included."""

    @property
    def head(self) -> config.HeadSettings:
        """What is found, and by which loss it is learned."""

    @property
    def context(self) -> config.ContextSettings:
        """What h is joined by."""

    @property
    def nonlinearity(self) -> config.NonlinearitySettings:
        """f in h = f(W x + b)."""


def network_of(
    settings: NetworkSettings,
    tables: Sequence[ad.Tensor],
    units: Sequence[int],
    legal: BoolArray,
    source: ParameterSource,
) -> WindowNetwork:
    """Return the network that the settings describe.

    Parameters
    ----------
    settings
        Size of a window, head, context and nonlinearity.
    tables
        The embedding matrices, words first.
    units
        How many each hidden layer has.
    legal
        Which tags may follow each other, (tags + 1, tags + 1), see :meth:`Head.initialize`.
    source
        Gives the parameters of the layers, from the first one up, and of the head.

    Raises
    ------
    KeyError, ValueError
        Where the source has not what the network needs.
    """
    context = context_of(settings.context)
    joined, layers = context.joined_layer(len(units)), []
    width = settings.window * sum(table.shape[1] for table in tables)
    for number, count in enumerate(units, start=1):
        layer = hidden_layer(settings.nonlinearity, number)
        layer.initialize(source, count, width)
        layers.append(layer)
        width = context.width(count) if number == joined else count
    head = head_of(settings.head)
    head.initialize(source, width, legal)
    return WindowNetwork(list(tables), settings.window, layers, context, head)
