"""Evaluating, comparing and scoring, as people type it."""

import json
import shutil

import pytest

from ner_window.scoring.score import score_file

OTHER = """\
-DOCSTART- O

Anna B-PER
Kovac I-PER
flew O
to O
Bergen B-LOC

-DOCSTART- O

Kovac B-LOC
hired O
Nordbank B-ORG
1997 B-LOC
"""


@pytest.fixture
def model(trained):
    """The folder of a finished run, which nothing is written into."""
    return trained[0]


@pytest.fixture
def other_file(tmp_path):
    path = tmp_path / "other.conll"
    path.write_text(OTHER, "utf-8")
    return path


def test_evaluate_prints_the_table_and_what_lies_behind_it(run, model, corpus_file):
    code, out, err = run("evaluate", model, corpus_file)
    learned = f"F1 of {model} on {corpus_file}: the model learned from it, so that it tells nothing"
    assert (code, err) == (0, f"{learned} of other text\nnext: ner-window report {model}\n")
    table, rest = out.split("\n\n", 1)
    assert table.startswith("processed 14 tokens with 5 phrases; found: 5 phrases; correct: 5.\n")
    assert rest.startswith("F1 100.00, no interval (3 sentences, too few to tell an interval)\n")
    headings = (
        *("by type", "by length in tokens", "by novelty", "by words", "same boundaries"),
        *("kind of error", "gold sequences that break iob2: 0 of 3"),
        "expected calibration error: ",
    )
    places = [rest.index(heading) for heading in headings]
    assert places == sorted(places)


def test_json_gives_everything(run, model, other_file):
    code, out, err = run("evaluate", model, other_file, "--json")
    assert (code, err) == (0, "")
    figures = json.loads(out)
    assert figures["gold"] == 5
    assert (figures["intervals_from"]["units"], figures["intervals"]["f1"]) == ("blocks", None)
    for name in ("by_type", "by_length", "by_novelty", "by_words"):
        groups = figures[name].values()
        for side in ("gold", "predicted", "correct"):
            assert sum(group[side] for group in groups) == figures[side], (name, side)
    assert figures["by_novelty"]["seen with the type"]["gold"] == 2
    assert figures["by_novelty"]["partly seen"]["gold"] == 1
    assert figures["by_novelty"]["unseen"]["gold"] == 2
    for name, row in figures["confusion"].items():
        wanted = figures["by_type"][name]["gold"] if name != "O" else sum(row.values())
        assert sum(row.values()) == wanted
    assert sum(figures["errors"]["gold"].values()) == figures["gold"]
    assert sum(figures["errors"]["predicted"].values()) == figures["predicted"]
    assert len(figures["calibration"]["bins"]) == 10
    assert figures["left_out"] == []


@pytest.mark.parametrize("scheme", ["io", "iob1", "iobes"])
def test_predictions_are_scored_to_the_same_table(run, model, other_file, tmp_path, scheme):
    assert run("data", "convert", other_file, "gold", "--to", scheme)[0] == 0
    code, out, err = run("evaluate", model, "gold", "--predictions", "out.conll")
    after = f"next: ner-window report {model}\n"
    assert (code, err) == (0, f"predictions: out.conll\n{after}")
    written = tmp_path / "out.conll"
    assert out.startswith(score_file(written).report())
    lines = written.read_text("utf-8").split("\n")
    assert lines[0].split("\t")[0] == "Anna"
    assert lines[5:8] == ["", "", lines[7]], "two blank lines between documents"
    code, _, err = run("evaluate", model, "gold", "--predictions", "out.conll")
    assert code == 2
    assert "out.conll exists; name another file" in err


@pytest.mark.parametrize(
    ("tags", "warnings"),
    [
        ("GPE", ["none of the types of the model (LOC, ORG, PER), but GPE (1): F1 can only be 0"]),
        ("Loc", ["none of the types", "Loc and LOC, of the model, differ in case only"]),
    ],
)
def test_types_that_the_model_does_not_know(run, model, tmp_path, tags, warnings):
    (tmp_path / "f").write_text(f"Oslo B-{tags}\nfell O\n")
    code, _, err = run("evaluate", model, "f")
    assert code == 0
    *told, mapping, _ = err.splitlines()
    for warning, line in zip(warnings, told, strict=True):
        assert line.startswith("warning: f") and warning in line
    assert f"--types {tags}=" in mapping
    (tmp_path / "g").write_text(f"Anna B-PER\nleft O\nOslo B-{tags}\n")
    assert (
        f"warning: g: 1 entity of {tags} can never be predicted" in run("evaluate", model, "g")[2]
    )


def test_a_file_that_marks_no_documents(run, model, tmp_path):
    (tmp_path / "f").write_text("Oslo B-LOC\n\nAnna B-PER\n")
    (tmp_path / "g").write_text("Oslo B-LOC\n\nAnna B-PER\n\n" * 30)
    blocks = (
        "10 blocks of 6 neighboring sentences; no documents are marked: how they differ is left out"
    )
    assert f"({blocks})" in run("evaluate", model, "g")[1]
    assert "(60 sentences)" in run("evaluate", model, "g", "--resample", "sentences")[1]
    (tmp_path / "h").write_text("-DOCSTART- O\n\n" + (tmp_path / "g").read_text())
    figures = json.loads(run("evaluate", model, "h", "--json")[1])
    assert figures["intervals_from"]["units"] == "blocks"
    assert figures["intervals_from"]["unit_count"] == 10
    low, high = figures["intervals"]["f1"]
    assert low < high
    code, out, err = run("evaluate", model, "f", "--resample", "documents", "--predictions", "p")
    assert (code, out) == (2, "")
    assert "there are no documents to resample" in err
    assert not (tmp_path / "p").exists()


def test_a_model_without_its_mentions_says_so(run, model, corpus_file, tmp_path):
    shutil.copytree(model, tmp_path / "run")
    (tmp_path / "run/model/mentions.txt").unlink()
    code, out, _ = run("evaluate", "run", corpus_file)
    assert code == 0
    assert "by novelty  " not in out
    assert "not by novelty: the model was written by an earlier version" in out


def test_a_file_that_the_epoch_was_chosen_on_is_told(run, config_file, other_file):
    settings = ("--set", f"data.dev={other_file}", "--set", "training.restarts=2")
    assert run("train", config_file, *settings, "--out", "chosen")[0] == 0
    err = run("evaluate", "chosen", other_file)[2]
    assert (
        "the epoch and the best of 2 restarts were chosen on it, so that it is a little too" in err
    )


@pytest.mark.parametrize("head", ["binary", "margin"])
def test_models_of_one_type(run, config_file, corpus_file, head):
    settings = ["--set", f"model.head={head}", "--set", "model.target=LOC"]
    assert run("train", config_file, *settings, "--out", "one")[0] == 0
    code, out, err = run("evaluate", "one", corpus_file)
    assert (code, err.splitlines()[1:]) == (0, ["next: ner-window report one"])
    assert "processed 14 tokens with 2 phrases" in out
    assert ("no calibration: the scores of the margin head" in out) == (head == "margin")


def test_score_takes_other_columns_and_readings(run, tmp_path):
    (tmp_path / "f").write_text("a;B-X;I-X\nb;-;-\n")
    code, out, err = run("score", "f", "--delimiter", ";", "--outside", "-", "--repair")
    assert (code, err) == (0, "")
    assert out.startswith("processed 2 tokens with 1 phrases; found: 1 phrases; correct: 1.\n")
    assert "sequences that break it: gold 0, predicted 1, of 1" in out
    strict = run("score", "f", "--delimiter", ";", "--outside", "-", "--strict", "iob2")[1]
    assert strict.startswith("processed 2 tokens with 1 phrases; found: 0 phrases; correct: 0.\n")
    code, _, err = run("score", "f", "--delimiter", "")
    assert code == 2
    assert "--delimiter is empty" in err


def test_comparing_two_models(run, model, config_file, other_file):
    assert run("train", config_file, "--set", "seed=2", "--out", "second")[0] == 0
    code, out, err = run("evaluate", model, "second", other_file, "--compare")
    assert (code, err) == (0, f"next: ner-window report {model}\n")
    assert out.startswith(f"A is {model}, B is second\n")
    assert "B - A: " in out
    assert "approximate randomization: p = " in out
    code, out, _ = run("evaluate", model, model, other_file, "--compare", "--json")
    figures = json.loads(out)
    assert (figures["difference"], figures["randomization_p"], figures["p"]) == (0, 1, None)
    assert figures["a"] == figures["b"]


def test_models_and_options_that_do_not_belong_together(run, model, corpus_file):
    for arguments in (
        (model, model, corpus_file),
        (model, corpus_file, "--compare"),
        (model,),
        (model, model, corpus_file, "--compare", "--predictions", "p"),
    ):
        code, out, err = run("evaluate", *arguments)
        assert (code, out) == (2, "")
        assert "--compare" in err


def test_baseline_prints_the_table_and_its_reading(run, corpus_file, other_file):
    code, out, err = run("baseline", corpus_file, other_file)
    following = f"next: ner-window config new --train {corpus_file} --test {other_file}\n"
    assert (code, err) == (0, following)
    assert out.startswith("processed 9 tokens with 5 phrases; found: 2 phrases; correct: 2.\n")
    assert out.endswith("with their most frequent type, found by the longest match\n")
    assert "with one type only" in run("baseline", corpus_file, other_file, "--unique")[1]
    figures = json.loads(run("baseline", corpus_file, other_file, "--json")[1])
    assert (figures["reading"], figures["correct"]) == ("most frequent type", 2)
    assert run("baseline", corpus_file, "nowhere")[0] == 2
    assert run("baseline", corpus_file, other_file, "--token-column", "5")[0] == 2


def test_the_model_of_a_run_is_evaluated_like_the_run(run, model, corpus_file):
    code, out, err = run("evaluate", model / "model", corpus_file)
    *_, command = err.splitlines()
    assert (code, command) == (0, f"next: ner-window model info {model / 'model'}")
    assert out.startswith("processed 14 tokens with 5 phrases; found: 5 phrases; correct: 5.\n")
    figures = json.loads(run("evaluate", model, corpus_file, "--json")[1])
    assert figures["f1"] == 100


def test_score_prints_the_table_and_nothing_else(run, tmp_path):
    (tmp_path / "f").write_text("a B-X B-X\nb O B-X\n")
    code, out, err = run("score", "f")
    assert (code, err) == (0, "")
    assert out == (
        "processed 2 tokens with 1 phrases; found: 2 phrases; correct: 1.\n"
        "accuracy:  50.00%; precision:  50.00%; recall: 100.00%; FB1:  66.67\n"
        "                X: precision:  50.00%; recall: 100.00%; FB1:  66.67  2\n"
    )


def test_perturbed_text_is_scored_beside(run, model, corpus_file):
    code, out, _ = run("evaluate", model, corpus_file, "--perturb", "all")
    assert code == 0
    table = out.split("F1 on perturbed text, drawn with seed 1\n")[1].splitlines()
    assert table[0].split()[0] == "perturbed"
    assert [line.split("  ")[1] for line in table[1:2]] == ["nothing"]
    _, listed, _ = run("evaluate", model, corpus_file, "--json", "--perturb", "upper,lower,upper")
    figures = json.loads(listed)
    noisy = figures["perturbed"]
    assert (noisy["seed"], noisy["clean"]) == (1, figures["f1"])
    assert set(noisy["under"]) == {"lower", "upper"}
    losses = [each["loss"] for each in noisy["under"].values()]
    assert losses == sorted(losses, reverse=True)
    assert all(each["f1"] == figures["f1"] - each["loss"] for each in noisy["under"].values())


def test_an_unknown_perturbation_is_named(run, model, corpus_file):
    code, out, err = run("evaluate", model, corpus_file, "--perturb", "lower,loud")
    assert (code, out) == (2, "")
    assert "--perturb: no such perturbation: 'loud'; there are lower, upper, title," in err
    code, out, err = run("evaluate", model, corpus_file, "--perturb", "all,lower")
    assert (code, out) == (2, "")
    assert "--perturb all,lower: all stands alone, the others are in it" in err
    code, _, err = run("evaluate", model, model, corpus_file, "--compare", "--perturb", "all")
    assert code == 2
    assert "--perturb is for one model; leave out --compare" in err


def test_a_text_is_scored_as_it_is_tagged(run, model, tmp_path):
    path = tmp_path / "slashes.jsonl"
    entities = [{"start": 7, "end": 11, "label": "LOC"}, {"start": 12, "end": 17, "label": "PER"}]
    line = json.dumps({"text": "He met Oslo/Smith today", "entities": entities})
    path.write_text(f"{line}\n" * 40, "utf-8")
    code, out, _ = run("evaluate", model, path)
    assert code == 0
    told = (
        "80 of 80 entities start or end where no token does, or go over a sentence's end: they can "
        "only be missed"
    )
    assert told in out
    assert "F1 0.00" in out
    figures = json.loads(run("evaluate", model, path, "--json")[1])
    assert (figures["gold"], figures["correct"], figures["f1"]) == (80, 0, 0)
    assert figures["misaligned"] == {"gold": 80, "types": {"LOC": 40, "PER": 40}}
    assert figures["errors"]["gold"]["correct"] == 0


def test_what_is_cut_for_training_is_told(run, tmp_path, corpus_file, vector_file):
    path = tmp_path / "train.jsonl"
    entities = [{"start": 7, "end": 11, "label": "LOC"}, {"start": 12, "end": 17, "label": "PER"}]
    line = json.dumps({"text": "He met Oslo/Smith today", "entities": entities})
    path.write_text(f"{line}\n", "utf-8")
    config = tmp_path / "text.yaml"
    config.write_text(f"data: {{train: {path}, dev: {path}}}\n", "utf-8")
    config.write_text(
        f"data: {{train: {path}, dev: {path}}}\nembeddings: {{path: {vector_file}}}\n", "utf-8"
    )
    facts = json.loads(run("data", "check", config, "--json")[1])["splits"]
    assert (facts["train"]["cut_entities"], facts["train"]["misaligned"]) == (2, {})
    assert (facts["dev"]["cut_entities"], facts["dev"]["misaligned"]) == (0, {"LOC": 1, "PER": 1})
    told = "2 of 2 entities start or end where no token does, or go over a sentence's end (100.0%)"
    out = run("data", "check", config)[1]
    assert f"{told}: the text is made to fit them (2 tokens cut)" in out
    assert f"{told}: they can only be missed" in out
    out = run("data", "check", config, "--set", "text.cut_at_entities=false")[1]
    assert f"{told}: nothing is learned from them" in out
