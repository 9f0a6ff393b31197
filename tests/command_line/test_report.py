"""Reports of runs: what is on the pages, and of which runs there is none."""

import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.page import Page
from tests.small_files import CORPUS

HOSTILE = "<script>alert(1)</script>"
SECTIONS = [
    *("learning", "types", "confusions", "groups", "calibration", "kinds", "errors", "data"),
    *("graph", "cost", "health"),
]


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
    assert (code, err[:6], err.count("\n")) == (0, "next: ", 1)
    return Path(out.removeprefix("report: ").strip())


def test_the_page_has_all_sections(run, trained):
    path = made(run, trained("run"))
    assert path == path.parent.parent / "run" / "report.html"
    page = Page(path.read_text("utf-8"))
    assert [section["id"] for section in page.all("section")] == SECTIONS
    assert [link["href"] for link in page.all("a")] == [f"#{name}" for name in SECTIONS]
    headings = [tag for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings == ["h1", *["h2"] * len(SECTIONS)]
    tables = page.all("table")
    assert len(tables) == len(page.all("caption"))
    for name in ("F1 on dev", "Precision", "Recall", "Peak memory"):
        assert name in page.texts["dt"]


def test_the_page_shows_what_was_trained_not_what_was_edited(run, trained):
    folder = trained("run")
    settings = ["--set", "training.epochs=4", "--set", "training.learning_rate=0.25"]
    assert run("train", "--resume", folder, *settings, "--accept-changes")[0] == 0
    config = folder / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("epochs: 4", "epochs: 99"), "utf-8")
    text = made(run, folder).read_text("utf-8")
    assert "Settings changed on the way" in text
    for code in ("training.learning_rate", "0.05", "0.25"):
        assert code in Page(text).texts["code"]
    assert "config.yaml has been edited since, in <code>training.epochs</code>" in text
    assert "epochs: 4" in text
    assert "epochs: 99" not in text


def test_what_comes_from_the_corpus_is_escaped(run, trained):
    page = Page(made(run, trained("run", "training.epochs=1")).read_text("utf-8"))
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
    page = Page(made(run, trained("run", *settings)).read_text("utf-8"))
    assert [section["id"] for section in page.all("section")] == SECTIONS


def headline(page):
    """Return what the page says of before its first section."""
    return page.partition("<section")[0]


def test_a_page_is_about_data_that_nothing_was_chosen_on(run, trained, tmp_path):
    (tmp_path / "test.conll").write_text((tmp_path / "corpus.conll").read_text() + "\nOslo B-LOC\n")
    folder = trained("run", "data.test=test.conll", "training.restarts=2")
    text = headline(made(run, folder).read_text("utf-8"))
    chosen = "the epoch and the best of 2 restarts were chosen on it, so that it is a little too"
    assert "F1 on test" in text
    assert re.search(rf"F1 on dev is [0-9.]+; {chosen} good", text)
    text = headline(made(run, folder, "--split", "dev", "--out", "dev.html").read_text("utf-8"))
    assert f"F1 on dev: {chosen}" in text
    assert chosen in " ".join((folder / "model" / "MODEL.md").read_text("utf-8").split())
    without = trained("without")
    both = made(run, folder, without, "--out", "both").read_text("utf-8")
    assert "1 run, F1 on dev: the epoch and the best of 2 restarts" in both, "all have dev"
    last = trained("last", "training.keep=last")
    assert "chosen on it" not in headline(made(run, last).read_text("utf-8"))


def test_several_runs_side_by_side(run, trained, tmp_path):
    folders = [trained("one"), trained("two", "model.hidden=5", "embeddings.trainable=false")]
    index = made(run, *folders, "--out", "side by side")
    text = index.read_text("utf-8")
    page = Page(text)
    assert [link["href"] for link in page.all("a")] == ["1-one.html", "2-two.html"]
    assert {path.name for path in index.parent.iterdir()} == {
        *("index.html", "1-one.html", "2-two.html")
    }
    for name in ("model.hidden", "embeddings.trainable"):
        assert name in page.texts["code"]
    assert "seed" not in page.texts["code"]
    assert "not tested" in page.texts["td"], "of three sentences"
    again = made(run, *folders, "--out", "again")
    assert again.read_bytes() == index.read_bytes()
    code, _, err = run("report", *folders, "--out", "again")
    assert (code, "exists" in err) == (2, True)
    code, _, err = run("report", *folders)
    assert (code, "--out DIR" in err) == (2, True)


def test_tests_against_the_first_run_are_corrected_for_their_number(run, trained, tmp_path):
    (tmp_path / "test.conll").write_text(20 * ((tmp_path / "corpus.conll").read_text() + "\n"))
    settings = ("data.test=test.conll", "training.epochs=1")
    folders = [trained(f"run{seed}", *settings, f"seed={seed}") for seed in (1, 2, 3)]
    page = Page(made(run, *folders, "--out", "all").read_text("utf-8"))
    assert "p, Holm" in page.texts["th"]
    text = " ".join(page.texts["p"])
    assert "There are 2 tests against the first run: what is detected is so with Holm's" in text
    assert "of these models on other text like this. How their recipes differ" in text
    one = Page(made(run, *folders[:2], "--out", "two").read_text("utf-8"))
    assert "There is one test, which needs no correction." in " ".join(one.texts["p"])


def test_several_runs_on_a_page_of_that_name(run, trained, tmp_path):
    folders = [trained("one"), trained("two", "model.hidden=5")]
    path = made(run, *folders, "--out", "both runs.html")
    assert path == tmp_path / "both runs.html"
    links = [link["href"] for link in Page(path.read_text("utf-8")).all("a")]
    assert links == ["both%20runs/1-one.html", "both%20runs/2-two.html"]
    assert all((tmp_path / unquote(link)).is_file() for link in links)
    path.unlink()
    code, _, err = run("report", *folders, "--out", "both runs.html")
    assert (code, "both runs exists" in err) == (2, True)
    assert not path.exists()


def test_files_of_one_name_are_told_apart_by_their_folders(run, trained, tmp_path):
    one = trained("one")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "corpus.conll").write_text(CORPUS, "utf-8")
    two = trained(
        "two",
        f"data.dev={tmp_path / 'new' / 'corpus.conll'}",
        "embeddings={path: null, dimension: 3}",
    )
    page = Page(made(run, one, two, "--out", "pages").read_text("utf-8"))
    assert "new/corpus.conll" in page.texts["td"]
    assert {"vectors.txt", "null"} <= set(page.texts["td"])


def test_runs_on_other_data_are_not_compared(run, trained, tmp_path):
    one = trained("one")
    (tmp_path / "other.conll").write_text("Oslo B-LOC\n", "utf-8")
    two = trained("two", "data.dev=other.conll")
    page = Page(made(run, one, two, "--out", "pages").read_text("utf-8"))
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
