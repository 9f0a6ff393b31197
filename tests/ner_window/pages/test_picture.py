"""Pictures say the values of their points, and what they say cannot leave its place."""

import re
from urllib.parse import unquote

from ner_window.pages.base import FOLDER
from ner_window.pages.downloads import csv_link
from ner_window.pages.picture import (
    DATA,
    SERIES,
    Picture,
    series_class,
    series_look,
    tell_values,
)
from tests.page import Page


def paint(axes):
    (line,) = axes.plot([1, 2, 3], [4, 5, 6], marker="o", color=DATA, label="a line")
    tell_values(line, ["first | one", "</svg> & <b>", "third"])
    tell_values(axes.barh([1], [2])[0], ["the bar"])
    tell_values(axes.plot([0, 1], [1, 1])[0], ["no markers"])
    axes.legend()


def test_points_and_bars_tell_their_values():
    svg = str(Picture("drawn", "what is drawn", 2.0, paint).within_page())
    page = Page(svg)
    told = page.texts["title"]
    assert told[0] == "what is drawn"
    assert sorted(told[1:]) == sorted(
        ["first | one", "</svg> & <b>", "third", "the bar", "no markers"]
    )
    assert "values:" not in svg
    assert "<b>" not in svg
    assert "var(--data)" in svg


def test_files_tell_them_too():
    svg = Picture("drawn", "what is drawn", 2.0, paint).svg().decode()
    assert "<title>third</title>" in svg
    page = Page(svg.partition("?>")[2])
    assert page.all("svg")[0]["role"] == "img"
    assert page.texts["title"][0] == "what is drawn"
    assert "a line" in page.texts["text"]


def test_files_are_light_or_dark():
    svg = Picture("drawn", "what is drawn", 2.0, paint).svg().decode()
    style, _, drawing = svg.partition("</style>")
    used = set(re.findall(r"(?:fill|stroke): (#\w+)", drawing))
    assert len(used) >= 4
    assert all(
        f'[style*="{kind}: {color}"]' in style for color in used for kind in ("fill", "stroke")
    )


def test_files_are_the_same_in_every_run():
    svg = Picture("drawn", "what is drawn", 2.0, paint).svg().decode()
    assert svg == Picture("drawn", "what is drawn", 2.0, paint).svg().decode()


def test_a_page_gives_its_numbers_away():
    link = csv_link("curves.csv", ["epoch", "name"], [(1, 'a "b", c'), (2, "é&<")])
    (attributes,) = Page(str(link)).all("a")
    assert attributes["download"] == "curves.csv"
    head, _, data = attributes["href"].partition(",")
    assert head == "data:text/csv;charset=utf-8"
    assert unquote(data) == 'epoch,name\n1,"a ""b"", c"\n2,é&<\n'


def test_words_have_the_color_of_their_curve():
    style = (FOLDER.parent / "report" / "templates" / "report.css").read_text("utf-8")
    for number in range(len(SERIES) + 2):  # more than there are colors repeat them
        _, own = series_class(number).split()
        place = SERIES.index(series_look(number)["color"]) + 1
        assert own == f"series-{place}"
        assert f".{own} {{ color: var(--series-{place}); }}" in style
