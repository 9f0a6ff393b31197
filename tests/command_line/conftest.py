"""Running the command line within a test."""

import sys

import pytest

from ner_window.cli import main
from tests.command_lines import run_in
from tests.small_files import write_config


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command line in a folder of its own; return exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments):
        monkeypatch.setattr(sys, "argv", ["ner-window", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return exit_.value.code, captured.out, captured.err

    return run_command


@pytest.fixture
def without_drawing(monkeypatch):
    """For what a page says: its pictures are painted, but not drawn, which takes seconds."""
    figure = pytest.importorskip("matplotlib.figure")
    monkeypatch.setattr(figure.Figure, "draw", lambda *_: None)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The folder of a finished run, and what it said; what changes it takes a copy."""
    folder = tmp_path_factory.mktemp("trained")
    config = write_config(folder)
    epochs = ("--set", "training.epochs=30")
    return folder / "run", *run_in(folder, "train", config, "--out", folder / "run", *epochs)
