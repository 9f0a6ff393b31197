"""Drawing a computation graph: as Graphviz text, or as SVG with a layered layout of our own.

Sources stand on the left, the output on the right, every node in the column after the last of its
inputs. Values of scalars stand in the nodes; on the edges stand the gradients that flow back, in
the sources their sums: the number itself for a scalar, the norm for an array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from autodiff.node import Node
from autodiff.row_sparse import Gradient, RowSparse

COLUMN, ROW, WIDTH, HEIGHT = 245, 84, 150, 58  # pixels
WEIGHT = ' font-weight="bold"'
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


@dataclass(frozen=True)
class DrawnEdge:
    """An edge from ``source`` to ``target`` (positions) and the gradient that flows back."""

    source: int
    target: int
    gradient: Gradient | None


def to_dot(nodes: Sequence[Node], edges: Sequence[DrawnEdge], sums: Mapping[Node, Gradient]) -> str:
    """Return the graph as text for Graphviz (``dot -Tsvg``)."""
    lines = ["digraph {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    for position, node in enumerate(nodes):
        shape = "box" if node.operation is None else "ellipse"
        label = "\\n".join(line.replace('"', "'") for line in _label(node, sums))
        lines.append(f'  n{position} [shape={shape}, label="{label}"];')
    for edge in edges:
        label = "" if edge.gradient is None else f' [label="{_size(edge.gradient)}"]'
        lines.append(f"  n{edge.source} -> n{edge.target}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def to_svg(nodes: Sequence[Node], edges: Sequence[DrawnEdge], sums: Mapping[Node, Gradient]) -> str:
    """Return the graph as a self-contained SVG picture."""
    places = _layout(nodes, edges)
    width = max(x for x, _ in places) + WIDTH + 20
    height = max(y for _, y in places) + HEIGHT + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" font-family="sans-serif" font-size="13">',
        f"<title>Computation graph of {escape(nodes[-1].label)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    parts += [_svg_edge(edge, places) for edge in edges]
    parts += [
        _svg_node(node, _label(node, sums), place)
        for node, place in zip(nodes, places, strict=True)
    ]
    parts += [_svg_gradient(edge, places) for edge in edges if edge.gradient is not None]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _label(node: Node, sums: Mapping[Node, Gradient]) -> list[str]:
    """Return what stands in a node: name or operation, value or shape, a source's gradient."""
    operation = node.operation.name if node.operation else "constant"
    title = node.name or SYMBOLS.get(operation, operation)
    value = f"{node.array:.4g}" if node.array.ndim == 0 else f"{node.array.shape}"
    gradient = [f"grad {_size(sums[node])}"] if node in sums else []
    return [title, value, *gradient]


def _size(gradient: Gradient) -> str:
    """Return a scalar gradient, or the norm of another."""
    if isinstance(gradient, RowSparse):
        return f"|{gradient.norm():.3g}|, {gradient.coalesce().indices.size} rows"
    if gradient.ndim == 0:
        return f"{gradient:.4g}"
    return f"|{float(np.linalg.norm(gradient)):.3g}|"


def _layout(nodes: Sequence[Node], edges: Sequence[DrawnEdge]) -> list[tuple[int, int]]:
    """Return the upper left corner of each node, in pixels.

    A node stands in the column after the last of its inputs, a source just before the first node
    that uses it. Within a column nodes are ordered by the mean row of their neighbors in the
    columns drawn before, which keeps edges from crossing much.
    """
    column = [0] * len(nodes)
    users: list[list[int]] = [[] for _ in nodes]
    for edge in sorted(edges, key=lambda edge: edge.target):
        column[edge.target] = max(column[edge.target], column[edge.source] + 1)
        users[edge.source].append(edge.target)
    for position, node in enumerate(nodes):
        if node.operation is None and users[position]:
            column[position] = min(column[user] for user in users[position]) - 1
    members: dict[int, list[int]] = {}
    for position, number in enumerate(column):
        members.setdefault(number, []).append(position)
    row: dict[int, int] = {}
    for number in sorted(members, reverse=True):
        wishes = {p: sum(row[u] for u in users[p]) / max(len(users[p]), 1) for p in members[number]}
        in_order = sorted(members[number], key=lambda p: (wishes[p], p))
        row.update((position, place) for place, position in enumerate(in_order))
    heights = {number: len(positions) for number, positions in members.items()}
    tallest = max(heights.values())
    return [
        (
            20 + column[p] * COLUMN,
            int(20 + ROW * (row[p] + (tallest - heights[column[p]]) / 2)),
        )
        for p in range(len(nodes))
    ]


def _svg_edge(edge: DrawnEdge, places: Sequence[tuple[int, int]]) -> str:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    start, end = (x1 + WIDTH, y1 + HEIGHT // 2), (x2, y2 + HEIGHT // 2)
    bend = (end[0] - start[0]) / 2
    curve = (
        f"M{start[0]},{start[1]} C{start[0] + bend:.0f},{start[1]} "
        f"{end[0] - bend:.0f},{end[1]} {end[0] - 6},{end[1]}"
    )
    tip = f"M{end[0]},{end[1]} l-8,-4 v8 z"
    return f'<path d="{curve}" fill="none" stroke="#555555"/><path d="{tip}" fill="#555555"/>'


def _svg_gradient(edge: DrawnEdge, places: Sequence[tuple[int, int]]) -> str:
    """Write the gradient beside the middle of its edge, on a white ground."""
    assert edge.gradient is not None
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    gap = x2 - x1 - WIDTH
    share = min(0.45, 45 / gap)  # near the source: edges that meet in one node lie apart there
    x, text = x1 + WIDTH + share * gap, _size(edge.gradient)
    y = y1 + HEIGHT / 2 + (3 * share**2 - 2 * share**3) * (y2 - y1)
    width = 7 * len(text) + 4
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y - 9:.0f}" width="{width}" height="17" '
        f'fill="#ffffff"/><text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle" '
        f'fill="#b00020">{escape(text)}</text>'
    )


def _svg_node(node: Node, lines: Sequence[str], place: tuple[int, int]) -> str:
    x, y = place
    radius = 4 if node.operation is None else HEIGHT // 2
    fill = "#e8f0fe" if node.needs_gradient else "#f1f1f1"
    first = y + HEIGHT // 2 + 5 - 8 * (len(lines) - 1)
    texts = [
        f'<text x="{x + WIDTH // 2}" y="{first + 16 * number}" text-anchor="middle"'
        f"{WEIGHT if number == 0 else ''}>{escape(_shortened(line))}</text>"
        for number, line in enumerate(lines)
    ]
    box = (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="{radius}" fill="{fill}" '
        'stroke="#333333"/>'
    )
    return box + "".join(texts)


def _shortened(title: str) -> str:
    return title if len(title) <= 22 else f"{title[:20]}.."
