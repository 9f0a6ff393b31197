"""Reports of runs: what is on the pages, that they need nothing else, and that they fit screens."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.browser import measured, needs_browser
from tests.small_files import CORPUS

HOSTILE = "<script>alert(1)</script>"
VOID = {"meta", "link", "br", "img", "hr", "input"}
SECTIONS = [
    *("learning", "types", "confusions", "groups", "calibration", "kinds", "errors", "data"),
    *("graph", "cost", "health"),
]


class Page(HTMLParser):
    """A page whose elements are closed in order: its elements, and the text of each kind."""

    def __init__(self, path: Path):
        super().__init__()
        self.open, self.elements, self.texts = [], [], {}
        self.feed(path.read_text("utf-8"))
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def trained(run, config_file, tmp_path):
    """A finished run that makes mistakes, of a corpus with hostile tokens."""

    def train(name, *settings):
        corpus = CORPUS.replace("Nordbank B-ORG", f"{HOSTILE} B-ORG").replace(
            "cold O", "cold B-<b>"
        )
        (tmp_path / "corpus.conll").write_text(corpus, "utf-8")
        changes = [part for setting in settings for part in ("--set", setting)]
        code, _, err = run("train", config_file, "--out", name, *changes)
        assert code == 0, err
        return tmp_path / name

    return train


def made(run, *arguments):
    code, out, err = run("report", *arguments)
    assert (code, err) == (0, "")
    return Path(out.removeprefix("report: ").strip())


def test_the_page_has_all_sections_and_needs_nothing_else(run, trained):
    path = made(run, trained("run"))
    assert path == path.parent.parent / "run" / "report.html"
    page = Page(path)
    assert [section["id"] for section in page.all("section")] == SECTIONS
    assert [link["href"] for link in page.all("a")] == [f"#{name}" for name in SECTIONS]
    headings = [tag for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings == ["h1", *["h2"] * len(SECTIONS)]
    assert_self_contained(page, path.read_text("utf-8"))
    for name in ("F1 on dev", "Precision", "Recall", "Peak memory"):
        assert name in page.texts["dt"]


def assert_self_contained(page, text, neighbors=()):
    without_names = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?://|url\((?!#)|@import", without_names)
    for _, attributes in page.elements:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:", *neighbors))
    assert not page.all("script")
    for picture in page.all("svg"):
        assert picture["role"] == "img"
    tables = page.all("table")
    assert len(tables) == len(page.all("caption"))
    assert all(head["scope"] in ("col", "row") for head in page.all("th"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_what_comes_from_the_corpus_is_escaped(run, trained):
    page = Page(made(run, trained("run", "training.epochs=1")))
    assert not page.all("script")
    assert not page.all("b")
    assert any(HOSTILE in text for text in page.texts["q"] + page.texts["span"])


def test_a_report_made_again_is_the_same_to_the_byte(run, trained):
    folder = trained("run")
    first = made(run, folder).read_bytes()
    assert made(run, folder).read_bytes() == first
    assert made(run, folder, "--out", "elsewhere.html").read_bytes() == first
    code, _, err = run("report", folder, "--out", "elsewhere.html")
    assert (code, "elsewhere.html exists" in err) == (2, True)


@pytest.mark.parametrize(
    "settings",
    [
        ["model.head=sentence"],
        ["model.head=margin", "model.target=PER"],
        ["model.context=document", "embeddings.trainable=false"],
        ["training.restarts=2"],
        ["training.ensemble=2"],
        ["data.dev=null", "data.test=corpus.conll", "training.keep=last"],
        ["training.epochs=30"],
    ],
)
def test_runs_of_every_kind_have_a_report(run, trained, settings):
    page = Page(made(run, trained("run", *settings)))
    assert [section["id"] for section in page.all("section")] == SECTIONS


def test_several_runs_side_by_side(run, trained, tmp_path):
    folders = [trained("one"), trained("two", "model.hidden=5", "embeddings.trainable=false")]
    index = made(run, *folders, "--out", "side by side")
    page, text = Page(index), index.read_text("utf-8")
    assert [link["href"] for link in page.all("a")] == ["1-one.html", "2-two.html"]
    assert {path.name for path in index.parent.iterdir()} == {
        *("index.html", "1-one.html", "2-two.html")
    }
    for name in ("model.hidden", "embeddings.trainable"):
        assert name in page.texts["code"]
    assert "seed" not in page.texts["code"]
    assert "detected" in text
    assert_self_contained(page, text, neighbors=("1-one.html", "2-two.html"))
    again = made(run, *folders, "--out", "again")
    assert again.read_bytes() == index.read_bytes()
    code, _, err = run("report", *folders, "--out", "again")
    assert (code, "exists" in err) == (2, True)
    code, _, err = run("report", *folders)
    assert (code, "--out DIR" in err) == (2, True)


def test_runs_on_other_data_are_not_compared(run, trained, tmp_path):
    one = trained("one")
    (tmp_path / "other.conll").write_text("Oslo B-LOC\n", "utf-8")
    two = trained("two", "data.dev=other.conll")
    page = Page(made(run, one, two, "--out", "pages"))
    assert "not compared: it is held to another file" in page.texts["td"]


def test_what_cannot_be_reported_on(run, trained, tmp_path, corpus_file):
    folder = trained("run")

    def refusal(*arguments):
        code, out, err = run("report", *arguments)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        return err

    assert "is no run folder" in refusal("nowhere")
    assert "no test data" in refusal(folder, "--split", "test")
    corpus = corpus_file.read_text("utf-8")
    corpus_file.write_text(corpus + "\nNew O\n", "utf-8")
    assert "has changed since the run" in refusal(folder)
    corpus_file.unlink()
    assert "is gone" in refusal(folder)
    corpus_file.write_text(corpus, "utf-8")
    (folder / "metrics.jsonl").write_text("{}\n", "utf-8")
    assert "is damaged" in refusal(folder)
    (folder / "scores.json").unlink()
    assert "--resume" in refusal(folder)
    assert not (folder / "report.html").exists()


def test_several_seeds_are_named(run, trained, tmp_path, config_file):
    trained("run")
    assert run("train", config_file, "--seeds", 2, "--out", "seeds")[0] == 0
    code, _, err = run("report", "seeds")
    assert code == 2
    assert "ner-window report seeds/seed-1 seeds/seed-2 --out DIR" in err


def test_without_the_extra_it_says_what_to_install(run, trained, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)  # as where the extra is not installed
    code, _, err = run("report", trained("run"))
    assert (code, "pip install 'ner-window[report]'" in err) == (2, True)


def test_a_run_records_its_peak_memory(trained):
    scores = json.loads((trained("run") / "scores.json").read_text("utf-8"))
    assert 10 < scores["peak_memory_mb"] < 100_000


@needs_browser
def test_nothing_is_wider_than_the_screen(run, trained, tmp_path):
    folders = [trained("one", "training.epochs=1"), trained("two", "model.hidden=5")]
    index = made(run, *folders, "--out", "pages")
    for path in (index, index.parent / "1-one.html"):
        page = path.read_text("utf-8").replace("<details>", "<details open>")
        for width in (360, 1440):
            assert measured(page, width, tmp_path) == [width, 0, []]
