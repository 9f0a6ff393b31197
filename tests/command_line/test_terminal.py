"""At 80 columns no line of a command is wider; looks are for terminals, not for pipes."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.printed import too_wide
from tests.processes import start

SAMPLE = ROOT / "data" / "sample"
ESCAPE = "\x1b"


@pytest.fixture
def at_80(run, monkeypatch):
    """Run a command line that succeeds, at 80 columns, in a pipe; return what it printed."""
    monkeypatch.setenv("COLUMNS", "80")

    def printed(*arguments):
        code, out, err = run(*arguments)
        assert code == 0, err
        assert ESCAPE not in out + err
        return out, err

    return printed


@pytest.fixture
def sample(tmp_path):
    """The sample that ships, under a short name in the folder of the test."""
    (tmp_path / "sample").symlink_to(SAMPLE)
    return Path("sample")


def commands(model, config, sample):
    """Return a command line of each kind that prints tables or sentences."""
    test, vectors = sample / "test.conll", sample / "vectors.bin"
    return [
        ("evaluate", model, test, "--predictions", "predictions.conll"),
        ("evaluate", model, model, test, "--compare"),
        ("score", "predictions.conll", "--repair"),
        ("baseline", sample / "train.conll", test),
        ("data", "check", sample / "train.conll", test),
        ("data", "split", test, "--into", "parts"),
        ("data", "convert", test, "test.jsonl", "--to", "jsonl"),
        ("model", "info", model),
        ("model", "bundle", model, "--out", "bundle"),
        ("model", "prune", model, "--out", "pruned", "--keep", 1),
        ("vectors", "info", vectors),
        ("vectors", "neighbors", "peru", "--vectors", vectors),
        ("vectors", "neighbors", "oslo", "--model", model),
        ("explain", model, "Anna Kovac left Oslo .", "--token", "Oslo"),
        ("gradcheck", config),
        ("tag", model, test, "--out", "tagged.conll"),
        ("config", "new", "--train", sample / "train.conll", "--out", "new.yaml"),
        ("config", "new", "--help"),
        ("train", config, "--out", "run", "--set", "training.schedule=constant"),
    ]


def test_no_line_is_wider_than_80_columns(at_80, trained, config_file, sample):
    for arguments in commands(trained[0], config_file.name, sample):
        for printed in at_80(*arguments):
            assert not too_wide(printed), arguments


def test_the_shared_task_s_table_stays_first_and_as_it_is(at_80, trained, sample):
    out, _ = at_80("evaluate", trained[0], sample / "test.conll", "--predictions", "scored.conll")
    table, _ = at_80("score", "scored.conll")
    assert out.startswith(table + "\nF1 ")
    figures = re.findall(r"^ +([A-Z]+): precision: .*%; recall: .*%; FB1: ", table, re.M)
    assert figures == ["LOC", "MISC", "ORG", "PER"]
    _, _, behind = out.partition(table)
    for name in figures:  # what it says of a type is not said again
        (row,) = re.findall(rf"by type, 95% intervals(?:.*\n)+?  {name} .*", behind)
        assert row.splitlines()[-1].split()[1].isdecimal()


def test_what_machines_read_is_the_same_at_any_width(run, monkeypatch, trained, sample):
    told = set()
    for columns in ("80", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        _, out, _ = run("evaluate", trained[0], sample / "test.conll", "--json")
        _, tags, _ = run("tag", trained[0], sample / "test.conll")
        told.add((json.dumps(json.loads(out)), tags))
    assert len(told) == 1


def test_a_terminal_shows_what_counts_in_bold(run, monkeypatch, trained, sample):
    command = ("evaluate", trained[0], sample / "test.conll")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    _, out, _ = run(*command)
    assert re.search(r"^\x1b\[1mF1 \d+\.\d\d\x1b\[0m, \x1b\[2m95% interval ", out, re.M)
    table, _, _ = out.partition("\x1b")
    monkeypatch.setenv("NO_COLOR", "1")
    _, plain, _ = run(*command)
    assert ESCAPE not in plain
    assert plain.startswith(table)
    _, _, err = run("evaluate", "nowhere", sample / "test.conll")
    assert err.startswith("error: ")
    monkeypatch.delenv("NO_COLOR")
    _, _, err = run("evaluate", "nowhere", sample / "test.conll")
    assert err.startswith("\x1b[1;31merror:\x1b[0m ")


def test_what_is_written_is_named_last(run, trained, sample, config_file):
    test = sample / "test.conll"
    page = ("tag", trained[0], test, "--output", "html", "--out", "page.html")
    assert run(*page)[1] == "open page.html\n"
    *_, last = run("tag", trained[0], test, "--out", "tags.conll")[2].splitlines()
    assert last == "written: tags.conll"
    *_, last = run("data", "convert", test, "test.jsonl", "--to", "jsonl")[2].splitlines()
    assert last == "next: ner-window data check test.jsonl"
    assert (
        "predictions: scored.conll\n"
        in run("evaluate", trained[0], test, "--predictions", "scored.conll")[2]
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_told_by_every_command(tmp_path, how):
    os.mkfifo(tmp_path / "endless")
    process = start("score", tmp_path / "endless")
    with (tmp_path / "endless").open("w"):  # which waits until it is read
        process.send_signal(how)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (128 + how, b"", b"interrupted\n")
