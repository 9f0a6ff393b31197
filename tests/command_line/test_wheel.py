"""The wheel, in an environment that has what it asks for and nothing else.

What it asks for is taken from the environment of the tests, so that no network is needed.
"""

import json
import os
import re
import subprocess
import sysconfig
import venv
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ner_window.errors import InputError
from ner_window.model_folder.wheel import write_wheel

IN_TURN = """
import json, sys
from ner_window.cli import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["ner-window", *arguments]
    try:
        main()
    except SystemExit as exit_:
        if exit_.code:
            raise
"""


def run(*command, cwd):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def run_in_turn(home, *command_lines, cwd):
    """Run command lines in one process of the environment: to start takes longer than most."""
    return run(home / "bin" / "python", "-c", IN_TURN, json.dumps(command_lines), cwd=cwd)


def contents(wheel):
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/RECORD")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that a checkout builds."""
    return write_wheel(tmp_path_factory.mktemp("wheel"))


def installed_wheel(wheel, home):
    """Make an environment with pip and the wheel alone; return its folder of packages."""
    venv.create(home, with_pip=False)  # to install one takes longer than all else here
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    link(packages, {"pip"})
    python = home / "bin" / "python"
    pip = home / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{python}" -m pip "$@"\n')
    pip.chmod(0o755)
    run(pip, "install", "--quiet", "--no-compile", "--no-deps", wheel, cwd=home)
    return packages


def link_what_it_asks_for(packages, extra=""):
    """Link the distributions that the installed wheel asks for, and those that these ask for."""
    (metadata,) = packages.glob("ner_window-*.dist-info")
    link(packages, required(PathDistribution(metadata), extra))


def link(packages, names):
    """Link distributions of these names, and those that they ask for, into an environment."""
    found, waiting = set(), set(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        asked_for = distribution(name)
        waiting |= required(asked_for)
        for top in {path.parts[0] for path in asked_for.files} - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(asked_for.locate_file(top))


def required(asking, extra=""):
    """Return the names of the distributions that one asks for."""
    requirements = map(Requirement, asking.requires or [])
    return {
        re.sub(r"[-_.]+", "-", each.name).lower()
        for each in requirements
        if each.marker is None or each.marker.evaluate({"extra": extra})
    }


def check_card(model, home, cwd):
    """Check that the commands of a card do what they say, in an environment that there is."""
    text = (model / "MODEL.md").read_text("utf-8").partition("## Use\n")[2].partition("\n## ")[0]
    commands = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    assert commands[0] == "python3 -m venv env && . env/bin/activate"
    assert commands[1].startswith("pip install ./ner_window-")
    activate = f". {home}/bin/activate"
    out = run("bash", "-ec", "\n".join([activate, *commands[1:]]), cwd=cwd)
    assert '"text": "Some text of your own."' in out
    assert "finds       LOC, PER" in out


def test_the_wheel_runs_with_what_it_asks_for(wheel, tmp_path):
    home = tmp_path / "environment"
    packages = installed_wheel(wheel, home)
    link_what_it_asks_for(packages)

    assert "train" in run(home / "bin" / "ner-window", "--help", cwd=tmp_path)
    for split in ("train", "dev"):
        (tmp_path / f"{split}.conll").write_text("Anna B-PER\nsings O\n\nOslo B-LOC\n")
    (tmp_path / "vectors.txt").write_text("anna 0.1 0.2\noslo 0.3 -0.1\n")
    (tmp_path / "text.txt").write_text("Anna sings in Oslo.\n")
    (tmp_path / "there").mkdir()
    files = ("--train", "train.conll", "--dev", "dev.conll", "--vectors", "vectors.txt")
    settings = {
        "data.train": "train.conll",
        "data.dev": "dev.conll",
        "embeddings.path": "vectors.txt",
        "training.epochs": 1,
    }
    changes = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    explain = ("explain", "run", "Anna sings", "--token", "Anna")
    out = run_in_turn(
        home,
        ("config", "new", "conll2003/frozen"),
        ("config", "new", *files, "--out", "my.yaml"),
        ("config", "new", "compare", "--base", "my.yaml", "--out", "study.yaml"),
        ("train", "frozen.yaml", *changes, "--out", "run"),
        explain,
        ("tag", "run", "text.txt", "--output", "html"),
        ("model", "bundle", "run", "--out", "there/a model", "--with-wheel"),
        cwd=tmp_path,
    )
    assert (tmp_path / "frozen.yaml").read_text().startswith("# CoNLL-2003")
    for part in ("processed 3 tokens", "After one step", "<!DOCTYPE html>"):
        assert part in out
    assert contents(tmp_path / "there" / wheel.name) == contents(wheel)
    check_card(tmp_path / "there" / "a model", home, tmp_path / "there")

    command = [home / "bin" / "ner-window", "report", "run"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "needs jinja2 and matplotlib; install with: pip" in refused.stderr
    link_what_it_asks_for(packages, "report")
    run_in_turn(home, (*explain, "--html", "explained.html"), ("report", "run"), cwd=tmp_path)
    assert "<h2>" in (tmp_path / "run" / "report.html").read_text("utf-8")
    assert (packages / "autodiff" / "py.typed").exists()
    assert (packages / "ner_window" / "py.typed").exists()


def test_a_checkout_builds_its_wheel(wheel):
    assert [*wheel.parent.iterdir()] == [wheel]
    assert "ner_window/configs/quickstart.yaml" in contents(wheel)


def test_a_checkout_without_a_build_backend_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(InputError, match=r"cannot be built: .*hatchling") as refused:
        write_wheel(tmp_path)
    assert "needs pip, and a network" in str(refused.value)
    assert not [*tmp_path.iterdir()]
