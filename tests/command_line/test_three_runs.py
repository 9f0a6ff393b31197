"""The page of three runs: each has one color, and every sentence on which it differs is told."""

import csv
import re
from contextlib import chdir

import pytest

from ner_window.report.differing_sentences import MOST
from tests.browser import needs_browser, overlapping
from tests.command_lines import run_in
from tests.page import Page
from tests.small_files import CORPUS, write_config

HOSTILE = 'x,";<b>'
COPIES = 20
WRONG_TYPES = CORPUS.replace("PER", "?").replace("LOC", "PER").replace("?", "LOC")
LONG_SENTENCE = [*(line for line in CORPUS.splitlines()[2:14] if line), *["1997 O"] * 20]
LABELS = ["1 right", "2 early", "3 swapped"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of a run that is right, of one without an F1 by epoch, and of one with wrong types.

    They are judged on copies of the corpus and, at the end, on one long sentence.
    """
    folder = tmp_path_factory.mktemp("three")
    config = write_config(folder)
    texts = {
        "swapped.conll": WRONG_TYPES,
        "test.conll": "\n".join([CORPUS.replace("cold", HOSTILE)] * COPIES + LONG_SENTENCE),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    settings = {
        "right": ["training.epochs=40"],
        "early": ["training.epochs=1", "training.keep=last", "data.dev=null"],
        "swapped": ["training.epochs=40", "data.train=swapped.conll"],
    }
    for name, own in settings.items():
        changes = [part for each in ("data.test=test.conll", *own) for part in ("--set", each)]
        run_in(folder, "train", config, *changes, "--out", name)
    run_in(folder, "report", *settings, "--out", "pages")
    return folder / "pages"


@pytest.fixture(scope="module")
def index(pages):
    return (pages / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def rows(pages):
    with (pages / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def section(text, name):
    """Return a section of a page."""
    return text[text.index(f'<section id="{name}"') :].partition("</section>")[0]


def parts(text):
    """Return what stands below each heading of a section, by the heading."""
    found = re.findall(r"<h3[^>]*>(.+?)</h3>(.+?)(?=<h3|$)", text, re.DOTALL)
    return {re.sub("<.+?>", "", heading): body for heading, body in found}


def series(text):
    """Return the numbers of the colors of a text, of what is compared."""
    return set(re.findall(r"series-(\d)", text))


def test_a_run_has_one_color_in_curves_and_sentences(index):
    assert series(section(index, "learning").partition("</svg>")[0]) == {"1", "2", "3"}
    f1 = section(index, "learning").partition("</svg>")[2]
    assert series(f1) == {"1", "3"}, "the second has no F1, and keeps its color nevertheless"
    found = parts(section(index, "sentences"))
    assert list(found) == ["1 right is right, 2 early is not", "1 right is right, 3 swapped is not"]
    early, swapped = found.values()
    assert (series(early), series(swapped)) == ({"1", "2"}, {"1", "3"})
    assert '"unseen">3 swapped: </span>' in swapped
    headings = re.findall(r"<h3.*?</h3>", index)
    assert [series(heading) for heading in headings] == [{"1", "2"}, {"1", "3"}]


def test_all_sentences_that_differ_stand_in_a_file(index, rows):
    assert Page(index).links("sentences.csv") == ["sentences.csv"]
    swapped = [row for row in rows if row["wrong"] == "3 swapped"]
    assert {row["right"] for row in rows} == {"1 right"}
    assert list(rows[0]) == [
        *("right", "wrong", "line", "sentence", "gold"),
        *(f"{label} predicts" for label in LABELS),
    ]
    assert [int(row["line"]) for row in swapped][:3] == [3, 9, 18]
    assert swapped[0]["sentence"] == "Anna Kovac visited Oslo ."
    assert swapped[0]["gold"] == swapped[0]["1 right predicts"] == "PER Anna Kovac; LOC Oslo"
    assert swapped[0]["3 swapped predicts"] == "LOC Anna Kovac; PER Oslo"
    assert swapped[2]["sentence"] == f"Oslo is {HOSTILE}"
    table = section(index, "paired")
    for number, wrong in enumerate(LABELS[1:], start=1):
        count = sum(row["wrong"] == wrong for row in rows)
        assert f'<a href="#only-first-{number}">{count}</a>' in table


def test_of_many_sentences_it_is_said_how_many_are_shown(index, rows):
    found = parts(section(index, "sentences"))["1 right is right, 3 swapped is not"]
    count = sum(row["wrong"] == "3 swapped" for row in rows)
    assert count > 3 * COPIES
    assert f"{count} sentences, {MOST} are shown" in found
    assert found.count("<li>") == MOST


def test_what_two_runs_differ_in_is_bold(index):
    _, swapped = parts(section(index, "sentences")).values()
    sentence = swapped[swapped.index('<p class="sentence">') :].partition("</p>")[0]
    bold = re.findall(r'fault">.*?"words">(.*?)</span>', sentence)
    assert bold == ["Anna Kovac", "Oslo"]


def test_what_is_detected_is_bold_and_the_highest_f1_is_not(index):
    assert "<strong>" not in section(index, "total")


def test_the_way_to_a_section_is_called_as_the_section(index):
    page = Page(index)
    titles = [title for title in page.texts["a"] if title.startswith("Compared with the first run")]
    assert titles == [
        "Compared with the first run",
        "Compared with the first run, 1 right, on test",
    ]


def test_without_a_difference_there_is_no_file(pages, tmp_path, without_drawing):
    with chdir(pages.parent):
        run_in(pages.parent, "report", "right", "right", "--out", tmp_path / "same")
    assert not (tmp_path / "same" / "sentences.csv").exists()
    index = (tmp_path / "same" / "index.html").read_text("utf-8")
    assert "sentences.csv" not in index
    assert 'id="sentences"' not in index


@needs_browser
def test_what_is_written_below_a_line_does_not_reach_into_the_next(index, tmp_path):
    assert overlapping(index, 390, tmp_path) == [True, []]
