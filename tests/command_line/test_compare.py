"""ner-window compare: a study from one command, stopped and given again, here and on a cluster."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
import yaml

from ner_window.study.arms import Arm
from tests.printed import too_wide

COUNTS = ("precision", "recall", "f1", "f1_seen", "f1_unseen")


@pytest.fixture(autouse=True)
def without_pages(monkeypatch):
    """As where jinja2 is missing: pages have tests of their own, and drawing takes seconds."""
    monkeypatch.setitem(sys.modules, "jinja2", None)


def finished(folder):
    """When each result of a study was written."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("*/*/result.json")}


def test_a_study_writes_tables_and_a_verdict(run, study_file, tmp_path, monkeypatch):
    code, out, err = run("compare", study_file, "--out", "study", "--jobs", 1)
    assert code == 0, err
    assert "tuning: 8 to do" in err
    assert re.search(r"^16 trainings, about .*, and up to 8 more runs where tuning does", err, re.M)
    folder = tmp_path / "study"
    with (folder / "runs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["arm"], rows[0]["size"], rows[0]["seed"]) == ("frozen", "all", "1")
    kept = json.loads((folder / "study.json").read_text("utf-8"))["learning_rates"]
    assert [(each["arm"], each["size"]) for each in kept] == [
        *(("frozen", "40"), ("finetuned", "40"), ("frozen", "all"), ("finetuned", "all")),
    ]
    with_two = sum(len(each["kept"]) - 1 for each in kept)
    assert len(rows) == 2 * (4 + with_two)  # of two seeds
    assert f"runs: {len(rows)} to do" in err
    assert ("* not told apart" in out) == (with_two > 0)
    for row in rows:
        assert all(0 <= float(row[name] or 0) <= 100 for name in COUNTS)
    found = json.loads((folder / "study.json").read_text("utf-8"))
    assert [row["f1"] for row in found["runs"]] == [float(row["f1"]) for row in rows]
    assert len(found["tuning"]) == 8
    assert found["config"]["base"]["training"]["epochs"] == 2
    assert len(found["sha256"]["vectors"]) == 64
    assert found["verdict"] in out
    for arm, seen in found["vectors"].items():
        assert seen["run"].startswith(f"{arm}-all-")
    swapped = found["vectors"]["finetuned"]["swap_back"]
    assert [*swapped["by_seed"]] == ["1", "2"]
    assert swapped["change"] == pytest.approx(swapped["pretrained"] - swapped["tuned"])
    lines = out.splitlines()
    for cell in found["cells"]:
        line, *_ = [line for line in lines if line.split()[:2] == [cell["arm"], cell["size"]]]
        assert f"{cell['mean']:.2f}" in line
    for difference in found["differences"]:
        assert f"{difference['value']:+.2f}" in out
    for name in ("runs.csv", "study.json"):
        assert f"study/{name}" in lines
    resolved = yaml.safe_load((folder / "study.yaml").read_text())
    assert resolved["seeds"] == 2

    before = finished(folder)
    code, again, err = run("compare", study_file, "--out", "study", "--jobs", 1)
    assert (code, again) == (0, out)
    assert "to do" not in err
    assert finished(folder) == before

    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run("compare", study_file, "--out", "study", "--jobs", 1)
    assert (code, too_wide(out), too_wide(err)) == (0, [], [])
    assert out.split()[:6] == ["F1", "on", "dev", "size", "tokens", "lr"]


def test_learning_rates_may_be_tuned_on_what_is_far(run, study_file, tmp_path):
    once = "tuning={learning_rates: [0.1], seeds: 1, kind: order, fraction: 0.3}"
    changes = ("--set", once, "--set", "seeds=1", "--set", "sizes=[all]")
    code, _, err = run("compare", study_file, "--out", "study", "--jobs", 1, *changes)
    assert code == 0, err
    for held_out in (tmp_path / "study/tuning").glob("*/selection.tsv"):
        rows = [row.split("\t")[:3] for row in held_out.read_text().splitlines()[1:]]
        assert rows == [["learned-from", "1", "28"], ["held-out", "29", "40"]]
    assert len(list((tmp_path / "study/tuning").glob("*/selection.tsv"))) == 2


def test_a_run_of_a_study_is_a_run_like_any_other(run, study_file, tmp_path):
    code, _, err = run("compare", study_file, "--out", "study", "--jobs", 1, "--set", "tuning=null")
    assert code == 0, err
    one = tmp_path / "study" / "runs" / "finetuned-40-seed2"
    code, out, err = run("train", one / "config.yaml", "--out", "again")
    assert code == 0, err
    weights = "model/weights.safetensors"
    assert (tmp_path / "again" / weights).read_bytes() == (one / weights).read_bytes()
    code, out, _ = run("evaluate", one, "dev.conll", "--json")
    assert json.loads(out)["f1"] == json.loads((one / "result.json").read_text())["f1"]


def test_the_default_folder_is_named_after_the_config(run, study_file, tmp_path):
    changes = ("--set", "tuning=null", "--set", "seeds=1", "--set", "arms=[frozen]")
    code, out, err = run("compare", study_file, "--jobs", 1, *changes)
    assert code == 0, err
    assert (tmp_path / "studies" / "study" / "study.json").exists()
    assert "There is nothing to compare" in out


def test_held_out_sets_have_their_own_verdict_and_cost_no_training(run, study_file, tmp_path):
    new = "\n\n".join(f"A O\nMr{number} B-PER" for number in range(30)) + "\n"
    (tmp_path / "new.conll").write_text(new, "utf-8")
    (tmp_path / "old.conll").write_text((tmp_path / "dev.conll").read_text("utf-8") + "\n", "utf-8")
    short = ("--jobs", 1, "--out", "study", "--set", "tuning=null", "--set", "sizes=[40, all]")
    names = ("new", "old")
    sets = [f"--set=base.data.held_out.{name}.path={name}.conll" for name in names]
    code, out, err = run("compare", study_file, *short)
    assert code == 0, err
    alone = json.loads((tmp_path / "study" / "study.json").read_text("utf-8"))
    assert "by set" not in out
    assert [*alone["sets"]] == ["dev"]
    before = finished(tmp_path / "study")

    code, out, err = run("compare", study_file, *short, *sets)
    assert code == 0, err
    assert "4 runs to score on new and old" in err
    assert finished(tmp_path / "study") == before
    found = json.loads((tmp_path / "study" / "study.json").read_text("utf-8"))
    dev, old = found["sets"]["dev"], found["sets"]["old"]
    largest = [each for each in found["differences"] if each["size"] == "all"]
    assert dev["difference"] == largest[0]["value"] == alone["sets"]["dev"]["difference"]
    for name in ("difference", "interval", "p", "by_novelty"):
        assert old[name] == dev[name]  # the same sentences
    assert found["sets"]["new"]["distance"]["new_names"] == 100
    assert found["verdict"] in out
    assert out.count("finetuned - frozen, by set") == 1
    assert found["verdict"].startswith("On dev, with all ")
    one = tmp_path / "study" / "runs" / "finetuned-all-seed1"
    _, scores, _ = run("evaluate", one, "new.conll", "--json")
    arms = found["sets"]["new"]["arms"]["finetuned"]
    assert json.loads(scores)["f1"] == pytest.approx(arms["values"][0])

    code, again, err = run("compare", study_file, *short, *sets)
    assert (code, again) == (0, out)
    assert "to score" not in err
    (tmp_path / "new.conll").write_text(new.replace("Mr1 ", "Mrs "), "utf-8")
    code, _, err = run("compare", study_file, *short, *sets)
    assert code == 0, err
    assert "4 runs to score" in err  # the file has changed: counts of the old one are not taken


def test_the_reported_data_are_no_held_out_set_and_dev_may_be_one(run, study_file, tmp_path):
    base = yaml.safe_load(study_file.read_text())["base"]
    (tmp_path / "my.yaml").write_text(yaml.safe_dump(base))
    dev = (tmp_path / "dev.conll").read_text("utf-8")
    (tmp_path / "test.conll").write_text(f"{dev}\nA O\nMary B-PER\n", "utf-8")
    setting = "data.held_out.old.path=dev.conll"
    for config, of_base in ((study_file, f"base.{setting}"), ("my.yaml", setting)):
        code, _, err = run("compare", config, "--out", "study", "--set", of_base)
        assert (code, "data.held_out.old (dev.conll) is the reported data, dev" in err) == (2, True)
        assert not (tmp_path / "study").exists()
    on_test = ("--set", "data.test=test.conll", "--set", "reported=test", "--set", setting)
    code, _, err = run("compare", "my.yaml", "--jobs", 1, "--out", "study", *QUICK, *on_test)
    assert code == 0, err
    found = json.loads((tmp_path / "study" / "study.json").read_text("utf-8"))
    assert [*found["sets"]] == ["test", "old"]


QUICK = [
    part
    for setting in ("tuning=null", "seeds=1", "least_steps=2", "arms=[frozen, finetuned]")
    for part in ("--set", setting)
]


def test_every_arm_is_compared_to_the_end(run, study_file, tmp_path):
    arms = [*Arm.variants]
    changes = ("tuning=null", "seeds=1", "sizes=[all]", f"arms=[{', '.join(arms)}]")
    settings = [part for setting in changes for part in ("--set", setting)]
    code, _, err = run("compare", study_file, "--out", "study", "--jobs", 1, *settings)
    assert code == 0, err
    found = json.loads((tmp_path / "study" / "study.json").read_text("utf-8"))
    assert [*found["sets"]["dev"]["arms"]] == arms
    follow = {name for name, seen in found["vectors"].items() if seen["drift"]}
    assert follow == {*arms} - {"scratch"}
    unseen = {name: found["vectors"][name]["drift"]["unseen"] for name in follow}
    assert {unseen[name] for name in ("neighbors", "dropout_and_neighbors")} == {"neighbors"}
    assert (unseen["mapped"], unseen["finetuned"]) == ("mapped", "pretrained")


def test_a_training_config_is_compared_with_what_suits_its_data(run, study_file, tmp_path):
    base = yaml.safe_load(study_file.read_text())["base"]
    (tmp_path / "my.yaml").write_text(yaml.safe_dump(base))
    code, out, err = run("compare", "my.yaml", "--jobs", 1, *QUICK)
    assert code == 0, err
    assert "chosen for these data: reported dev, sizes [all]; --set changes them" in err
    assert "next: " not in err, "the report of a run would call test what the study reports on"
    assert "ner-window config new compare --base my.yaml writes them down" in err
    assert re.search(r"^2 trainings, about \d+ s on 1 core; stopped with", err, re.MULTILINE)
    found = json.loads((tmp_path / "studies" / "my" / "study.json").read_text())
    assert [(row["arm"], row["size"]) for row in found["runs"]] == [
        ("frozen", "all"),
        ("finetuned", "all"),
    ]
    code, _, err = run("config", "new", "compare", "--base", "my.yaml", "--out", "study-of-my.yaml")
    assert (code, err.splitlines()[-1]) == (0, "next: ner-window compare study-of-my.yaml")
    code, again, err = run(
        "compare", "study-of-my.yaml", "--out", "studies/my", "--jobs", 1, *QUICK
    )
    assert (code, again) == (0, out)
    assert "training" not in err  # all was done before


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare",),
        ("compare/sample", "--train", "train.conll"),
        ("wnut17/best", "--base", "my.yaml"),
    ],
)
def test_a_study_of_one_s_own_is_of_a_training_config(run, study_file, tmp_path, arguments):
    code, _, err = run("config", "new", *arguments, "--out", "new.yaml")
    assert (code, (tmp_path / "new.yaml").exists()) == (2, False)
    assert "ner-window config new compare --base CONFIG" in err
    code, _, err = run("config", "new", "compare", "--base", study_file, "--out", "new.yaml")
    assert code == 2
    assert "is a study already" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--backend", "dask"), "--scheduler, the address of Dask's scheduler, belong together"),
        (("--scheduler", "tcp://127.0.0.1:8786"), "belong together"),
        (("--set", "sizes=[99999]"), "sizes: 99999 tokens are more than the 160 of /"),
        (("--set", "base.data.train=nothing"), "nothing"),
        (("--set", "tuning.kind=unseen"), "unseen-names"),
        (("--set", "base.training.epohcs=3"), "did you mean 'epochs'?"),
    ],
)
def test_bad_input_leaves_nothing_behind(run, study_file, tmp_path, arguments, message):
    before = sorted(tmp_path.rglob("*"))
    code, _, err = run("compare", study_file, "--out", "study", "--jobs", 1, *arguments)
    assert code == 2
    assert message in err
    assert sorted(tmp_path.rglob("*")) == before


def test_failed_runs_are_told_at_the_end(run, study_file, tmp_path):
    obstacle = tmp_path / "study" / "runs" / "frozen-all-seed2"
    obstacle.parent.mkdir(parents=True)
    obstacle.write_text("where the folder of a run should be")
    command = ("compare", study_file, "--out", "study", "--jobs", 1, "--set", "tuning=null")
    code, out, err = run(*command)
    assert code == 1
    failure, advice = err.splitlines()[-2:]
    assert failure.startswith("failed: frozen-all-seed2: ")
    assert advice == "the same command does what has failed again"
    assert "1 training failed" in out
    assert (tmp_path / "study" / "study.json").exists()
    obstacle.unlink()
    code, _, err = run(*command)
    assert code == 0
    assert "runs: 1 to do, 7 done before" in err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_study_stopped_by_ctrl_c_goes_on(how, run, study_file, tmp_path):
    changes = [
        *("--set", "tuning=null", "--set", "seeds=60", "--set", "least_steps=200"),
        *("--set", "arms=[frozen]", "--set", "sizes=[all]", "--out", "study", "--jobs", "2"),
    ]
    command = [sys.executable, "-m", "ner_window", "compare", study_file]
    process = subprocess.Popen(
        [*command, *changes], cwd=tmp_path, stderr=subprocess.PIPE, process_group=0
    )
    folder = tmp_path / "study"
    deadline = time.monotonic() + 60
    while len(finished(folder)) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does
    else:
        process.send_signal(how)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + how, err
    assert b"Traceback" not in err
    assert b"leaked" not in err  # what the processes share is gone with them
    assert b"interrupted; the same command goes on where it stopped" in err
    before = finished(folder)
    assert 3 <= len(before) < 60
    if how == signal.SIGTERM:
        return
    changes[3], changes[-1] = "seeds=4", "1"
    code, _, err = run("compare", study_file, *changes)
    assert code == 0, err
    after = finished(folder)
    assert len(after) >= 4
    assert before.items() <= after.items()


def test_a_cluster_that_loses_a_worker_loses_no_run(run, study_file, tmp_path, dask_cluster):
    folder, killed = tmp_path / "study", []

    def kill_a_worker():
        while len(finished(folder)) < 2:
            time.sleep(0.01)
        nanny = dask_cluster.workers[0]
        killed.append(nanny.process.pid)
        os.kill(nanny.process.pid, signal.SIGKILL)

    murderer = threading.Thread(target=kill_a_worker)
    murderer.start()
    backend = ("--backend", "dask", "--scheduler", dask_cluster.scheduler_address)
    changes = ("--set", "tuning=null", "--set", "seeds=3", "--set", "least_steps=60")
    changes += ("--set", "sizes=[all]")
    code, _, err = run("compare", study_file, "--out", "study", *changes, *backend)
    murderer.join()
    assert code == 0, err
    assert len(killed) == 1
    assert len(finished(folder)) == 2 * 3
    assert "failed" not in err

    code, _, err = run("compare", study_file, "--out", "here", *changes, "--jobs", 1)
    assert code == 0, err
    runs = [json.loads((tmp_path / name / "study.json").read_text()) for name in ("study", "here")]
    assert [row["f1"] for row in runs[0]["runs"]] == [row["f1"] for row in runs[1]["runs"]]
