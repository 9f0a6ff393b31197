"""``ner-window train``: what a run writes and says, and data of many shapes."""

import json
import re
import shutil
import stat

import numpy as np
import pytest
import yaml

from ner_window.config.file import load_config
from ner_window.errors import InputError
from ner_window.training.run_folder import RunFolder
from tests.places import ROOT
from tests.small_files import CORPUS


def test_training_writes_a_run_folder(trained):
    folder, out, err = trained
    assert {path.name for path in folder.iterdir()} == {
        "checkpoint.safetensors",
        "config.yaml",
        "environment.yaml",
        "metrics.jsonl",
        "model",
        "scores.json",
    }
    assert f"run folder: {folder.name}\n" in out
    assert "processed 14 tokens with 5 phrases" in out
    assert "FB1: 100.00" in out
    units = "3 sentences, too few to tell an interval; the epoch was chosen on it, "
    units += "so that it is a little too good"
    assert f"\ndev F1 100.00, no interval ({units})\ndev F1 on raw text 100.00 (" in out
    assert err.count("\nepoch ") == 30
    assert "words to choose on:   exact 14.3%, normalized 0.0%, lower-case 28.6%" in err
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


def test_a_run_that_refers_to_its_vectors_is_as_good(trained, run, corpus_file, tmp_path):
    folder, _, _ = trained
    code, _, err = run(
        "train", folder / "config.yaml", "--out", "light", "--set", "embeddings.saved=reference"
    )
    assert code == 0, err
    assert not (tmp_path / "light/model/vectors.safetensors").exists()
    light, whole = (run("evaluate", name, corpus_file)[:2] for name in ("light", folder))
    assert light == whole


def test_files_of_a_model_are_readable_by_others(trained):
    folder, _, _ = trained
    for path in (folder / "model", *(folder / "model").iterdir()):
        assert path.stat().st_mode & stat.S_IROTH


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


def test_two_runs_do_not_share_a_folder(config_file, tmp_path):
    config = load_config(config_file)
    RunFolder(tmp_path / "run").open(config, {})
    with pytest.raises(InputError, match="another run has just taken"):
        RunFolder(tmp_path / "run").open(config, {})


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
    assert re.search(r"\n  F1 on raw text [0-9.]+ \([0-9.]+ [0-9.]+\)\n", out)
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
