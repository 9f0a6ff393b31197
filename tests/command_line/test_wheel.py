"""The wheel, in an environment that has what it asks for and nothing else.

What it asks for is taken from the environment of the tests, so that no network is needed.
"""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ner_window.errors import InputError
from ner_window.model_folder.wheel import write_wheel
from tests.places import ROOT


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


def contents(wheel):
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/RECORD")}


def installed_wheel(wheel, home):
    """Make an environment with the wheel alone; return its folder of packages."""
    venv.create(home, with_pip=True)
    install = ("-m", "pip", "install", "--quiet", "--no-compile", "--no-deps")
    run(home / "bin" / "python", *install, wheel, cwd=home)
    return Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))


def link_what_it_asks_for(packages, extra=""):
    """Link the distributions that the installed wheel asks for, and those that these ask for."""
    (metadata,) = packages.glob("ner_window-*.dist-info")
    found, waiting = set(), required(PathDistribution(metadata), extra)
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


def test_the_wheel_runs_with_what_it_asks_for(tmp_path):
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("ner_window-*.whl")
    home = tmp_path / "environment"
    packages = installed_wheel(wheel, home)
    link_what_it_asks_for(packages)

    assert "train" in run(home / "bin" / "ner-window", "--help", cwd=tmp_path)
    run(home / "bin" / "ner-window", "config", "new", "conll2003/frozen", cwd=tmp_path)
    assert (tmp_path / "frozen.yaml").read_text().startswith("# CoNLL-2003")

    for split in ("train", "dev"):
        (tmp_path / f"{split}.conll").write_text("Anna B-PER\nsings O\n\nOslo B-LOC\n")
    (tmp_path / "vectors.txt").write_text("anna 0.1 0.2\noslo 0.3 -0.1\n")
    files = ("--train", "train.conll", "--dev", "dev.conll", "--vectors", "vectors.txt")
    new = (home / "bin" / "ner-window", "config", "new")
    run(*new, *files, "--out", "my.yaml", cwd=tmp_path)
    run(*new, "compare", "--base", "my.yaml", "--out", "study.yaml", cwd=tmp_path)
    settings = {
        "data.train": "train.conll",
        "data.dev": "dev.conll",
        "embeddings.path": "vectors.txt",
        "training.epochs": 1,
    }
    changes = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    out = run(
        home / "bin" / "ner-window", "train", "frozen.yaml", *changes, "--out", "run", cwd=tmp_path
    )
    assert "processed 3 tokens" in out
    explain = ("explain", "run", "Anna sings", "--token", "Anna")
    assert "After one step" in run(home / "bin" / "ner-window", *explain, cwd=tmp_path)
    (tmp_path / "text.txt").write_text("Anna sings in Oslo.\n")
    tag = ("tag", "run", "text.txt", "--output", "html")
    assert "<!DOCTYPE html>" in run(home / "bin" / "ner-window", *tag, cwd=tmp_path)
    bundle = ("model", "bundle", "run", "--out", "there/a model", "--with-wheel")
    (tmp_path / "there").mkdir()
    run(home / "bin" / "ner-window", *bundle, cwd=tmp_path)
    assert contents(tmp_path / "there" / wheel.name) == contents(wheel)
    check_card(tmp_path / "there" / "a model", home, tmp_path / "there")

    command = [home / "bin" / "ner-window", "report", "run"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "needs jinja2 and matplotlib; install with: pip" in refused.stderr
    link_what_it_asks_for(packages, "report")
    run(home / "bin" / "ner-window", *explain, "--html", "explained.html", cwd=tmp_path)
    run(home / "bin" / "ner-window", "report", "run", cwd=tmp_path)
    assert "<h2>" in (tmp_path / "run" / "report.html").read_text("utf-8")
    typed = "import autodiff, ner_window, pathlib as p; print(*(p.Path(m.__file__).parent / "
    typed += "'py.typed' for m in (autodiff, ner_window)))"
    for path in run(home / "bin" / "python", "-c", typed, cwd=tmp_path).split():
        assert (tmp_path / path).exists()


def test_a_checkout_builds_its_wheel(tmp_path):
    wheel = write_wheel(tmp_path)
    assert wheel.parent == tmp_path
    assert "ner_window/configs/quickstart.yaml" in contents(wheel)


def test_a_checkout_without_a_build_backend_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(InputError, match=r"cannot be built: .*hatchling") as refused:
        write_wheel(tmp_path)
    assert "needs pip, and a network" in str(refused.value)
    assert not [*tmp_path.iterdir()]
