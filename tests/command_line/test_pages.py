"""All five kinds of page stand on one base: alone, for everybody, on every screen and on paper."""

import re
from datetime import date

import pytest
from html5lib import HTMLParser

from ner_window.pages.base import around, shared_style
from tests.browser import as_printed, measured, needs_browser
from tests.command_lines import run_in
from tests.page import Page
from tests.places import ROOT
from tests.small_files import CORPUS, write_config, write_corpus

KINDS = ("run", "comparison", "study", "explanation", "tagging")
SLIDER = ROOT / "ner_window" / "tagging" / "slider.js"  # the one script of all pages
HEAVIEST = 200_000  # bytes
A4 = 680  # pixels, without margins of 15 mm
HOSTILE = "<script>alert(1)</script>"
STUDY = """\
base: {extends: config.yaml}
arms: [frozen, finetuned, scratch]
sizes: [8, all]
seeds: 2
least_steps: 0
tuning: null
pairs: [[oslo, bergen]]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a page of each kind, about models of a corpus with hostile tokens."""
    folder = tmp_path_factory.mktemp("pages")
    write_config(folder)
    write_corpus(folder).write_text(CORPUS.replace("Nordbank", HOSTILE), "utf-8")
    (folder / "study.yaml").write_text(STUDY, "utf-8")
    run_in(folder, "train", "config.yaml", "--out", "one")
    changes = ("--set", "model.hidden=5", "--set", f"data.test={folder / 'corpus.conll'}")
    run_in(folder, "train", "config.yaml", *changes, "--out", "two")
    run_in(folder, "report", "one", "two", "--out", "reports")
    run_in(folder, "compare", "study.yaml", "--out", "study", "--jobs", "1")
    sentence = ("--tokens", f"Anna {HOSTILE} in Oslo", "--token", "1")
    run_in(folder, "explain", "one", *sentence, "--html", "explanation.html")
    files = (str(folder / "one"), str(folder / "corpus.conll"))
    run_in(folder, "tag", *files, "--output", "html", "--out", "tagging.html")
    run_in(folder, "model", "bundle", str(folder / "one"), "--out", str(folder / "bundle"))
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    paths = {
        "run": folder / "reports" / "1-one.html",
        "comparison": folder / "reports" / "index.html",
        "study": folder / "study" / "study.html",
        "explanation": folder / "explanation.html",
        "tagging": folder / "tagging.html",
    }
    return {kind: path.read_text("utf-8") for kind, path in paths.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_head_and_style_are_those_of_the_base(pages, kind):
    text = pages[kind]
    before, after = around("", "", "", "")
    head, _, _ = before.partition("<title>")
    assert text.startswith(head)
    assert text.endswith(after[-len("</body>\n</html>\n") :])
    assert shared_style() in text
    page = Page(text)
    assert page.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )
    assert "@media print" in shared_style()
    assert "prefers-color-scheme: dark" in shared_style()
    title, (heading,) = page.texts["title"][0], page.texts["h1"]
    assert title == heading != ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_needs_nothing_but_a_browser(pages, kind):
    text = pages[kind]
    without_names = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?://|url\((?!#)|@import", without_names)
    page = Page(text)
    assert not {"img", "iframe"} & {name for name, _ in page.elements}
    scripts = [f"\n{SLIDER.read_text('utf-8')}"] if kind == "tagging" else []
    assert page.texts.get("script", []) == scripts
    neighbors = {
        "comparison": ("1-one.html", "2-two.html", "sentences.csv"),
        "study": ("runs.csv", "study.json", "study.yaml", "runs/"),
        "run": ("1-one-errors.csv", "index.html"),
    }
    for _, attributes in page.elements:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:", *neighbors.get(kind, ())))


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_valid_and_light(pages, kind):
    HTMLParser(strict=True).parse(pages[kind])
    assert len(pages[kind].encode()) < HEAVIEST


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_dated_in_one_form(pages, kind):
    facts = [text for text in Page(pages[kind]).texts["span"] if re.search(r"\b20\d\d\b", text)]
    assert {fact.removeprefix("tagged on ") for fact in facts} == {f"{date.today():%Y-%m-%d}"}


def test_pages_and_cards_tell_no_folders(folder):
    given_away = [*folder.rglob("*.html"), *folder.rglob("MODEL.md"), *folder.rglob("*.svg")]
    given_away += [*folder.rglob("provenance.json"), *folder.rglob("model.yaml")]
    assert len(given_away) > 12
    telling = [path for path in given_away if str(folder.parent) in path.read_text("utf-8")]
    assert not telling


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_speaks_to_those_who_do_not_see_it(pages, kind):
    page = Page(pages[kind])
    assert len(page.all("h1")) == len(page.all("header")) == len(page.all("main")) == 1
    assert all(picture["role"] == "img" for picture in page.all("svg"))
    assert all(head["scope"] in ("col", "colgroup", "row") for head in page.all("th"))
    regions = [element for element in page.all("div") if "tabindex" in element]
    assert all(region["role"] == "region" and region["aria-label"] for region in regions)
    assert len(regions) >= len(page.all("table"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@needs_browser
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_is_wider_than_the_screen(pages, width, tmp_path):
    opened = [page.replace("<details>", "<details open>") for page in pages.values()]
    sizes = measured(opened, width, tmp_path)
    assert dict(zip(pages, sizes, strict=True)) == {kind: [width, 0, []] for kind in pages}


@needs_browser
def test_nothing_is_cut_off_on_paper(pages, tmp_path):
    sizes = measured(map(as_printed, pages.values()), A4, tmp_path)
    assert dict(zip(pages, sizes, strict=True)) == {kind: [A4, 0, []] for kind in pages}
