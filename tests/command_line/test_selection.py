"""Training documents that are held out: in train, find-lr, and where a run goes on."""

import json

import pytest

from ner_window.training.recorded_selection import SELECTION
from tests.small_files import VECTORS, documents

OWN = "".join(f"-DOCSTART- O\n\nBo{n} B-PER\nsings O\nin O\nPlace{n} B-LOC\n\n" for n in range(20))
CONFIG = """\
data: {train: train.conll, selection: {kind: unseen-names, fraction: 0.3}}
embeddings: {path: vectors.txt, scale: 0.5}
features: {capitalization: 3}
model: {window: 3, hidden: 7}
training: {epochs: 2, batch_size: 16, learning_rate: 0.05}
"""


@pytest.fixture
def corpus(tmp_path):
    """Files of documents with names that all share, and of ones with names of their own."""
    (tmp_path / "train.conll").write_text(documents(30, 1) + "\n" + OWN)
    (tmp_path / "vectors.txt").write_text(VECTORS)
    (tmp_path / "my.yaml").write_text(CONFIG)
    return tmp_path


def parts(folder):
    """Return the part of each sentence."""
    rows = [line.split("\t") for line in (folder / SELECTION).read_text().splitlines()[1:]]
    return [row[0] for row in rows for _ in range(int(row[1]), int(row[2]) + 1)]


def test_one_corpus_is_enough_to_choose_and_to_report(run, corpus):
    code, out, err = run("train", "my.yaml", "--out", "a")
    assert code == 0, err
    assert "(data.selection.fraction 0.3, unseen-names)" in err
    assert "dropped from train:    " in err
    assert "held-out (train.conll), weights of epoch " in out
    scores = json.loads((corpus / "a/scores.json").read_text())
    assert scores["selection"]["f1"] == pytest.approx(scores["kept_f1"])
    part_of = parts(corpus / "a")
    assert len(part_of) == 80
    assert set(part_of) == {"learned-from", "held-out", "dropped"}
    assert run("train", "my.yaml", "--out", "b")[0] == 0
    assert parts(corpus / "b") == part_of


def test_a_run_that_goes_on_holds_out_what_it_did(run, corpus):
    settings = ["--set", "data.selection={kind: random, fraction: 0.5}"]
    assert run("train", "my.yaml", "--out", "a", *settings)[0] == 0
    rows = ["part", "learned-from\t1\t70\t1\t2", "held-out\t71\t80\t1\t2", ""]
    (corpus / "a" / SELECTION).write_text("\n".join(rows))
    for name in ("scores.json", "checkpoint.safetensors", "metrics.jsonl"):  # as in the first epoch
        (corpus / "a" / name).unlink()
    code, _, err = run("train", "--resume", "a")
    assert code == 0, err
    assert parts(corpus / "a") == ["learned-from"] * 70 + ["held-out"] * 10
    assert "held out to choose on: 10 of 80 sentences of train" in err
    (corpus / "a" / SELECTION).write_text("part\nheld-out\t1\t3\t1\t2\n")
    code, _, err = run("train", "--resume", "a", "--set", "training.epochs=3")
    assert (code, "about 3 sentences, and" in err) == (2, True), err
    code, _, err = run("train", "--resume", "a", "--set", "data.selection.kind=far")
    assert (code, "data.selection.kind" in err) == (2, True), err


def test_the_folder_of_several_restarts_says_it_too(run, corpus):
    settings = ["--set", "training.restarts=2", "--set", "training.epochs=1"]
    code, _, err = run("train", "my.yaml", "--out", "a", *settings)
    assert code == 0, err
    assert parts(corpus / "a") == parts(corpus / "a/restart-2")


def test_find_lr_judges_by_what_is_held_out(run, corpus):
    settings = ["--set", "training.epochs=4", "--set", "training.batch_size=4"]
    code, out, err = run("find-lr", "my.yaml", *settings)
    assert code == 0, err
    assert "F1 on held-out sentences of train, whole runs" in out


def test_what_cannot_be_held_out_leaves_no_folder(run, corpus):
    (corpus / "train.conll").write_text("-DOCSTART- O\n\nRome B-LOC\n\n" * 20)
    for command in (["train", "my.yaml", "--out", "a"], ["find-lr", "my.yaml"]):
        code, _, err = run(*command)
        assert (code, "data.selection {kind: unseen-names, fraction: 0.3}" in err) == (2, True)
        assert "hold out less, or part it at random" in err
    assert not (corpus / "a").exists()
