"""Places for the nodes of a drawing in layers: the output on top, every node below its users.

In the steps of Sugiyama, Tagawa and Toda 1981, *Methods for visual understanding of hierarchical
system structures*: layers first; then a bend wherever an edge passes a layer; then an order within
the layers, and places, by sweeping over them: each node wishes to stand where its neighbors are,
and a layer grants its wishes as nearly as it can (in least squares) without overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

GAP = 14.0  # pixels between neighbors in a layer
BEND_WIDTH = 4.0
SWEEPS = 6
Edge = tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    ``layer`` is that of each node, 0 on top; ``x`` the middle of each. ``bends`` holds for each
    edge the x at which it passes the layers between its ends, from the lowest up.
    """

    layer: list[int]
    x: list[float]
    bends: list[list[float]]


def layered(
    widths: Sequence[float], weights: Sequence[float], edges: Sequence[Edge], widest: float
) -> Layout:
    """Lay out a graph.

    Parameters
    ----------
    widths
        Those of the nodes, in topological order, the output last.
    weights
        How much each node's own wish, and its place in the wishes of its neighbors, counts: what is
        heavy stands in straight lines.
    edges
        From an input to its user, by position.
    widest
        The width that a layer has at most, as far as nodes without inputs can stand further down.
    """
    layer = _layers(widths, edges, widest)
    sizes, pulls, chains = [*widths], [*weights], []
    for source, target in edges:
        passed = range(layer[source] - 1, layer[target], -1)
        bends = range(len(sizes), len(sizes) + len(passed))
        layer += passed
        sizes += [BEND_WIDTH] * len(passed)
        pulls += [min(weights)] * len(passed)
        chains.append([source, *bends, target])
    sides = _sides(weights, edges) + [0] * (len(sizes) - len(widths))
    x = _Rows(layer, sizes, pulls, sides, chains).places()
    return Layout(
        layer[: len(widths)],
        x[: len(widths)],
        [[x[bend] for bend in chain[1:-1]] for chain in chains],
    )


def _layers(widths: Sequence[float], edges: Sequence[Edge], widest: float) -> list[int]:
    """Return the layer of each node: below the lowest of its users, as near as there is room."""
    layer = [0] * len(widths)
    for source, target in sorted(edges, key=lambda edge: -edge[1]):
        layer[source] = max(layer[source], layer[target] + 1)
    with_inputs = {target for _, target in edges}
    filled: dict[int, float] = {}
    for node in sorted(range(len(widths)), key=lambda node: (node not in with_inputs, layer[node])):
        while node not in with_inputs and filled.get(layer[node], 0.0) + widths[node] > widest:
            layer[node] += 1
        filled[layer[node]] = filled.get(layer[node], 0.0) + widths[node] + GAP
    return layer


def _sides(weights: Sequence[float], edges: Sequence[Edge]) -> list[int]:
    """Return where nodes would stand that have one wish: -1 left, 0 in the middle, 1 right.

    What is light stands on both sides of what is heavy, the inputs of a node in turn.
    """
    sides, light = [0] * len(weights), min(weights)
    if light == max(weights):
        return sides
    turns = [-1] * len(weights)
    for source, target in edges:
        if weights[source] == light and not sides[source]:
            sides[source], turns[target] = turns[target], -turns[target]
    return sides


class _Rows:
    """The layers as rows of nodes and bends, in an order that the sweeps improve."""

    def __init__(
        self,
        layer: Sequence[int],
        widths: Sequence[float],
        weights: Sequence[float],
        sides: Sequence[int],
        chains: Sequence[Sequence[int]],
    ) -> None:
        self.widths, self.weights, self.sides = widths, weights, sides
        self.rows: list[list[int]] = [[] for _ in range(max(layer) + 1)]
        for node, row in enumerate(layer):
            self.rows[row].append(node)
        self.above: list[list[int]] = [[] for _ in layer]
        self.below: list[list[int]] = [[] for _ in layer]
        for chain in chains:
            for lower, upper in pairwise(chain):
                self.above[lower].append(upper)
                self.below[upper].append(lower)
        self.x = [0.0] * len(layer)

    def places(self) -> list[float]:
        """Sweep down and up in turn, down last; return the x of each node and bend."""
        for sweep in range(SWEEPS + 1):
            goes_down = sweep % 2 == 0
            neighbors = self.above if goes_down else self.below
            for row in self.rows if goes_down else reversed(self.rows):
                wishes = {node: self._wish(node, neighbors[node]) for node in row}
                row.sort(key=lambda node: (wishes[node], self.sides[node], node))
                self._grant(row, wishes)
        return self.x

    def _wish(self, node: int, neighbors: Sequence[int]) -> float:
        """Return the mean place of the neighbors; a node without any is where it wants to be."""
        weight = sum(self.weights[other] for other in neighbors)
        if not weight:
            return self.x[node]
        return sum(self.weights[other] * self.x[other] for other in neighbors) / weight

    def _grant(self, row: Sequence[int], wishes: dict[int, float]) -> None:
        """Place a row in its order, as near to the wishes as its widths allow."""
        from scipy.optimize import isotonic_regression  # it takes a while to import

        sizes = np.array([self.widths[node] for node in row])
        offsets = np.cumsum(sizes) - sizes / 2 + GAP * np.arange(len(row))
        slack = isotonic_regression(
            np.array([wishes[node] for node in row]) - offsets,
            weights=np.array([self.weights[node] for node in row]),
        ).x
        for node, x in zip(row, (slack + offsets).tolist(), strict=True):
            self.x[node] = x
