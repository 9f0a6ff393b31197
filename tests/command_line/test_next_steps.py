"""The last line of a command names the next one: followed to the letter, they lead to the end."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ner_window import cli
from scripts.make_reviews import write_reviews

MOST_STEPS = 12


@pytest.fixture
def follow(run, tmp_path, without_drawing):
    """Give a command line, go on as the last lines say; return the commands.

    To the line that trains settings may be added, for the sake of time.
    """

    def given(line):
        """Run a line, and return what it says last; a pipe is given to a shell."""
        words = shlex.split(line)
        if words[0] == "ner-window":
            code, _, err = run(*words[1:])
            assert code == 0, err
            return err.splitlines()[-1] if err else ""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path}
        told = subprocess.run(
            ["bash", "-ec", line], env=environment, capture_output=True, text=True
        )
        assert '"text": "Some text of your own."' in told.stdout, told.stderr
        return ""

    def walk(line, *settings):
        steps = []
        while line and len(steps) < MOST_STEPS:
            _, _, command = line.rpartition("ner-window ")
            one, two, *_ = [*command.split(), ""]
            steps.append(one if one in cli.COMMANDS else f"{one} {two}")
            few = [part for each in settings for part in ("--set", each) if one == "train"]
            told = given(" ".join([line.replace("FILE", "vectors.txt"), *few]))
            assert told.startswith("next: ") or one == "tag", told
            line = told.removeprefix("next: ")
        return steps

    return walk


def test_from_one_labeled_file_to_a_model_that_is_given_away(follow, tmp_path):
    (path, _) = write_reviews(tmp_path, {"train": 60})
    path.rename(tmp_path / "my reviews.txt")
    assert follow("ner-window data check 'my reviews.txt'", "training.epochs=2") == [
        *("data check", "data split", "config new", "train"),
        *("report", "model bundle", "model info", "tag"),
    ]


def test_from_several_seeds_to_a_model_that_is_given_away(follow, config_file):
    steps = follow(f"ner-window train {config_file} --seeds 2 --out 'two seeds'")
    assert steps == ["train", "report", "evaluate", "report", "model bundle", "model info", "tag"]


def test_where_the_extra_for_pages_is_missing(follow, config_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)  # as where it is not installed
    steps = follow(f"ner-window gradcheck {config_file} --set model.hidden=4")
    assert steps == ["gradcheck", "train", "evaluate", "model bundle", "model info", "tag"]
