"""The palette: text has contrast, and colors that are compared can be told apart.

Contrast is that of the Web Content Accessibility Guidelines 2.2, section 1.4.3. Colors as people
without red or green cones see them are those of Machado, Oliveira and Fernandes 2009, at full
severity; distances are those of OKLab (Ottosson 2020), in which lightness goes from 0 to 1.
"""

import re
from itertools import combinations

import numpy as np
import pytest

from ner_window.pages.base import FOLDER, shared_style
from ner_window.pages.entity_types import COLORS

LEAST_CONTRAST = 5
LEAST_OF_BORDERS = 3  # section 1.4.11
LEAST_DISTANCE = 0.08  # of the first colors; lines have dashes and markers beside
LEAST_OF_ALL = 0.05

SEEN = {
    "all cones": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

PARTS = shared_style().split("@media")
LIGHT, DARK, *_ = (dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in PARTS)
PALETTES = {"light": LIGHT, "dark": LIGHT | DARK}
SERIES = [f"series-{number}" for number in range(1, 7)]
TYPES = [f"type-{number}" for number in range(1, COLORS + 1)]
GROUNDS = ("paper", "panel", "grid", "notice")
TEXT = [name for name in LIGHT if name not in (*GROUNDS, *TYPES)]
PAGE_OF_TAGGING = (FOLDER.parent / "tagging" / "page.css").read_text("utf-8")
FILLS = re.findall(r"var\(--type\) (\d+)%, var\(--paper\)", PAGE_OF_TAGGING)

in_both = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)


def rgb(color):
    """Red, green and blue, from 0 to 1, as screens take them."""
    return np.array([int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)])


def linear(color):
    return np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    luminances = [float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other)]
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


def least_distance(palette, names):
    """The least distance of two of some colors, for whoever sees them worst; and which they are."""
    found = []
    for who, seen in SEEN.items():
        cones = CONES @ np.clip(seen @ linear(np.array([rgb(palette[n]) for n in names])).T, 0, 1)
        places = (LAB @ np.cbrt(cones)).T
        for one, other in combinations(range(len(names)), 2):
            distance = np.linalg.norm(places[one] - places[other])
            found.append((float(distance), names[one], names[other], who))
    return min(found)


def test_figures_are_those_of_their_sources():
    black, white = rgb("#000000"), rgb("#ffffff")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(rgb("#777777"), white) == pytest.approx(4.48, abs=0.01)
    assert least_distance({"a": "#000000", "b": "#ffffff"}, ["a", "b"])[0] == pytest.approx(
        1, abs=1e-3
    )
    assert least_distance({"a": "#ff0000", "b": "#8d8000"}, ["a", "b"])[0] < 0.1  # no green cones


@in_both
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_text_has_contrast(palette, ground):
    found = {name: contrast(rgb(palette[name]), rgb(palette[ground])) for name in TEXT}
    assert len(found) >= 15
    assert {name: value for name, value in found.items() if value < LEAST_CONTRAST} == {}


@in_both
@pytest.mark.parametrize("name", ["noticed", "ink", "link"])
def test_text_of_notices_has_contrast(palette, name):
    assert contrast(rgb(palette[name]), rgb(palette["notice"])) >= LEAST_CONTRAST


@in_both
@pytest.mark.parametrize("name", TYPES)
def test_marked_text_has_contrast_and_a_border_that_is_seen(palette, name):
    color, paper, ink = (rgb(palette[each]) for each in (name, "paper", "ink"))
    assert len(FILLS) == 2
    for percent in FILLS:
        share = int(percent) / 100
        assert contrast(ink, share * color + (1 - share) * paper) >= LEAST_CONTRAST
    assert contrast(color, paper) >= LEAST_OF_BORDERS


@in_both
@pytest.mark.parametrize(
    ("names", "least"),
    [
        (SERIES[:4], LEAST_DISTANCE),
        (SERIES, LEAST_OF_ALL),
        (TYPES[:4], LEAST_DISTANCE),
        (TYPES, LEAST_OF_ALL),
        (["right", "wrong"], LEAST_DISTANCE),
        (["gold", "predicted"], LEAST_DISTANCE),
    ],
    ids=["first series", "series", "first types", "types", "right and wrong", "gold and predicted"],
)
def test_what_is_compared_can_be_told_apart(palette, names, least):
    distance, *worst = least_distance(palette, names)
    assert distance >= least, worst
