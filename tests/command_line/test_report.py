"""Reports of runs: what is on the pages, and of which runs there is none."""

import json
import re
import sys
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest

from ner_window.perturbation import PERTURBATIONS
from ner_window.report.comparison_page import comparison_page, entries_of
from ner_window.report.paired_runs import paired_with_first
from ner_window.report.reported_run import read_run
from tests.command_lines import run_in
from tests.page import Page
from tests.small_files import CORPUS, write_config

HOSTILE = "<script>alert(1)</script>"
SECTIONS = [
    *("types", "outcomes", "errors", "groups", "perturbed", "calibration", "learning"),
    *("data", "graph", "cost"),
]


def write_hostile(folder):
    """Write a corpus with hostile tokens and a config; return the path of the config."""
    config = write_config(folder)
    corpus = CORPUS.replace("Nordbank B-ORG", f"{HOSTILE} B-ORG").replace("cold O", "cold B-<b>")
    (folder / "corpus.conll").write_text(corpus, "utf-8")
    return config


def options(settings):
    return [part for setting in settings for part in ("--set", setting)]


@pytest.fixture
def trained(run, tmp_path):
    """Train a run of one's own that makes mistakes."""
    config = write_hostile(tmp_path)

    def train(name, *settings):
        code, _, err = run("train", config, "--out", name, *options(settings))
        assert code == 0, err
        return tmp_path / name

    return train


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory):
    """Train a run once for all tests that only read it; one that changes it takes a copy."""
    folder = tmp_path_factory.mktemp("runs")
    config = write_hostile(folder)
    (folder / "long.conll").write_text(20 * ((folder / "corpus.conll").read_text() + "\n"))
    (folder / "other.conll").write_text("Oslo B-LOC\n", "utf-8")
    (folder / "far.conll").write_text("Bergen B-LOC\nrains O\n\nClara B-PER\n", "utf-8")
    (folder / "new").mkdir()
    (folder / "new" / "corpus.conll").write_text(CORPUS, "utf-8")

    @cache
    def train(*settings):
        name = f"run-{len([*folder.glob('run-*')])}"
        run_in(folder, "train", config, "--out", name, *options(settings))
        return folder / name

    return train


@pytest.fixture(scope="module")
def page(shared_run):
    """The page of a run, where it is by default."""
    folder = shared_run()
    run_in(folder, "report", folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def pair(shared_run, tmp_path_factory):
    """Two runs, and the pages of both, in a folder."""
    folders = [shared_run(), shared_run("model.hidden=5", "embeddings.trainable=false")]
    pages = tmp_path_factory.mktemp("pair") / "side by side"
    run_in(pages.parent, "report", *folders, "--out", pages)
    return folders, pages


def compared(*folders, split=None):
    """Return the page that compares runs, without those of the runs, which take time to draw."""
    with chdir(folders[0].parent):
        runs = [read_run(folder, split) for folder in folders]
    entries = entries_of(runs, "")
    paired = paired_with_first(runs, [entry.label for entry in entries])
    return Page(comparison_page(entries, paired, "sentences.csv"))


def made(run, *arguments):
    code, out, err = run("report", *arguments)
    *others, last = err.splitlines()
    assert (code, last[:6], len(others)) == (0, "next: ", "it needs " in err)
    return Path(out.removeprefix("open ").strip()).absolute()


def test_the_page_has_all_sections(page):
    page = Page(page.read_text("utf-8"))
    assert [section["id"] for section in page.all("section")] == SECTIONS
    assert set(page.links("#")) >= {f"#{name}" for name in SECTIONS}
    headings = [tag for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings == ["h1", *["h2"] * len(SECTIONS)]
    tables = page.all("table")
    assert len(tables) == len(page.all("caption"))
    for name in ("F1 on dev", "Precision", "Recall", "Peak memory"):
        assert name in page.whole["dt"]
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {link[1:] for link in page.links("#")} <= ids
    assert page.links("data:")
    config, environment = page.all("pre")
    assert (config["class"], environment.get("class")) == ("in-columns", None)


def test_perturbed_text_is_in_a_table_the_most_lost_first(page):
    part = page.read_text("utf-8").split('<section id="perturbed">')[1].split("</section>")[0]
    rows = Page(part)
    assert sorted(rows.whole["th"][-len(PERTURBATIONS) :]) == sorted(
        each.title for each in PERTURBATIONS.values()
    )
    f1 = [float(text) for text in rows.whole["strong"]]
    assert f1 == sorted(f1)
    assert "The run learned from clean sentences alone" in part


def test_the_page_shows_what_was_trained_not_what_was_edited(run, trained, without_drawing):
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


def test_what_comes_from_the_corpus_is_escaped(page):
    page = Page(page.read_text("utf-8"))
    assert not page.all("script")
    assert not page.all("b")
    assert any(HOSTILE in text for text in page.texts["q"] + page.texts["span"])


def test_a_report_made_again_is_the_same_to_the_byte(run, page):
    folder, first = page.parent, page.read_bytes()
    assert made(run, folder) == page
    assert page.read_bytes() == first
    other = made(run, folder, "--out", "elsewhere.html").read_bytes()
    assert other.replace(b"elsewhere-errors", b"report-errors") == first
    code, _, err = run("report", folder, "--out", "elsewhere.html")
    assert (code, "elsewhere.html exists" in err) == (2, True)


@pytest.mark.parametrize(
    "settings",
    [
        ["model.head=sentence", "training.restarts=2"],
        ["model.head=margin", "model.target=PER"],
        ["model.context=document", "embeddings.trainable=false", "training.ensemble=2"],
        ["data.dev=null", "data.test=corpus.conll", "training.keep=last"],
        ["training.epochs=30"],
    ],
)
def test_runs_of_every_kind_have_a_report(run, trained, settings, without_drawing):
    page = Page(made(run, trained("run", *settings)).read_text("utf-8"))
    assert [section["id"] for section in page.all("section")] == SECTIONS


def headline(page):
    """Return what the page says of before its first section."""
    return page.partition("<section")[0]


def test_a_page_is_about_data_that_nothing_was_chosen_on(
    run, trained, shared_run, tmp_path, without_drawing
):
    (tmp_path / "test.conll").write_text((tmp_path / "corpus.conll").read_text() + "\nOslo B-LOC\n")
    folder = trained("run", "data.test=test.conll", "training.restarts=2")
    text = headline(made(run, folder).read_text("utf-8"))
    chosen = "the epoch and the best of 2 restarts were chosen on it, so that it is a little too"
    assert "F1</abbr> on test" in text
    assert re.search(rf"F1 on dev</dt><dd>[0-9.]+ <small>{chosen} good", text)
    text = headline(made(run, folder, "--split", "dev", "--out", "dev.html").read_text("utf-8"))
    assert f"F1 on dev: {chosen}" in text
    assert chosen in " ".join((folder / "model" / "MODEL.md").read_text("utf-8").split())
    both = made(run, folder, shared_run(), "--out", "both").read_text("utf-8")
    assert "1 run, F1 on dev: the epoch and the best of 2 restarts" in both, "all have dev"
    last = made(run, shared_run("training.keep=last"), "--out", "last.html")
    assert "chosen on it" not in headline(last.read_text("utf-8"))


def names_of(folders):
    """What the pages of runs are called beside the page that compares them."""
    return [f"{number}-{folder.name}.html" for number, folder in enumerate(folders, start=1)]


def test_several_runs_side_by_side(run, pair):
    folders, pages = pair
    page = Page((pages / "index.html").read_text("utf-8"))
    assert set(page.links()) == set(names_of(folders))
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {link[1:] for link in page.links("#")} <= ids
    assert "index.html" in Page((pages / names_of(folders)[0]).read_text("utf-8")).links()
    errors = {name.replace(".html", "-errors.csv") for name in names_of(folders)}
    assert {path.name for path in pages.iterdir()} == {"index.html", *names_of(folders), *errors}
    for name in ("model.hidden", "embeddings.trainable"):
        assert name in page.whole["code"]
    assert "seed" not in page.whole["code"]
    assert "not tested" in page.texts["td"], "of three sentences"
    code, _, err = run("report", *folders, "--out", pages)
    assert (code, "exists" in err) == (2, True)
    code, _, err = run("report", *folders)
    assert (code, "--out DIR" in err) == (2, True)


def test_a_report_full_of_errors_stays_light(run):
    """An early model has hundreds of them."""
    root = Path(__file__).parents[2]
    sample = root / "data" / "sample"
    files = {name: sample / f"{name}.conll" for name in ("train", "dev", "test")}
    settings = options(
        [
            "training.epochs=1",
            f"embeddings.path={sample / 'vectors.bin'}",
            *(f"data.{name}={path}" for name, path in files.items()),
        ]
    )
    out = ("--out", "early")
    assert run("train", root / "configs" / "quickstart.yaml", *settings, *out)[0] == 0
    text = made(run, "early").read_text("utf-8")
    assert len(text.encode()) < 200_000
    page = Page(text)
    shown = [attributes for attributes in page.all("li") if "error-" in attributes.get("id", "")]
    assert 40 < len(shown) <= 70
    kept = {part for attributes in shown for part in attributes["class"].split()}
    parts = [p["id"] for p in page.all("p") if p.get("class") == "part"]
    assert len(parts) > 20
    assert set(parts) - {"every-error"} <= kept, "no count leads to an empty list"
    assert sum("more" in attributes["class"].split() for attributes in shown) > 0
    assert "Epoch 1: loss" in text


def test_runs_have_the_names_that_they_are_given(run, pair):
    folders, _ = pair
    names = ("--name", "tuned <b>", "--name", "frozen")
    page = Page(made(run, *folders, "--out", "named", *names).read_text("utf-8"))
    assert {"1 tuned <b>", "2 frozen"} <= set(page.texts["a"])
    code, _, err = run("report", *folders, "--out", "more", *names, "--name", "third")
    assert (code, "--name is given 3 times, but there are 2 runs" in err) == (2, True)


def test_tests_against_the_first_run_are_corrected_for_their_number(shared_run, without_drawing):
    settings = ("data.test=long.conll", "training.epochs=1")
    folders = [shared_run(*settings, f"seed={seed}") for seed in (1, 2, 3)]
    page = compared(*folders)
    assert "p, Holm" in page.texts["th"]
    text = " ".join(page.texts["p"])
    assert "There are 2 tests against the first run: what is detected is so with Holm's" in text
    assert "of these models on other text like this. How their recipes differ" in text
    one_test = " ".join(compared(*folders[:2]).texts["p"])
    assert "There is one test, which needs no correction." in one_test


def test_several_runs_on_a_page_of_that_name(run, pair, tmp_path):
    folders, pages = pair
    path = made(run, *folders, "--out", "both runs.html")
    assert path == tmp_path / "both runs.html"
    links = Page(path.read_text("utf-8")).links()
    assert set(links) == {f"both%20runs/{name}" for name in names_of(folders)}
    for name in names_of(folders):
        own = (tmp_path / "both runs" / name).read_text("utf-8")
        assert own.replace("../both%20runs.html", "index.html") == (pages / name).read_text("utf-8")
    beside = path.read_text("utf-8").replace("both%20runs/", "")
    assert beside == (pages / "index.html").read_text("utf-8")
    path.unlink()
    code, _, err = run("report", *folders, "--out", "both runs.html")
    assert (code, "both runs exists" in err) == (2, True)
    assert not path.exists()


def test_files_of_one_name_are_told_apart_by_their_folders(shared_run, without_drawing):
    other = shared_run("data.dev=new/corpus.conll", "embeddings={path: null, dimension: 3}")
    page = compared(shared_run(), other)
    assert page.texts["h1"] == ["2 runs side by side on dev"]
    assert "new/corpus.conll" in page.texts["td"]
    assert {"vectors.txt", "null"} <= set(page.texts["td"])


def test_sets_that_all_runs_have_stand_side_by_side(shared_run, without_drawing):
    near, far = ("data.held_out.far.path=near.conll", "data.held_out.far.path=far.conll")
    folders = [shared_run(far, "training.epochs=1", f"seed={seed}") for seed in (1, 2)]
    page = compared(*folders)
    assert "F1 by set, with its 95% interval" in page.texts["caption"]
    assert {"dev", "far"} <= set(page.texts["th"])
    page = compared(*folders, split="far")
    assert page.texts["h1"] == ["2 runs side by side on far"]
    assert "F1 on far" in page.whole["h2"]
    (folders[0].parent / "near.conll").write_text("Oslo B-LOC\nrains O\n\nAnn B-PER\n", "utf-8")
    for other in (shared_run(), shared_run(near)):  # no set, and another file of that name
        assert (
            "F1 by set, with its 95% interval" not in compared(folders[0], other).texts["caption"]
        )


def test_runs_on_other_data_are_not_compared(shared_run, without_drawing):
    page = compared(shared_run(), shared_run("data.dev=other.conll"))
    assert "not compared: it is held to another file" in page.texts["td"]


def test_what_cannot_be_reported_on(run, trained, tmp_path):
    folder, corpus_file = trained("run"), tmp_path / "corpus.conll"

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


def test_several_seeds_are_named(run, config_file):
    assert run("train", config_file, "--seeds", 2, "--out", "seeds")[0] == 0
    code, _, err = run("report", "seeds")
    assert code == 2
    assert "ner-window report seeds/seed-1 seeds/seed-2 --out DIR" in err


def test_without_the_extra_it_says_what_to_install(run, shared_run, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)  # as where the extra is not installed
    code, _, err = run("report", shared_run())
    assert (code, "pip install 'ner-window[report]'" in err) == (2, True)


def test_a_run_records_its_peak_memory(shared_run):
    scores = json.loads((shared_run() / "scores.json").read_text("utf-8"))
    assert 10 < scores["peak_memory_mb"] < 100_000
