"""A drawing of a graph as an SVG picture that needs nothing else.

It is as narrow as it can be, so that it fits a page, and a phone. Its colors are those of the page
that it stands in, where that has the variables ``--paper``, ``--ink`` and ``--soft``; else its own,
light or dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import accumulate

from autodiff.drawing import Drawing, DrawnEdge, DrawnNode
from autodiff.layered_layout import layered

SIZE, LINE, PADDING = 13, 16, 9  # pixels: of letters, from line to line, around them in a node
GRADIENT, CURVE, MARGIN = 18, 34, 10  # above a layer for the gradients, and for the edges to bend
PORT, TIP = 12, 7  # between edges that end in one node; the length of an arrow's head
SPINE = 100.0  # how much more operations count than sources in where nodes stand
WIDEST, LEGEND_WIDTH = 420, 320
LONGEST = 26  # characters in a line of a node
EMS = dict.fromkeys("ijlt.,:;|!'()[] -/", 0.42) | dict.fromkeys("mwMWOQG+=@%\u00d7", 1.0)
LEGEND = (
    ('<rect class="node fixed" y="-10" width="18" height="11" rx="2"/>', "data or parameter"),
    ('<rect class="node fixed" y="-10" width="18" height="11" rx="5.5"/>', "operation"),
    ('<rect class="moved" y="-10" width="18" height="11"/>', "gets a gradient"),
    ('<rect class="fixed" y="-10" width="18" height="11"/>', "gets none"),
)
GRADIENT_LEGEND = (
    '<tspan class="gradient">0.5</tspan> gradient on its way back; '
    '<tspan class="gradient">|0.5|</tspan> its norm'
)
LEGEND_LINES = 3
STYLE = """
.computation-graph {
  --graph-paper: #ffffff; --graph-fixed: #f1f1f1; --graph-moved: #e3edfd;
  --graph-ink: #1b1f24; --graph-soft: #525b66; --graph-gradient: #b00020;
  font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
@media screen and (prefers-color-scheme: dark) {
  .computation-graph {
    --graph-paper: #14171a; --graph-fixed: #23282e; --graph-moved: #1d2f4a;
    --graph-ink: #e6e9ec; --graph-soft: #aab4be; --graph-gradient: #ff8f8f;
  }
}
.computation-graph .paper { fill: #ffffff; fill: var(--paper, var(--graph-paper)); }
.computation-graph text { fill: #1b1f24; fill: var(--ink, var(--graph-ink)); text-anchor: middle; }
.computation-graph .name { font-weight: bold; }
.computation-graph .soft { fill: #525b66; fill: var(--soft, var(--graph-soft)); }
.computation-graph .gradient { fill: #b00020; fill: var(--graph-gradient); }
.computation-graph .left { text-anchor: start; }
.computation-graph .node { stroke: #525b66; stroke: var(--soft, var(--graph-soft)); }
.computation-graph .fixed { fill: #f1f1f1; fill: var(--graph-fixed); }
.computation-graph .moved { fill: #e3edfd; fill: var(--graph-moved); }
.computation-graph .edge { fill: none; stroke: #525b66; stroke: var(--soft, var(--graph-soft)); }
.computation-graph .tip { fill: #525b66; fill: var(--soft, var(--graph-soft)); }
""".strip()


def to_svg(drawing: Drawing) -> str:
    """Return the picture."""
    return "\n".join(_Picture(drawing).elements()) + "\n"


class _Picture:
    """A drawing with the place of everything in it, in pixels.

    ``tops`` are the upper edges of the layers, ``floors`` where the edges from below end; ``ports``
    is the x at which each edge leaves its source, ``entries`` that at which it reaches its target.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.title, self.nodes, self.edges = drawing.title, drawing.nodes, drawing.edges
        self.leaving: list[list[int]] = [[] for _ in self.nodes]
        self.arriving: list[list[int]] = [[] for _ in self.nodes]
        for number, edge in enumerate(self.edges):
            self.leaving[edge.source].append(number)
            self.arriving[edge.target].append(number)
        self.widths = [self._width(position) for position in range(len(self.nodes))]
        self.layout = layered(
            self.widths,
            [1.0 if node.is_source else SPINE for node in self.nodes],
            [(edge.source, edge.target) for edge in self.edges],
            WIDEST,
        )
        heights = [0.0] * (max(self.layout.layer) + 1)
        for node, layer in zip(self.nodes, self.layout.layer, strict=True):
            heights[layer] = max(heights[layer], _height(node))
        between = TIP + CURVE + GRADIENT
        tops = accumulate((height + between for height in heights), initial=float(MARGIN))
        *self.tops, bottom = tops
        self.bottom = bottom - CURVE - GRADIENT
        self.floors = [top + height + TIP for top, height in zip(self.tops, heights, strict=True)]
        self.ports, self.entries = self._ports(), self._entries()

    def _width(self, position: int) -> float:
        """Return the width of a node: of its text, and of all that ends above and below it."""
        node = self.nodes[position]
        texts = [_width(node.title, is_bold=True), *map(_width, [*node.lines, node.sum])]
        ports = sum(_port_width(self.edges[number]) for number in self.leaving[position])
        entries = PORT * (len(self.arriving[position]) + 1)
        return max(max(texts) + 2 * PADDING, ports, entries)

    def _ports(self) -> list[float]:
        """Return where edges leave, side by side, each with its gradient below it."""
        ports = [0.0] * len(self.edges)
        for position, leaving in enumerate(self.leaving):
            in_order = sorted(leaving, key=lambda number: (self._route(number)[1], number))
            sizes = [_port_width(self.edges[number]) for number in in_order]
            left = self.layout.x[position] - sum(sizes) / 2
            for number, size in zip(in_order, sizes, strict=True):
                ports[number], left = left + size / 2, left + size
        return ports

    def _entries(self) -> list[float]:
        """Return where edges arrive, side by side around the middle of the node."""
        entries = [0.0] * len(self.edges)
        for position, arriving in enumerate(self.arriving):
            in_order = sorted(arriving, key=lambda number: (self._route(number)[-2], number))
            left = self.layout.x[position] - PORT * (len(in_order) - 1) / 2
            for place, number in enumerate(in_order):
                entries[number] = left + PORT * place
        return entries

    def _route(self, number: int) -> list[float]:
        """Return the x of an edge in each layer from its source up to its target."""
        edge, x = self.edges[number], self.layout.x
        return [x[edge.source], *self.layout.bends[number], x[edge.target]]

    def elements(self) -> Iterator[str]:
        """Yield the lines of the file."""
        bends = [x for passed in self.layout.bends for x in passed]
        halves = [width / 2 for width in self.widths]
        nodes = [*zip(self.layout.x, halves, strict=True)]
        left = min([x - half for x, half in nodes] + bends)
        right = max([x + half for x, half in nodes] + [*bends, left + LEGEND_WIDTH])
        width = right - left + 2 * MARGIN
        height = self.bottom + LINE * LEGEND_LINES + MARGIN
        size = f'width="{width:.0f}" height="{height:.0f}"'
        corner = left - MARGIN
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="computation-graph" role="img" '
            f'viewBox="{corner:.0f} 0 {width:.0f} {height:.0f}" {size} '
            'style="max-width:100%;height:auto">'
        )
        yield f"<title>{escape(self.title)}</title>"
        yield f"<style>\n{STYLE}\n</style>"
        yield f'<rect class="paper" x="{corner:.0f}" y="0" {size} rx="8"/>'
        yield from map(self._edge, range(len(self.edges)))
        yield from map(self._node, range(len(self.nodes)))
        yield from self._legend(left)
        yield "</svg>"

    def _edge(self, number: int) -> str:
        """Return an edge from its source up to its target, and the gradient at its lower end."""
        edge, x = self.edges[number], self.ports[number]
        layer = self.layout.layer[edge.source]
        top = self.tops[layer]
        path = [f"M{x:.1f},{top - (GRADIENT if edge.label else 0):.0f}"]
        text = f'<text class="gradient" x="{x:.1f}" y="{top - 5:.0f}">{escape(edge.label)}</text>'
        for bend in [*self.layout.bends[number], self.entries[number]]:
            start, end = self.tops[layer] - GRADIENT, self.floors[layer - 1]
            middle, layer = (start + end) / 2, layer - 1
            path += [
                f"V{start:.0f}C{x:.1f},{middle:.0f} {bend:.1f},{middle:.0f} {bend:.1f},{end:.0f}"
            ]
            x = bend
        floor = self.tops[layer] + _height(self.nodes[edge.target])
        return (
            f'<path class="edge" d="{"".join(path)}V{floor + TIP:.0f}"/>'
            f'<path class="tip" d="M{x:.1f},{floor:.0f}l-4,{TIP}h8z"/>'
            f"{text if edge.label else ''}"
        )

    def _node(self, position: int) -> str:
        node, width = self.nodes[position], self.widths[position]
        x, y = self.layout.x[position], self.tops[self.layout.layer[position]]
        shown = [("name", node.title), *(("line", line) for line in node.lines)]
        shown += [("gradient", node.sum)] if node.sum else []
        texts = (
            f'<text class="{kind}" x="{x:.1f}" y="{y + PADDING + SIZE - 2 + LINE * number:.0f}">'
            f"{escape(_cut(line))}</text>"
            for number, (kind, line) in enumerate(shown)
        )
        kind, height = "moved" if node.gets_gradient else "fixed", _height(node)
        radius = 4 if node.is_source else min(width, height, 44) / 2
        hint = "\n".join(node.hint)
        return (
            f"<g><title>{escape(hint)}</title>"
            f'<rect class="node {kind}" x="{x - width / 2:.1f}" y="{y:.0f}" width="{width:.1f}" '
            f'height="{height:.0f}" rx="{radius:.0f}"/>{"".join(texts)}</g>'
        )

    def _legend(self, left: float) -> Iterator[str]:
        """Yield what shapes and colors mean."""
        for number, (swatch, text) in enumerate(LEGEND):
            row, column = divmod(number, 2)
            x, y = left + column * LEGEND_WIDTH / 2, self.bottom + LINE * (row + 1)
            yield (
                f'<g transform="translate({x:.1f} {y:.0f})">{swatch}'
                f'<text class="soft left" x="24">{text}</text></g>'
            )
        y = self.bottom + LINE * LEGEND_LINES
        yield f'<text class="soft left" x="{left:.1f}" y="{y:.0f}">{GRADIENT_LEGEND}</text>'


def _height(node: DrawnNode) -> float:
    """Return the height of a node, by its lines."""
    return LINE * (len(node.lines) + bool(node.sum)) + SIZE + 2 * PADDING


def _port_width(edge: DrawnEdge) -> float:
    """Return how much room an edge needs above its source: that of its gradient."""
    return PORT + (_width(edge.label) if edge.label else 0)


def _width(text: str, is_bold: bool = False) -> float:
    """Return about how wide a line is, rather too much: fonts differ."""
    ems = sum(EMS.get(letter, 0.66) for letter in _cut(text))
    return SIZE * ems * (1.1 if is_bold else 1.0)


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
