"""The wheel, installed into an empty environment, has the command, its configs, types and pages."""

import os
import subprocess
import sys
import venv

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


def test_a_wheel_in_an_empty_environment(tmp_path):
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("ner_window-*.whl")
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", wheel, cwd=tmp_path)

    assert "train" in run(home / "bin" / "ner-window", "--help", cwd=tmp_path)
    run(home / "bin" / "ner-window", "config", "new", "conll2003/frozen", cwd=tmp_path)
    assert (tmp_path / "frozen.yaml").read_text().startswith("# CoNLL-2003")

    for split in ("train", "dev"):
        (tmp_path / f"{split}.conll").write_text("Anna B-PER\nsings O\n\nOslo B-LOC\n")
    (tmp_path / "vectors.txt").write_text("anna 0.1 0.2\noslo 0.3 -0.1\n")
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
    command = [home / "bin" / "ner-window", "report", "run"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "needs jinja2 and matplotlib; install with: pip" in refused.stderr
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", f"{wheel}[report]", cwd=tmp_path)
    run(home / "bin" / "ner-window", *explain, "--html", "explained.html", cwd=tmp_path)
    run(home / "bin" / "ner-window", "report", "run", cwd=tmp_path)
    assert "<h2>" in (tmp_path / "run" / "report.html").read_text("utf-8")
    typed = "import autodiff, ner_window, pathlib as p; print(*(p.Path(m.__file__).parent / "
    typed += "'py.typed' for m in (autodiff, ner_window)))"
    for path in run(python, "-c", typed, cwd=tmp_path).split():
        assert (tmp_path / path).exists()
