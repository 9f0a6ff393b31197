"""The picture of a graph as tests read it: where its boxes, its texts and its edges are."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

SVG = "{http://www.w3.org/2000/svg}"
SIZE = 13
TOUCH = 0.5  # pixels


class DrawnGraph:
    """Rectangles are (left, top, right, bottom); texts have the width of the widest common font.

    ``nodes`` pairs the rectangle of each node with its texts, ``gradients`` are the texts beside
    edges, ``curves`` points along each edge, ``size`` the width and height of the picture.
    """

    def __init__(self, svg):
        root = ElementTree.fromstring(svg)
        self.title = root.find(f"{SVG}title").text
        self.size = tuple(float(root.get(name)) for name in ("width", "height"))
        self.corner = tuple(float(part) for part in root.get("viewBox").split()[:2])
        groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
        self.hints = [group.find(f"{SVG}title").text for group in groups]
        self.nodes = [
            (_rectangle(group.find(f"{SVG}rect")), list(map(_text, group.iter(f"{SVG}text"))))
            for group in groups
        ]
        beside = root.findall(f"{SVG}text")
        self.gradients = [_text(text) for text in beside if text.get("class") == "gradient"]
        self.curves = [
            _points(path.get("d"))
            for path in root.iter(f"{SVG}path")
            if path.get("class") == "edge"
        ]

    @property
    def titles(self):
        return [texts[0][1] for _, texts in self.nodes]

    def lines(self, title):
        """Return the lines of the node with this title, below it."""
        (found,) = [texts for _, texts in self.nodes if texts[0][1] == title]
        return [line for _, line in found[1:]]

    def check(self):
        """Hold it to what makes it legible: nothing lies on anything else, and all is in sight."""
        boxes = [box for box, _ in self.nodes]
        labels = [box for box, _ in self.gradients]
        for one, other in combinations([*boxes, *labels], 2):
            assert not _overlap(one, other), (one, other)
        for box, texts in self.nodes:
            for place, line in texts:
                assert _lies_in(place, box), line
            for (one, _), (other, _) in combinations(texts, 2):
                assert not _overlap(one, other), texts
        for curve in self.curves:
            for box in [*boxes, *labels]:
                assert not _passes(curve, box), box
            assert np.all(np.diff(curve[:, 1]) < TOUCH)  # upwards
        (left, top), (width, height) = self.corner, self.size
        for box in [*boxes, *labels]:
            assert _lies_in(box, (left, top, left + width, top + height))


def _rectangle(element):
    x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _text(element):
    """Return the rectangle of a text that is centered, and what it says."""
    weight = "bold" if element.get("class") == "name" else "normal"
    font = FontProperties(family="DejaVu Sans", size=SIZE, weight=weight)
    width, height, descent = TextToPath().get_text_width_height_descent(
        element.text, font, ismath=False
    )
    x, y = float(element.get("x")), float(element.get("y"))
    return (x - width / 2, y - height + descent, x + width / 2, y + descent), element.text


def _points(path):
    """Return points along a path of lines (V) and curves (C), (n, 2)."""
    points, share = [], np.linspace(0, 1, 21)[:, None]
    for command, numbers in re.findall(r"([MVC])([^MVC]*)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            points.append(np.array([values]))
        elif command == "V":
            end = np.array([points[-1][-1][0], values[0]])
            points.append((1 - share) * points[-1][-1] + share * end)
        else:
            a, (b, c, d) = points[-1][-1], np.array(values).reshape(3, 2)
            rest = 1 - share
            points.append(
                rest**3 * a + 3 * rest**2 * share * b + 3 * rest * share**2 * c + share**3 * d
            )
    return np.concatenate(points)


def _overlap(one, other):
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > TOUCH and down > TOUCH


def _lies_in(inner, outer):
    return all(a >= b for a, b in zip(inner[:2], outer[:2], strict=True)) and all(
        a <= b for a, b in zip(inner[2:], outer[2:], strict=True)
    )


def _passes(curve, box):
    """Tell whether points are within a rectangle; its edge may be touched."""
    left, top, right, bottom = box
    x, y = curve.T
    inside = (x > left + TOUCH) & (x < right - TOUCH) & (y > top + 1) & (y < bottom - 1)
    return inside.any()
