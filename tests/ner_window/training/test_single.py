"""A single run: what it says, and that it can hold its tongue."""

import io
import sys

import pytest

from ner_window.config.file import load_config
from ner_window.run_data import RunData
from ner_window.training.parts import part_of
from ner_window.training.single import run_quietly, run_single
from ner_window.training.trainer import DivergenceError

DIVERGING = ["training.optimizer=sgd", "training.learning_rate=1e38"]


class Terminal(io.StringIO):
    """Where tqdm draws its bars."""

    def isatty(self):
        return True


@pytest.fixture
def on_terminal(monkeypatch):
    """Do something with a terminal as stderr; return what it shows."""

    def shown(do):
        terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            do()
        return terminal.getvalue()

    return shown


def test_a_terminal_gets_a_bar_and_the_rest_is_told(config_file, tmp_path, on_terminal):
    config, said = load_config(config_file, ["training.epochs=2"]), []
    data = RunData.read(config)
    shown = on_terminal(lambda: run_single(config, tmp_path / "run", data, said.append))
    assert "epoch 1:" in shown
    assert [line.split()[:2] for line in said[-3:-1]] == [["epoch", "1/2"], ["epoch", "2/2"]]
    assert said[-1].startswith("confidences: ")
    run_single(config, tmp_path / "run", data, said.append)
    assert said[-1] == f"{tmp_path / 'run'} is finished"


def test_a_quiet_run_says_nothing(config_file, tmp_path, on_terminal):
    config = load_config(config_file, ["embeddings.saved=reference"])
    data = RunData.read(config)
    assert on_terminal(lambda: run_quietly(config, tmp_path / "run", data)) == ""
    assert run_quietly(config, tmp_path / "run", data).kept_epoch > 0


def test_a_quiet_run_that_diverges_says_so_once(config_file, tmp_path):
    config = load_config(config_file, DIVERGING)
    with pytest.raises(DivergenceError):  # and no warning of numpy's, which would be an error here
        run_quietly(config, tmp_path / "run", RunData.read(config))


def test_parts_of_a_run_differ_by_their_seeds_alone(config_file):
    config = load_config(config_file, ["training.restarts=3"])
    parts = [part_of(config, number) for number in (1, 2, 3)]
    assert len({part.seed for part in parts}) == 3
    assert parts[0] == load_config(config_file)
    assert all(part.model_copy(update={"seed": config.seed}) == parts[0] for part in parts)
