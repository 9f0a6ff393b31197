"""``train --folds``: models tag what they have not seen, and all of it is scored."""

import json
import os
import re
import shutil
import signal

import pytest

from ner_window.corpora.corpus import read_corpus
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.model_folder.folder import load_model
from ner_window.scoring.score import score_file
from ner_window.training.folds import FIGURES
from tests.command_lines import run_in
from tests.processes import start, wait_for_epochs
from tests.small_files import documents, write_vectors

CONFIG = """\
data: {train: all.txt}
embeddings: {path: vectors.txt, scale: 0.5}
features: {capitalization: 3}
model: {window: 3, hidden: 7}
training: {epochs: 3, batch_size: 4, learning_rate: 0.05}
"""


def write_labelled(folder):
    """Write a config that names one file of twelve documents, and no other."""
    (folder / "all.txt").write_text(documents(12, 1))
    write_vectors(folder)
    (folder / "my.yaml").write_text(CONFIG)


@pytest.fixture
def labelled(tmp_path):
    """A config in the current folder, ``my.yaml``; the path of the file that it names."""
    write_labelled(tmp_path)
    return tmp_path / "all.txt"


@pytest.fixture(scope="module")
def finished_folds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("folds")
    write_labelled(folder)
    return folder, *run_in(folder, "train", "my.yaml", "--folds", "3", "--out", "run")


@pytest.fixture
def validated(finished_folds, labelled, tmp_path):
    """A copy of the folder of a finished cross-validation, and what it said."""
    folder, out, err = finished_folds
    shutil.copytree(folder / "run", tmp_path / "run")
    shutil.copytree(folder / "cache", os.environ["NER_WINDOW_CACHE"], dirs_exist_ok=True)
    return tmp_path / "run", out.replace(str(folder), str(tmp_path)), err


def content(corpus):
    return [(sentence.tokens, sentence.tags) for sentence in corpus]


def test_every_sentence_is_tagged_by_the_model_that_has_not_seen_it(validated, labelled):
    folder, _, _ = validated
    whole = read_corpus(labelled)
    rows = [line.split("\t") for line in (folder / "predictions.conll").read_text().splitlines()]
    assert [row[0] for row in rows if len(row) == 3] == whole.tokens.words.strings
    assert [row[1] for row in rows if len(row) == 3] == whole.tags.strings
    predicted_of, folds = {}, []
    for fold in (folder / f"fold-{number}" for number in (1, 2, 3)):
        learned, held_out = (read_corpus(fold / name) for name in ("train.txt", "held-out.txt"))
        assert len(learned) + len(held_out) == len(whole)
        tagged = PredictedCorpus.of(load_model(fold), held_out)
        for sentence, tags in zip(held_out, held_out.tokens.by_sentence(tagged.tags), strict=True):
            predicted_of[tuple(sentence.tokens)] = tags
        folds += content(held_out)
        assert not set(map(str, content(learned))) & set(map(str, content(held_out)))
    assert sorted(folds) == sorted(content(whole))
    predicted = [row[2] for row in rows if len(row) == 3]
    expected = [tag for sentence in whole for tag in predicted_of[tuple(sentence.tokens)]]
    assert predicted == expected


def test_all_sentences_are_scored_together(validated):
    folder, out, err = validated
    score = score_file(folder / "predictions.conll")
    assert score.report() in out
    figures = json.loads((folder / "cross-validation.json").read_text())
    assert figures["f1"] == pytest.approx(score.f1)
    assert sum(figures["sentences_of_folds"]) == 24
    low, high = figures["intervals"]["f1"]
    assert f"F1 {score.f1:.2f}, 95% interval {low:.2f} to {high:.2f} (" in out
    of_folds = [
        json.loads((folder / f"fold-{n}" / "scores.json").read_text())["test"]["f1"]
        for n in (1, 2, 3)
    ]
    assert figures["f1_of_folds"] == of_folds
    assert f"({' '.join(f'{f1:.2f}' for f1 in of_folds)})" in out
    assert re.search(r"by type, 95% intervals .*\n  LOC .*\n  PER ", out)
    assert "each fold keeps its last epoch" in err  # there is nothing else to choose it on
    assert err.splitlines()[-1] == "next: ner-window train run/config.yaml"


def test_the_config_of_the_folder_trains_on_all(validated, run):
    assert run("train", "run/config.yaml", "--out", "whole")[0] == 0
    code, out, err = run("evaluate", "whole", "all.txt")
    assert code == 0, err
    assert "processed 96 tokens" in out


def test_a_finished_cross_validation_is_told_again_and_a_lost_fold_trained_again(validated, run):
    folder, out, _ = validated
    before = (folder / "predictions.conll").read_bytes()
    shutil.rmtree(folder / "fold-2")
    code, again, err = run("train", "--resume", "run")
    assert (code, again) == (0, out), err
    assert (folder / "predictions.conll").read_bytes() == before


def test_a_report_is_on_one_fold(validated, run):
    code, _, err = run("report", "run")
    assert (code, "holds the runs of several folds" in err) == (2, True)


def test_folds_that_would_not_be_the_same_are_refused(validated, run, labelled):
    folder, _, _ = validated
    (folder / "fold-1" / "scores.json").unlink()
    config = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(config.replace("hidden: 7", "hidden: 8"))
    code, _, err = run("train", "--resume", "run")
    assert (code, "this cannot change in the middle of the run" in err) == (2, True), err
    (folder / "config.yaml").write_text(config)
    labelled.write_text(documents(12, 2))
    code, _, err = run("train", "--resume", "run")
    assert (code, "all.txt has changed since" in err) == (2, True), err


def test_folds_go_on_for_more_epochs(validated, run):
    code, _, err = run("train", "--resume", "run", "--set", "training.epochs=5")
    assert code == 0, err
    assert all(
        len((validated[0] / f"fold-{number}" / "metrics.jsonl").read_text().splitlines()) == 5
        for number in (1, 2, 3)
    )
    code, _, err = run("train", "--resume", "run")  # its config says what it has now
    assert code == 0, err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--folds", "3", "--seeds", "2"], "--folds goes with one seed"),
        (["--folds", "1"], "--folds"),
        (["--folds", "30"], "cannot be divided into 30 parts"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(run, labelled, tmp_path, arguments, reason):
    code, _, err = run("train", "my.yaml", "--out", "run", *arguments)
    assert (code, reason in err) == (2, True), err
    assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["data.dev=dev.txt"], "on data.dev (dev.txt), which is in no fold"),
        (["data.selection={fraction: 0.2}"], "on a part of what it learns from"),
        (["data.selection={fraction: 0.2}", "training.restarts=2"], "F1 of the restarts"),
    ],
)
def test_epochs_are_never_chosen_on_what_is_held_out(run, labelled, tmp_path, settings, said):
    (tmp_path / "dev.txt").write_text(documents(3, 7))
    options = [word for setting in settings for word in ("--set", setting)]
    code, out, err = run("train", "my.yaml", "--folds", "2", "--out", "run", *options)
    assert code == 0, err
    assert said in err
    assert "folds F1" in out


def test_a_cross_validation_that_was_stopped_goes_on_to_the_same_bits(
    run, labelled, tmp_path, monkeypatch
):
    settings = ["--folds", "2", "--set", "training.epochs=40"]
    assert run("train", "my.yaml", "--out", "whole", *settings)[0] == 0
    process = start("train", "my.yaml", "--out", "stopped", *settings)
    wait_for_epochs(tmp_path / "stopped" / "fold-1", 2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"go on with: ner-window train --resume stopped" in err
    assert b"Traceback" not in err
    code, _, err = run("train", "--resume", "stopped")
    assert code == 0, err
    for name in ("predictions.conll", "fold-1/model/weights.safetensors"):
        assert (tmp_path / "stopped" / name).read_bytes() == (
            tmp_path / "whole" / name
        ).read_bytes()


def test_texts_without_tokens_are_cut_for_all_folds_alike(run, labelled):
    entities = [
        {"start": start, "end": end, "label": label}
        for start, end, label in ((0, 4, "PER"), (12, 16, "LOC"), (34, 39, "PER"))
    ]
    text = "Anna sings. Rome/Oslo likes rain. Boris leaves Kyiv"
    lines = [json.dumps({"text": f"{text} {n}", "entities": entities}) for n in range(6)]
    labelled.with_name("all.jsonl").write_text("\n".join(lines), "utf-8")
    settings = ("data.train=all.jsonl", "text.language=null", "training.epochs=1")
    options = [word for setting in settings for word in ("--set", setting)]
    code, _, err = run("train", "my.yaml", "--folds", "3", "--out", "folds", *options)
    assert code == 0, err
    figures = json.loads(labelled.with_name("folds").joinpath(FIGURES).read_text("utf-8"))
    assert (figures["gold"], sum(figures["sentences_of_folds"])) == (18, 6)
