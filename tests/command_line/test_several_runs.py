"""A folder of several runs where one model is wanted: one sentence, whatever the command."""

import shutil

import pytest

from ner_window.model_folder.folder import save_model
from tests.building import small_model
from tests.small_files import write_config


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    save_model(small_model(write_config(folder))[0], folder / "model")
    return folder / "model"


@pytest.fixture
def seeds(saved, tmp_path):
    for number in (9, 10):
        shutil.copytree(saved, tmp_path / f"seeds/seed-{number}/model")


@pytest.mark.parametrize(
    "command",
    [
        ("tag", "seeds", "corpus.conll"),
        ("evaluate", "seeds", "corpus.conll"),
        ("model", "info", "seeds"),
        ("model", "bundle", "seeds", "--out", "x"),
        ("model", "prune", "seeds", "--keep", "1", "--out", "x"),
        ("explain", "seeds", "Anna left", "--token", "0"),
        ("vectors", "neighbors", "Oslo", "--model", "seeds"),
        ("train", "--resume", "seeds"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_each_command_names_a_run(run, seeds, corpus_file, command):
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert err == (
        "error: seeds holds the runs of several seeds (seed-9, seed-10); where one model is "
        "wanted, name one of them: seeds/seed-9\n"
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("fold-1", "fold-2"), "several folds (fold-1, fold-2)"),
        (("mine", "other"), "several models (mine, other)"),
        (("runs/frozen-1",), "a study (frozen-1)"),
    ],
)
def test_other_folders_of_runs(run, saved, tmp_path, names, words):
    for name in names:
        shutil.copytree(saved, tmp_path / "all" / name / "model")
    if words.startswith("a study"):
        (tmp_path / "all/study.yaml").write_text("arms: []\n")
    code, _, err = run("model", "info", "all")
    assert code == 2
    assert f"all holds the runs of {words}; where one model is wanted" in err
    assert err.endswith(f"name one of them: all/{names[0]}\n")


def test_a_folder_without_runs_is_no_model(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "is no model folder: it has no model.yaml" in run("model", "info", "empty")[2]
