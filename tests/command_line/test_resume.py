"""Going on with a run from the command line: one that was stopped, with changes and without."""

import json
import signal

import pytest

from tests.processes import start, wait_for_epochs
from tests.small_files import CORPUS


def test_all_seeds_get_more_epochs(config_file, tmp_path, run):
    settings = ["--set", "training.schedule=constant", "--seeds", "2"]
    longer = ["--set", "training.epochs=4"]
    code, expected, err = run("train", config_file, "--out", "longer", *settings, *longer)
    assert code == 0, err
    code, out, err = run("train", config_file, "--out", "runs", *settings)
    assert run("train", "--resume", "runs")[1:2] == (out,)
    code, out, err = run("train", "--resume", "runs", *longer)
    assert code == 0, err
    assert err.count("goes on as if the run had been started with 4 epochs") == 2
    assert out.splitlines()[0] == expected.splitlines()[0]
    code, _, err = run("train", "--resume", "runs", "--set", "seed=5", "--accept-changes")
    assert (code, "seed: 1 in the run, 5 asked for" in err) == (2, True)
    part = tmp_path / "runs" / "seed-2" / "config.yaml"
    part.write_text(part.read_text("utf-8").replace("epochs: 4", "epochs: 9"), "utf-8")
    code, _, err = run("train", "--resume", "runs")
    assert (code, "seed-2/config.yaml is not heeded" in err) == (0, True)


def test_an_edit_of_the_config_is_refused_until_it_is_accepted(config_file, tmp_path, run):
    assert run("train", config_file, "--out", "run")[0] == 0
    folder, config = tmp_path / "run", tmp_path / "run" / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("epochs: 3", "epochs: 5"), "utf-8")
    code, _, err = run("train", "--resume", folder)
    assert code == 2
    assert "training.epochs: 3 -> 5" in err
    assert "--accept-changes" in err
    code, _, err = run("train", "--resume", folder, "--accept-changes")
    assert code == 0, err
    assert "epoch   5/5" in err
    code, _, err = run("train", "--resume", folder, "--set", "model.hidden=70")
    assert (code, "model.hidden: 7 in the run, 70 asked for" in err) == (2, True)
    assert run("train", config, "--accept-changes")[0] == 2


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(config_file, tmp_path, how, run):
    settings = ["--set", "training.epochs=40", "--set", "regularization.dropout.hidden=0.2"]
    assert run("train", config_file, "--out", "whole", *settings)[0] == 0
    folder = tmp_path / "stopped"
    process = start("train", config_file, "--out", folder, *settings)
    wait_for_epochs(folder, 2)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert b"interrupted in epoch" in err
        assert f"go on with: ner-window train --resume {folder}".encode() in err
        assert b"Traceback" not in err
        assert (folder / "model" / "model.yaml").exists()  # of the best epoch until then
        assert (folder / "checkpoint.safetensors").exists()
    code, out, err = run("train", "--resume", folder)
    assert code == 0, err
    assert "going on after epoch" in err
    assert "FB1" in out
    for name in ("weights.safetensors", "model.yaml", "vocabulary.txt"):
        whole = (tmp_path / "whole" / "model" / name).read_bytes()
        assert (folder / "model" / name).read_bytes() == whole
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    epochs = [json.loads(line)["epoch"] for line in lines]
    assert epochs == list(range(1, 41))
    code, out, err = run("train", "--resume", folder)
    assert code == 0
    assert "is finished" in err
    assert "give it more epochs than 40: --set training.epochs=N" in err


def test_going_on_with_other_data_is_refused(config_file, corpus_file, tmp_path, run):
    assert run("train", config_file, "--out", "run")[0] == 0
    (tmp_path / "run" / "scores.json").unlink()
    corpus_file.write_text(CORPUS + "\nMore O\n", "utf-8")
    code, _, err = run("train", "--resume", "run")
    assert code == 2
    assert "the file of train has changed since" in err
    assert run("train", "--resume", "run", "--seeds", "3")[0] == 2
    assert run("train", config_file, "--resume", "run")[0] == 2
    assert run("train", "--resume", "nowhere")[0] == 2
