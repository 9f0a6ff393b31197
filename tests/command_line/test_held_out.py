"""Held-out sets on the command line: trained with, scored by name, reported on."""

import json

import pytest

NEW = "Clara B-person\nvisited O\nBergen B-place\n. O\n\nNordbank B-firm\nhired O\nAnna B-person\n"
SETS = ["--set", "data.held_out.new.path=new.conll"]
TYPES = ["--set", "data.held_out.new.types={person: PER, place: LOC, firm: null}"]
SHORT = ["--set", "training.epochs=3", "--set", "embeddings.saved=reference"]


@pytest.fixture
def new(tmp_path):
    (tmp_path / "new.conll").write_text(NEW, "utf-8")


@pytest.fixture
def trained(run, config_file, new, tmp_path):
    code, out, err = run("train", config_file, "--out", "run", *SETS, *TYPES, *SHORT)
    assert code == 0, err
    return tmp_path / "run", out, err


def test_train_prints_the_table_of_each_set(trained):
    folder, out, err = trained
    scores = json.loads((folder / "scores.json").read_text("utf-8"))
    assert f"\nnew (new.conll), weights of epoch {scores['kept_epoch']}\n" in out
    assert scores["held_out"]["new"]["report"] in out
    assert "\nnew left out: 1 firm" in out
    assert "\nnew F1 " in out
    assert "new   2 sentences, 7 tokens, 3 entities" in err


def test_several_seeds_score_each_set(run, config_file, new, tmp_path):
    several = ["--out", "seeds", "--seeds", "2"]
    code, out, err = run("train", config_file, *several, *SETS, *TYPES, *SHORT)
    assert code == 0, err
    assert "\nnew F1 " in out and " +- " in out
    assert "seed 1 alone: left out: 1 firm" in out


def test_folds_leave_held_out_sets_alone(run, config_file, new, tmp_path):
    code, _, err = run(
        "train", config_file, "--out", "folds", "--folds", "2", *SETS, *TYPES, *SHORT
    )
    assert code == 0, err
    assert "data.held_out takes no part" in err
    assert "held_out" not in json.loads((tmp_path / "folds/fold-1/scores.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no tokens"),
        (NEW, "shares no type with train"),
        (None, "no such file"),
    ],
)
def test_a_set_that_cannot_be_used_leaves_no_run(run, config_file, tmp_path, content, message):
    if content is not None:
        (tmp_path / "new.conll").write_text(content, "utf-8")
    code, _, err = run("train", config_file, "--out", "run", *SETS)
    assert (code, message in err, "Traceback" in err) == (2, True, False), err
    assert not (tmp_path / "run").exists()
