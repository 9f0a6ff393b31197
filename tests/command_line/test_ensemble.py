"""``training.ensemble`` on the command line: trained side by side, stopped, gone on with, used."""

import json
import shutil
import signal
import subprocess

import pytest

from tests.command_lines import run_in
from tests.processes import start, wait_for_epochs
from tests.small_files import write_config

ENSEMBLE = ["--set", "training.ensemble=2", "--set", "training.epochs=3"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a finished run, and what it said."""
    folder = tmp_path_factory.mktemp("ensemble")
    config = write_config(folder)
    (folder / "new.conll").write_text("Anna B-PER\nflew O\nto O\nBergen B-LOC\n")
    new = ["--set", "data.held_out.new.path=new.conll"]
    return folder / "run", *run_in(folder, "train", config, "--out", "run", *ENSEMBLE, *new)


def test_an_ensemble_is_one_model(trained, run, tmp_path, corpus_file):
    folder, out, err = trained
    assert "2 networks" in out
    assert "member-1 is trained: F1" in err
    assert "member-2 is trained: F1" in err
    scores = json.loads((folder / "scores.json").read_text())
    assert len(scores["members"]) == 2
    assert scores["held_out"]["new"]["report"] in out
    names = {path.name for path in (folder / "model").iterdir()}
    assert {"weights.safetensors", "weights-2.safetensors", "MODEL.md"} <= names
    shutil.copytree(folder / "model", tmp_path / "elsewhere")
    (tmp_path / "tokens").write_text("Anna\nflew\nto\nOslo\n")
    code, tagged, err = run("tag", "elsewhere", "tokens")
    assert (code, tagged.count("\n")) == (0, 4), err
    code, out, err = run("evaluate", "elsewhere", corpus_file)
    assert code == 0, err
    assert f"{scores['dev']['f1']:.2f}" in out
    code, out, err = run("model", "info", "elsewhere")
    assert "2 networks, their scores averaged" in out


def test_its_members_differ(trained):
    folder, _, _ = trained
    first, second = (
        (folder / "model" / name).read_bytes()
        for name in ("weights.safetensors", "weights-2.safetensors")
    )
    assert first != second
    assert first == (folder / "member-1" / "model" / "weights.safetensors").read_bytes()


def test_a_member_is_explained(trained, run):
    folder, _, _ = trained
    sentence = ["Anna flew to Oslo", "--token", "Oslo"]
    code, _, err = run("explain", folder, *sentence)
    assert (code, "--member 1" in err) == (2, True)
    assert run("explain", folder, *sentence, "--member", "2")[0] == 0
    code, _, err = run("explain", folder, *sentence, "--member", "3")
    assert (code, "none is number 3" in err) == (2, True)


LONGER = ["--set", "training.ensemble=2", "--set", "training.epochs=30"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The model of a run that nothing has stopped."""
    folder = tmp_path_factory.mktemp("whole")
    run_in(folder, "train", write_config(folder), "--out", "run", *LONGER)
    return folder / "run" / "model"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_ensemble_that_was_stopped_goes_on_to_the_same_bits(
    whole, config_file, tmp_path, run, how
):
    folder = tmp_path / "stopped"
    process = start("train", config_file, "--out", folder, *LONGER)
    wait_for_epochs(folder / "member-1", 2)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert f"go on with: ner-window train --resume {folder}".encode() in err
        assert b"Traceback" not in err
        left = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, check=False)
        assert left.stdout == b""
    code, _, err = run("train", "--resume", folder)
    assert code == 0, err
    for name in ("weights.safetensors", "weights-2.safetensors", "model.yaml"):
        assert (folder / "model" / name).read_bytes() == (whole / name).read_bytes()
    code, _, err = run("train", "--resume", folder)
    assert (code, "is finished" in err) == (0, True)


def test_a_member_that_fails_is_told(config_file, run):
    code, _, err = run(
        *("train", config_file, "--out", "run", *ENSEMBLE),
        *("--set", "training.learning_rate=1e30", "--set", "model.nonlinearity=relu"),
    )
    assert code == 2
    assert "of the ensemble failed" in err
    assert "Traceback" not in err
