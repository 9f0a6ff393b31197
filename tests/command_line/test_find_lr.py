"""``ner-window find-lr``: a rate, its plot, the config that it is written into."""

import re
import signal
import sys

import pytest

from ner_window.config.file import load_config
from tests.processes import start

ENOUGH = ("--set", "training.epochs=26")  # steps for a trial, and to learn from


def test_find_lr_prints_a_suggestion_and_writes_a_plot_only(run, config_file, tmp_path):
    pytest.importorskip("matplotlib")
    before = set(tmp_path.rglob("*"))
    code, out, err = run("find-lr", config_file, *ENOUGH)
    assert code == 0, err
    plot = tmp_path / f"{config_file.stem}.find-lr.svg"
    assert set(tmp_path.rglob("*")) - before == {plot}
    *_, command = err.splitlines()
    assert f"\nplot: {plot.name}\n" in err
    assert "now whole runs with 0.05, " in err
    *_, suggestion = out.splitlines()
    assert "learning rate  F1 on dev, whole runs\n" in out
    assert re.fullmatch(r"--set training\.learning_rate=[0-9.e-]+", suggestion)
    assert command.endswith(f"{config_file} {' '.join(ENOUGH)} {suggestion}")
    few = ("--set", "training.epochs=2", "--out", "run")
    assert run("train", config_file, *suggestion.split(), *few)[0] == 0
    drawn = plot.read_bytes()
    rate = suggestion.partition("=")[2]
    assert f"{rate} is taken" in drawn.decode()
    for f1 in re.findall(r": F1 ([0-9.]+)\n", err):
        assert f": F1 {f1}</title>" in drawn.decode()
    assert run("find-lr", config_file, *ENOUGH)[1] == out  # over its own earlier plot
    assert plot.read_bytes() == drawn
    plot.write_text("<svg>somebody's own</svg>")
    code, again, err = run("find-lr", config_file, *ENOUGH)
    assert (code, again) == (2, "")
    assert f"{plot.name} exists" in err
    assert "own" in plot.read_text()


def test_find_lr_writes_the_rate_into_the_config(run, config_file):
    text = config_file.read_text().replace("epochs: 3", "epochs: 30") + "# mine\n"
    text = text.replace("learning_rate: 0.05", "learning_rate: 0.0005")  # too low
    config_file.write_text(text.replace("scale: 0.5", "learning_rate: 0.00025"))
    code, out, err = run("find-lr", config_file, "--write")
    assert code == 0, err
    assert f"written into {config_file}: training.learning_rate" in err
    assert err.endswith(f"next: ner-window train {config_file}\n")
    config = load_config(config_file)
    assert f"training.learning_rate={config.training.learning_rate:g}" in out
    assert config.embeddings.learning_rate == pytest.approx(
        config.training.learning_rate / 2, rel=0.1
    )
    assert config_file.read_text().endswith("# mine\n")
    code, _, err = run("find-lr", config_file, "--write", *ENOUGH)
    assert code == 2
    assert "--write goes without --set" in err


def test_the_plot_of_runs_that_were_stopped_says_that_nothing_is_decided(config_file, tmp_path):
    pytest.importorskip("matplotlib")
    plot = tmp_path / "plot.svg"
    process = start("find-lr", config_file, "--set", "training.epochs=5000", "--out", plot)
    told = []
    while "now whole runs" not in (told or [""])[-1]:
        told.append(process.stderr.readline().decode())
        assert told[-1], told
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"what follows is of the loss in training alone, not F1" in err
    again = f"next: ner-window find-lr {config_file} --set training.epochs=5000\n"
    assert err.decode().endswith(again), "it does not send people on with a rate that none judged"
    assert out.splitlines()[-1].startswith(b"--set training.learning_rate=")
    assert "nothing is decided" in plot.read_text("utf-8")


def test_find_lr_writes_no_rate_that_no_run_has_judged(run, config_file):
    text = config_file.read_text().replace("epochs: 3", "epochs: 26, keep: last")
    config_file.write_text(text.replace(", dev: ", ", test: "))  # two documents: none to hold out
    before = config_file.read_text()
    code, _, err = run("find-lr", config_file, "--write")
    assert code == 2
    assert "leaves nothing to choose the epoch on" in err
    assert f"{config_file} is left as it was: no run on held-out data has judged this rate" in err
    assert config_file.read_text() == before


def test_find_lr_of_a_short_run_says_what_to_change(run, config_file, tmp_path):
    before = set(tmp_path.rglob("*"))
    code, out, err = run("find-lr", config_file)
    assert (code, out) == (2, "")
    assert "warning: 12 steps in all, 4 an epoch, are too few" in err
    assert "the run has 12 steps, 4 an epoch" in err
    assert set(tmp_path.rglob("*")) == before


def test_find_lr_goes_on_without_matplotlib(run, config_file, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    before = set(tmp_path.rglob("*"))
    code, out, err = run("find-lr", config_file, *ENOUGH)
    assert code == 0, err
    assert "--set training.learning_rate=" in out
    assert "pip install 'ner-window[report]'" in err
    assert set(tmp_path.rglob("*")) == before
