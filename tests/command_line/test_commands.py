"""The commands as people type them, in temporary folders."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys

import numpy as np
import pytest
import yaml

from ner_window.config.file import load_config
from tests.places import ROOT
from tests.processes import start, wait_for_epochs
from tests.small_files import CORPUS


@pytest.fixture
def trained(run, config_file, tmp_path):
    """The folder of a finished run."""
    code, out, err = run("train", config_file, "--out", "run", "--set", "training.epochs=30")
    assert code == 0, err
    return tmp_path / "run", out, err


def test_training_writes_a_run_folder(trained, tmp_path, config_file):
    folder, out, err = trained
    assert {path.name for path in folder.iterdir()} == {
        "checkpoint.safetensors",
        "config.yaml",
        "environment.yaml",
        "metrics.jsonl",
        "model",
        "scores.json",
    }
    assert f"run folder: {folder}" in out
    assert "processed 14 tokens with 5 phrases" in out
    assert "FB1: 100.00" in out
    units = "3 sentences, too few to tell an interval; the epoch was chosen on it, "
    units += "so that it is a little too good"
    assert f"\ndev F1 100.00, no interval ({units})\n" in out
    assert err.count("\nepoch ") == 30
    assert "words to choose on:   exact 14.3%, lower-case 28.6%, digits 7.1%" in err
    assert "an epoch:             14 tokens, a window each, 4 at a time; steps: 4" in err

    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert len(records) == 30
    assert set(records[0]) == {
        "epoch",
        "loss",
        "precision",
        "recall",
        "f1",
        "seconds",
        "learning_rate",
        "tokens_per_second",
        "gradient_norm",
        "dead_units",
        "saturated_units",
    }
    resolved = yaml.safe_load((folder / "config.yaml").read_text())
    assert resolved["training"]["epochs"] == 30
    assert resolved["model"]["decode"] == "viterbi"
    environment = yaml.safe_load((folder / "environment.yaml").read_text())
    assert environment["seed"] == 1
    assert environment["sha256"]["train"] == environment["sha256"]["dev"]
    assert len(environment["sha256"]["vectors"]) == 64
    assert environment["packages"]["numpy"]


def test_the_resolved_config_trains_the_same_model(trained, run, tmp_path):
    folder, _, _ = trained
    code, _, _ = run("train", folder / "config.yaml", "--out", "again")
    assert code == 0
    for name in ("weights.safetensors", "vocabulary.txt", "model.yaml"):
        again = (tmp_path / "again" / "model" / name).read_bytes()
        assert again == (folder / "model" / name).read_bytes()


def test_a_run_that_refers_to_its_vectors_is_as_good(trained, run, corpus_file):
    folder, _, _ = trained
    code, _, err = run(
        "train", folder / "config.yaml", "--out", "light", "--set", "embeddings.saved=reference"
    )
    assert code == 0, err
    assert not (folder.parent / "light/model/vectors.safetensors").exists()
    light, whole = (run("evaluate", name, corpus_file)[:2] for name in ("light", folder))
    assert light == whole


def test_evaluate_prints_the_table_or_json(trained, run, corpus_file):
    folder, _, _ = trained
    code, out, err = run("evaluate", folder / "model", corpus_file)
    *_, command = err.splitlines()
    assert (code, command) == (0, f"next: ner-window model info {folder / 'model'}")
    assert out.startswith("processed 14 tokens with 5 phrases; found: 5 phrases; correct: 5.\n")
    code, out, _ = run("evaluate", folder, corpus_file, "--json")
    assert code == 0
    assert json.loads(out)["f1"] == 100


def test_tag_adds_a_column_that_score_reads(trained, run, corpus_file, tmp_path):
    folder, _, _ = trained
    code, out, err = run("tag", folder, corpus_file)
    assert (code, err) == (0, "")
    lines = (f"{line} {line.split(' ')[1]}" if line else "" for line in CORPUS.splitlines())
    assert out.splitlines() == list(lines)
    (tmp_path / "tagged").write_text(out)
    assert "FB1: 100.00" in run("score", "tagged")[1]


def test_tag_reads_a_pipe_and_score_reads_tag(trained, tmp_path):
    folder, _, _ = trained
    tokens = "".join(line.partition(" ")[0] + "\n" for line in CORPUS.splitlines())
    tagged = call("tag", folder, "--input", "conll", input=tokens.encode()).stdout.decode()
    assert tagged == CORPUS.replace(" ", "\t")
    pairs = [
        f"{gold} {line.split(chr(9))[1]}" if gold else ""
        for gold, line in zip(CORPUS.splitlines(), tagged.splitlines(), strict=True)
    ]
    (tmp_path / "pairs").write_text("\n".join(pairs))
    assert "FB1: 100.00" in call("score", tmp_path / "pairs").stdout.decode()


def test_files_of_a_model_are_readable_by_others(trained):
    folder, _, _ = trained
    for path in (folder / "model", *(folder / "model").iterdir()):
        assert path.stat().st_mode & stat.S_IROTH


def test_score_prints_the_table_and_nothing_else(run, tmp_path):
    (tmp_path / "f").write_text("a B-X B-X\nb O B-X\n")
    code, out, err = run("score", "f")
    assert (code, err) == (0, "")
    assert out == (
        "processed 2 tokens with 1 phrases; found: 2 phrases; correct: 1.\n"
        "accuracy:  50.00%; precision:  50.00%; recall: 100.00%; FB1:  66.67\n"
        "                X: precision:  50.00%; recall: 100.00%; FB1:  66.67  2\n"
    )


def test_config_show_prints_a_config_with_origins(run, config_file):
    code, out, err = run("config", "show", config_file, "--set", "seed=7")
    assert (code, err) == (0, f"next: ner-window train {config_file} --set seed=7\n")
    assert re.search(r"^seed: 7 +# --set$", out, re.MULTILINE)
    assert re.search(rf"^  window: 3 +# {config_file}$", out, re.MULTILINE)
    assert yaml.safe_load(out)["training"]["keep"] == "best"
    code, out, err = run("config", "show", config_file, "--set", "seeed=7")
    assert (code, out) == (2, "")
    assert "did you mean 'seed'?" in err


BAD_INPUT = {
    "missing config": (["train", "nowhere.yaml"], "no such config: /"),
    "unknown key": (["train", "CONFIG", "--set", "training.epoch=1"], "did you mean 'epochs'?"),
    "wrong type": (["train", "CONFIG", "--set", "training.epochs=x"], "training.epochs"),
    "missing data": (["train", "CONFIG", "--set", "data.dev=nowhere"], "no such file: /"),
    "missing vectors": (
        ["train", "CONFIG", "--set", "embeddings.path=v"],
        "no such vector file: /",
    ),
    "dimension": (["train", "CONFIG", "--set", "embeddings.dimension=9"], "have dimension 3"),
    "ragged": (["train", "CONFIG", "--set", "data.train=ragged"], "ragged:2: 1 column"),
    "empty": (["train", "CONFIG", "--set", "data.train=empty"], "holds no tokens"),
    "short vector": (
        ["train", "CONFIG", "--set", "embeddings.path=short"],
        "short:2: 1 number where",
    ),
    "empty vectors": (["train", "CONFIG", "--set", "embeddings.path=empty"], "is empty"),
    "out is used": (["train", "CONFIG", "--out", "."], "is not empty"),
    "out is a file": (["train", "CONFIG", "--out", "ragged"], "is not empty"),
    "out below a file": (["train", "CONFIG", "--out", "ragged/run"], "cannot"),
    "no model": (["evaluate", ".", "CORPUS"], "is no model folder"),
    "no model folder": (["tag", ".", "ragged"], "is no model folder"),
    "no model at all": (["evaluate", "nowhere", "CORPUS"], "is no model folder"),
    "nothing to score": (["score", "nowhere"], "no such file: /"),
    "scoring words": (["score", "ragged"], "ragged:2: 1 column"),
    "vectors are a folder": (["train", "CONFIG", "--set", "embeddings.path=."], "is no file"),
    "nowhere to plot": (["find-lr", "CONFIG", "--out", "ragged/x.svg"], "cannot write"),
    "too large": (["train", "CONFIG", "--set", "model.hidden=10000000000000"], "enough memory"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_one_clear_sentence(case, run, config_file, corpus_file, tmp_path):
    arguments, message = BAD_INPUT[case]
    (tmp_path / "ragged").write_text("a O\nb\n")
    (tmp_path / "empty").write_text("")
    (tmp_path / "short").write_text("a 1 2\nb 1\n")
    names = {"CONFIG": config_file, "CORPUS": corpus_file}
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(*[names.get(argument, argument) for argument in arguments])
    assert code == 2
    assert out == ""
    problem = err[err.index("error: ") :]
    assert message in problem
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before, "something was left behind"


def test_columns_travel_with_the_model(run, tmp_path, config_file, corpus_file):
    numbered = tmp_path / "numbered"
    lines = corpus_file.read_text().splitlines()
    numbered.write_text("\n".join(f"{i} {line}" if line else "" for i, line in enumerate(lines)))
    changes = ["data.columns.token=1", f"data.train={numbered}", f"data.dev={numbered}"]
    settings = [part for change in changes for part in ("--set", change)]
    epochs = ["--set", "training.epochs=30"]
    assert run("train", config_file, *settings, *epochs, "--out", "run")[0] == 0
    assert "FB1: 100.00" in run("evaluate", "run", numbered)[1]
    assert "Oslo B-LOC B-LOC\n" in run("tag", "run", numbered)[1]
    assert run("evaluate", "run", corpus_file)[0] == 2
    assert "FB1: 100.00" in run("evaluate", "run", corpus_file, "--token-column", "0")[1]


def test_data_check_prints_text_or_json(run, config_file):
    code, out, err = run("data", "check", config_file)
    assert code == 0
    assert err.endswith(
        f"F1 on it tells nothing\n1 warning\nnext: ner-window find-lr {config_file}\n"
    )
    assert "dev: " in out
    assert "sentences that train has too: 3\n    for example: " in out
    facts = json.loads(run("data", "check", config_file, "--json")[1])
    assert facts["splits"]["dev"]["duplicates_of"]["train"]["count"] == 3
    assert run("data", "check", config_file, "--set", "data.dev=nowhere")[0] == 2


def test_data_convert_goes_there_and_back(run, tmp_path, corpus_file):
    assert run("data", "convert", corpus_file, "iobes", "--to", "iobes") == (0, "", "")
    assert "Oslo S-LOC" in (tmp_path / "iobes").read_text()
    code, out, _ = run("data", "convert", "iobes", "-", "--to", "iob2")
    assert (code, out) == (0, CORPUS)
    code, _, err = run("data", "convert", corpus_file, "iobes", "--to", "bilou")
    assert code == 2
    assert "iobes exists" in err
    assert run("data", "convert", corpus_file, "x", "--to", "nonsense")[0] == 2


@pytest.mark.parametrize(
    ("out", "scheme", "message"),
    [
        ("nowhere/x", "iob2", "cannot write /"),
        ("iobes/x", "iob2", "cannot write /"),
        (".", "iob2", "exists; name another file"),
        ("x" * 300, "iob2", "cannot write /"),
        ("x", "jsonl", "x would not be read as what it holds"),
        ("x.jsonl", "iob2", "x.jsonl would not be read as what it holds"),
    ],
)
def test_data_convert_cannot_write(run, tmp_path, corpus_file, out, scheme, message):
    (tmp_path / "iobes").write_text("")
    before = sorted(tmp_path.rglob("*"))
    code, _, err = run("data", "convert", corpus_file, out, "--to", scheme)
    assert (code, sorted(tmp_path.rglob("*"))) == (2, before)
    assert message in err
    assert str(os.getpid()) not in err


def test_two_runs_do_not_share_a_folder(config_file, tmp_path):
    from ner_window.config.file import load_config
    from ner_window.errors import InputError
    from ner_window.training.run_folder import RunFolder

    config = load_config(config_file)
    RunFolder(tmp_path / "run").open(config, {})
    with pytest.raises(InputError, match="another run has just taken"):
        RunFolder(tmp_path / "run").open(config, {})


def test_output_is_utf8_whatever_the_locale(trained, tmp_path):
    folder, _, _ = trained
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    tagged = call("tag", folder, input="東京\n".encode(), env=environment).stdout.decode()
    assert json.loads(tagged)["text"] == "東京"


def test_usage_errors_exit_with_two(run):
    assert run("train")[0] == 2
    assert run("evaluate", "--nonsense")[0] == 2


def call(*arguments, **settings):
    """Run the command line as a process."""
    command = [sys.executable, "-m", "ner_window", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, timeout=60, **settings)


def test_a_closed_pipe_is_no_traceback(trained, tmp_path):
    folder, _, _ = trained
    long_file = tmp_path / "long"
    long_file.write_text("Oslo\n\n" * 100_000)
    command = f"{sys.executable} -m ner_window tag {folder} {long_file} | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, timeout=60)
    assert result.stdout.startswith(b"Oslo\t")
    assert result.stderr == b""


def test_an_interrupt_keeps_the_best_epoch_and_says_how_to_go_on(config_file, tmp_path):
    folder = tmp_path / "run"
    process = start("train", config_file, "--out", folder, "--set", "training.epochs=100000")
    wait_for_epochs(folder, 5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted in epoch" in err
    assert f"go on with: ner-window train --resume {folder}".encode() in err
    assert b"Traceback" not in err
    assert (folder / "model" / "model.yaml").exists()
    assert (folder / "checkpoint.safetensors").exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(config_file, tmp_path, how, run):
    settings = ["--set", "training.epochs=40", "--set", "regularization.dropout.hidden=0.2"]
    assert run("train", config_file, "--out", "whole", *settings)[0] == 0
    folder = tmp_path / "stopped"
    process = start("train", config_file, "--out", folder, *settings)
    wait_for_epochs(folder, 2)
    process.send_signal(how)
    process.communicate(timeout=60)
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


def test_seeds_and_restarts(config_file, tmp_path, run):
    settings = ["--set", "training.restarts=2", "--set", "training.epochs=2"]
    code, out, err = run("train", config_file, "--out", "runs", "--seeds", "2", *settings)
    assert code == 0, err
    assert re.search(r"dev F1 [0-9.]+ \+- [0-9.]+ \([0-9.]+ [0-9.]+\)", out)
    assert err.count("F1 of the restarts") == 2
    folders = sorted(path.name for path in (tmp_path / "runs" / "seed-2").iterdir())
    assert folders == [
        *("config.yaml", "environment.yaml", "model", "restart-1", "restart-2", "scores.json"),
    ]
    (tmp_path / "runs" / "seed-2" / "scores.json").unlink()
    shutil.rmtree(tmp_path / "runs" / "seed-2" / "restart-2")
    code, again, err = run("train", "--resume", "runs")
    assert code == 0, err
    assert again == out


def test_the_interval_of_a_single_document_says_what_it_leaves_out(config_file, run, tmp_path):
    marked = "Anna B-PER\n\nOslo B-LOC\n\nKovac B-PER\n\nin O\n\nNordbank B-ORG\n\nBergen B-LOC\n"
    (tmp_path / "one.conll").write_text(f"-DOCSTART- O\n\n{marked}")
    settings = ["--set", "data.test=one.conll", "--set", "training.epochs=1"]
    code, out, err = run("train", config_file, "--out", "run", *settings)
    assert code == 0, err
    low, high = re.search(
        r"test F1 [0-9.]+, 95% interval ([0-9.]+) to ([0-9.]+) \(6 sentences; of 1 document, too",
        out,
    ).groups()
    assert float(low) < float(high)


def test_several_seeds_tell_how_sure_one_of_them_is(config_file, run):
    code, out, err = run("train", config_file, "--out", "runs", "--seeds", "2")
    assert code == 0, err
    assert re.search(r"dev F1 .*\n  seed 1 alone: no interval \(3 sentences, too few", out)


def test_choosing_on_training_documents_leaves_dev_unseen(config_file, run):
    settings = ["--set", "data.selection={from: train, fraction: 0.5}"]
    code, out, err = run("train", config_file, "--out", "run", *settings)
    assert code == 0, err
    assert "held-out F1" in err
    assert "held out to choose on: 1 of 3 sentences of train (data.selection.fraction 0.5)" in err
    assert "dev (" in out
    code, out, err = run(
        "train", config_file, "--out", "other", *settings, "--set", "data.dev=null"
    )
    assert code == 0, err
    assert "dev (" not in out
    last = ["--set", "data.dev=null", "--set", "training.keep=last"]
    assert run("train", config_file, "--out", "third", *last)[0] == 0


def test_a_diverging_run_keeps_the_best_epoch_before(config_file, tmp_path, run):
    settings = ["training.optimizer=sgd", "training.learning_rate=1e38"]
    arguments = [argument for setting in settings for argument in ("--set", setting)]
    with np.errstate(all="ignore"):
        code, _, err = run("train", config_file, "--out", "run", *arguments)
    assert code == 2
    assert "training diverged in epoch" in err
    with np.errstate(all="ignore"):
        anomaly = ["--set", "debug.anomaly=true"]
        code, _, err = run("train", config_file, "--out", "other", *arguments, *anomaly)
    assert code == 2
    assert re.search(r"training diverged in epoch \d+: .*(NaN|inf)", err)


ENOUGH = ("--set", "training.epochs=70")  # steps for a trial, and to learn from


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


def test_find_lr_writes_no_rate_that_no_run_has_judged(run, config_file):
    text = config_file.read_text().replace("epochs: 3", "epochs: 70, keep: last")
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


def test_explain_prints_and_writes_a_page_only(trained, run, tmp_path, monkeypatch):
    folder, _, _ = trained
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    sentence = "Anna Kovac visited <script>Oslo."
    arguments = ("explain", folder, sentence, "--token", "Oslo", "--tag", "B-LOC")
    code, out, err = run(*arguments, "--html", "out.html")
    assert (code, err) == (0, "")
    assert out.startswith("Token 6, 'Oslo', in: Anna Kovac visited < script > Oslo .\n")
    assert max(map(len, out.splitlines())) <= 100
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert set(after) - set(before) == {tmp_path / "out.html"}
    assert {path: after[path] for path in before} == before
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "visited &lt; script &gt; Oslo" in page
    code, again, err = run(*arguments, "--html", "out.html")
    assert (code, again) == (2, "")
    assert "out.html exists" in err
    monkeypatch.setitem(sys.modules, "jinja2", None)
    code, _, err = run(*arguments, "--html", "other.html")
    assert code == 2
    assert "pip install 'ner-window[report]'" in err
    assert not (tmp_path / "other.html").exists()
    assert run(*arguments)[1] == out
    spaced = ("explain", folder, "Anna <script>Oslo.", "--tokens", "--token", "1")
    assert run(*spaced)[1].startswith("Token 1, '<script>Oslo.', in: Anna <script>Oslo.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Anna met Anna", "--token", "Anna"], "occurs 2 times; give a number of: 0 Anna, 1 met"),
        (["Anna sang", "--token", "2"], "is none of the tokens; give a number of: 0 Anna, 1 sang"),
        (["", "--token", "0"], "is none of the tokens; give a number of: (no tokens)"),
        (["Anna", "--token", "0", "--tag", "B-XYZ"], "the model has no such tag; it has O, B-LOC"),
        (["Anna", "--token", "0", "--learning-rate", "nan"], "a number from 0 on, not nan"),
        (["Anna \udcff", "--token", "0"], "the sentence is not in UTF-8"),
        (["Anna", "--token", "0", "--html", "nowhere/out.html"], "cannot write /"),
    ],
)
def test_explain_says_what_is_wrong(trained, run, arguments, message):
    code, out, err = run("explain", trained[0], *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_gradcheck(config_file, run):
    settings = ["--set", "model={head: sentence, context: document}", "--set", "model.hidden=5"]
    code, out, err = run("gradcheck", config_file, *settings)
    assert code == 0, err
    assert {line.split()[0].rstrip(":") for line in out.splitlines()} >= {"words", "W", "U", "T"}
    code, _, err = run("train", config_file, "--out", "r", "--set", "debug.gradient_check=true")
    assert code == 0, err
    assert "gradient check passed" in err


def test_the_quickstart_config_learns_the_sample(run, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, out, err = run("train", "configs/quickstart.yaml", "--out", tmp_path / "run")
    assert code == 0, err
    test_table = out[out.index("test (") :]
    f1 = float(test_table.split("FB1:")[1].split()[0])
    assert f1 > 90


def test_columns_comments_and_gazetteers_in_a_run(run, tmp_path, vector_file):
    lines = [
        f"{line} {'N' if line[0].isupper() else 'V'}" if line else "" for line in CORPUS.split("\n")
    ]
    corpus = tmp_path / "corpus.conll"
    corpus.write_text("# a comment\n" + "\n".join(lines), "utf-8")
    (tmp_path / "places.txt").write_text("Oslo\nNew York\n", "utf-8")
    config = tmp_path / "config.yaml"
    config.write_text(
        f"""\
data: {{train: {corpus}, dev: {corpus}, columns: {{tag: 1}}, comment: "# "}}
embeddings: {{path: {vector_file}}}
features:
  columns: {{pos: {{column: 2, dimension: 2}}}}
  gazetteers: {{files: {{LOC: {tmp_path / "places.txt"}}}, dimension: 2}}
training: {{epochs: 30, learning_rate: 0.05}}
""",
        "utf-8",
    )
    code, out, err = run("train", config, "--out", "run")
    assert code == 0, err
    assert "FB1: 100.00" in out
    code, out, err = run("evaluate", "run", corpus)
    assert code == 0, err
    assert "FB1: 100.00" in out
    code, out, err = run("tag", "run", corpus)
    assert out.startswith("# a comment\n-DOCSTART- O V O\n\nAnna B-PER N B-PER\n")
    plain = tmp_path / "plain"
    plain.write_text("Oslo\n")
    code, _, err = run("tag", "run", plain)
    assert code == 2
    assert "no column 2 for the pos among 1 column" in err


def test_training_on_jsonl(run, tmp_path, corpus_file, config_file):
    assert run("data", "convert", corpus_file, "corpus.jsonl", "--to", "jsonl")[0] == 0
    path = tmp_path / "corpus.jsonl"
    settings = ["--set", f"data.train={path}", "--set", f"data.dev={path}"]
    code, out, err = run("train", config_file, *settings, "--out", "run")
    assert code == 0, err
    assert "processed 14 tokens with 5 phrases" in out
    code, out, _ = run("evaluate", "run", path)
    assert "processed 14 tokens with 5 phrases" in out
    code, out, _ = run("data", "convert", path, "-", "--to", "iob2")
    assert out == CORPUS.replace(" ", "\t")


def test_strict_refuses_broken_tags(run, tmp_path, config_file):
    broken = tmp_path / "broken.conll"
    broken.write_text("a B-X\nb O\nc I-X\n")
    code, _, err = run("train", config_file, "--set", f"data.dev={broken}", "--out", "run")
    assert "warning: dev" in err
    assert "1 tag breaks the scheme iob2, line 3; ner-window data check says" in err
    strict = ["--set", "data.strict=true", "--set", f"data.dev={broken}"]
    code, _, err = run("train", config_file, *strict, "--out", "other")
    assert code == 2
    assert f"{broken}:3: 1 tag breaks" in err
