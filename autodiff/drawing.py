"""What a drawing of a computation graph shows, and the drawing as text for Graphviz.

The output stands on top, every node below those that use it: forward runs upwards, and backward, as
one reads, from the top down. In the nodes stand their names, how they are computed, and their
values or shapes; on the edges the gradients that flow back, the number itself for a scalar, the
norm for an array. Where several arrive at a node, their sum stands in it.

:mod:`autodiff.svg` makes a picture of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from autodiff.errors import GraphError
from autodiff.node import Node
from autodiff.row_sparse import Gradient, RowSparse

LONGEST = 26  # characters in a line of a node
SYMBOLS = {
    "add": "+",
    "subtract": "-",
    "multiply": "\N{MULTIPLICATION SIGN}",
    "divide": "/",
    "maximum": "max",
    "minimum": "min",
    "negate": "-",
    "matmul": "X Y",
}
Flow = Mapping[tuple[Node, int], Gradient]
"""The gradient that each node sends to each of its inputs, by their places."""
Arrived = dict[Node, list[Gradient]]
"""The gradients that arrive at each node from its users."""


@dataclass(frozen=True)
class DrawnNode:
    """A node, or several that are drawn as one: what stands in it.

    ``lines`` come below the title, last ``sum``: of the gradients where several meet, and in how
    many rows they are where they are sparse. ``hint`` tells all of it, uncut. ``gets_gradient``
    tells whether backward is to bring it one.
    """

    title: str
    lines: list[str]
    sum: str
    hint: list[str]
    is_source: bool
    gets_gradient: bool


@dataclass(frozen=True)
class DrawnEdge:
    """An edge from an input to its user, by position; ``label`` is the gradient that flows back."""

    source: int
    target: int
    label: str


@dataclass(frozen=True)
class Drawing:
    """What is drawn of a graph: nodes in topological order, the output last, and edges."""

    title: str
    nodes: list[DrawnNode]
    edges: list[DrawnEdge]


def drawing_of(nodes: Sequence[Node], flow: Flow, folded: Mapping[str, Sequence[Node]]) -> Drawing:
    """Return the drawing of nodes in topological order.

    ``folded`` names nodes that are drawn as one; an edge to or from them stands for all that it is
    made of, its gradient for all of theirs, side by side. Raises GraphError where one of them
    depends on another.
    """
    name_of: dict[Node, Any] = {node: name for name, members in folded.items() for node in members}
    groups: dict[Any, list[Node]] = {}
    for node in reversed(nodes):  # so that a fold stands where the last of its nodes does
        groups.setdefault(name_of.get(node, node), []).insert(0, node)
    order = [*reversed(groups)]
    position = {node: place for place, group in enumerate(order) for node in groups[group]}
    flows: dict[tuple[int, int, int], list[Gradient]] = {}
    for node in nodes:
        for place, x in enumerate(node.inputs):
            if position[x] >= position[node]:
                raise GraphError(f"{node.label} depends on {x.label}: they cannot be drawn as one")
            number = 0 if x in name_of or node in name_of else place
            parts = flows.setdefault((position[x], position[node], number), [])
            parts += [flow[node, place]] if (node, place) in flow else []
    arrived, output = _arrived(flow), nodes[-1]
    kind = output.operation.name if output.operation else "a source"
    return Drawing(
        f"Computation graph of {output.name or kind}",
        [
            _drawn(group, arrived) if isinstance(group, Node) else _folded(group, members, arrived)
            for group, members in reversed(groups.items())
        ],
        [DrawnEdge(source, target, _size(parts)) for (source, target, _), parts in flows.items()],
    )


def to_dot(drawing: Drawing) -> str:
    """Return the graph as text for Graphviz (``dot -Tsvg``)."""
    lines = ["digraph {", "  rankdir=BT;", '  node [fontname="sans-serif"];']
    for position, node in enumerate(drawing.nodes):
        shape = "box" if node.is_source else "ellipse"
        shown = [node.title, *node.lines, *([node.sum] if node.sum else [])]
        label = "\\n".join(line.replace('"', "'") for line in shown)
        lines.append(f'  n{position} [shape={shape}, label="{label}"];')
    for edge in drawing.edges:
        label = f' [label="{edge.label}"]' if edge.label else ""
        lines.append(f"  n{edge.source} -> n{edge.target}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def _arrived(flow: Flow) -> Arrived:
    arrived: Arrived = {}
    for (node, place), gradient in flow.items():
        arrived.setdefault(node.inputs[place], []).append(gradient)
    return arrived


def _drawn(node: Node, arrived: Arrived) -> DrawnNode:
    value = f"{node.array:.4g}" if node.array.ndim == 0 else f"{node.array.shape}"
    title, lines = (node.name, [value]) if node.name else (value, [])
    if node.operation is not None:
        symbol = SYMBOLS.get(node.operation.name, node.operation.name)
        _, _, right_side = _formula(node).partition(" = ")
        is_told = all(x.name for x in node.inputs) and len(right_side) <= LONGEST
        title = node.name or symbol
        lines = [*([right_side if is_told else symbol] if node.name else []), value]
    return _of_nodes(title, lines, [node], arrived)


def _folded(name: str, nodes: Sequence[Node], arrived: Arrived) -> DrawnNode:
    operations = [node.operation.name for node in nodes if node.operation]
    numbers = sum(node.array.size for node in nodes)
    return _of_nodes(name, [*operations[:1], f"{numbers:,} numbers"], nodes, arrived)


def _of_nodes(title: str, lines: list[str], nodes: Sequence[Node], arrived: Arrived) -> DrawnNode:
    sums = {node: reduce(add, arrived[node]) for node in nodes if node in arrived}
    meet_somewhere = any(len(arrived[node]) > 1 for node in sums)
    rows = _rows([*sums.values()])
    told = [f"sum {_size([*sums.values()])}"] if meet_somewhere else []
    return DrawnNode(
        title=title,
        lines=lines,
        sum=", ".join([*told, *([f"{rows} rows"] if rows else [])]),
        hint=[_hint(node, sums.get(node)) for node in nodes],
        is_source=all(node.operation is None for node in nodes),
        gets_gradient=any(node.needs_gradient for node in nodes),
    )


def _formula(node: Node) -> str:
    assert node.operation is not None
    return node.operation.formula(node.label, *(x.label for x in node.inputs))


def _hint(node: Node, gradient: Gradient | None) -> str:
    """Return the whole of what there is to say of a node, in a line."""
    array, parts = node.array, [_formula(node) if node.operation else node.name or "constant"]
    if array.ndim == 0:
        parts.append(f"value {array:.10g}")
    else:
        parts.append(f"shape {array.shape}")
        is_real = np.issubdtype(array.dtype, np.floating)
        parts += [f"norm {float(np.linalg.norm(array)):.6g}"] if is_real else []
    return "; ".join([*parts, *([] if gradient is None else [f"gradient {_size([gradient])}"])])


def _size(gradients: Sequence[Gradient]) -> str:
    """Return a scalar gradient, or the norm of others together."""
    if not gradients:
        return ""
    if len(gradients) == 1 and gradients[0].shape == ():
        return f"{gradients[0]:.4g}"
    return f"|{math.hypot(*map(_norm, gradients)):.3g}|"


def _norm(gradient: Gradient) -> float:
    return gradient.norm() if isinstance(gradient, RowSparse) else float(np.linalg.norm(gradient))


def _rows(gradients: Sequence[Gradient]) -> int:
    """Return in how many rows sparse gradients are."""
    return sum(x.coalesce().indices.size for x in gradients if isinstance(x, RowSparse))
