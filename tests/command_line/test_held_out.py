"""Held-out sets on the command line: trained with, scored by name, reported on."""

import json
import re

import pytest

NEW = "Clara B-person\nvisited O\nBergen B-place\n. O\n\nNordbank B-firm\nhired O\nAnna B-person\n"
SETS = ["--set", "data.held_out.new.path=new.conll"]
TYPES = ["--set", "data.held_out.new.types={person: PER, place: LOC, firm: null}"]
SHORT = ["--set", "training.epochs=3", "--set", "embeddings.saved=reference"]


@pytest.fixture
def new(tmp_path):
    (tmp_path / "new.conll").write_text(NEW, "utf-8")


@pytest.fixture
def trained(run, config_file, new, tmp_path):
    code, out, err = run("train", config_file, "--out", "run", *SETS, *TYPES, *SHORT)
    assert code == 0, err
    return tmp_path / "run", out, err


def test_train_prints_the_table_of_each_set(trained):
    folder, out, err = trained
    scores = json.loads((folder / "scores.json").read_text("utf-8"))
    assert f"\nnew (new.conll), weights of epoch {scores['kept_epoch']}\n" in out
    assert scores["held_out"]["new"]["report"] in out
    assert "\nnew left out: 1 firm" in out
    assert "\nnew F1 " in out
    assert "new   2 sentences, 7 tokens, 3 entities" in err


def test_several_seeds_score_each_set(run, config_file, new, tmp_path):
    several = ["--out", "seeds", "--seeds", "2"]
    code, out, err = run("train", config_file, *several, *SETS, *TYPES, *SHORT)
    assert code == 0, err
    assert "\nnew F1 " in out and " +- " in out
    assert "seed 1 alone: left out: 1 firm" in out


def test_folds_leave_held_out_sets_alone(run, config_file, new, tmp_path):
    code, _, err = run(
        "train", config_file, "--out", "folds", "--folds", "2", *SETS, *TYPES, *SHORT
    )
    assert code == 0, err
    assert "data.held_out takes no part" in err
    assert "held_out" not in json.loads((tmp_path / "folds/fold-1/scores.json").read_text("utf-8"))


def test_data_check_tells_of_each_set_in_the_types_of_training(run, config_file, new, tmp_path):
    code, out, err = run("data", "check", config_file, *SETS, *TYPES)
    assert code == 0, err
    facts = out[out.index("new: new.conll") :]
    assert "  entities: LOC 1, PER 2\n" in facts
    assert "  left out, as the mapping of its types says: firm 1\n" in facts
    assert "distance from train: " in facts
    known = (tmp_path / "corpus.conll").read_text("utf-8")
    (tmp_path / "new.conll").write_text(known + "\nMore O\n", "utf-8")
    code, _, err = run("data", "check", config_file, *SETS)
    assert (code, "3 of its 4 sentences are in train" in err) == (2, True)
    (tmp_path / "new.conll").unlink()
    code, out, _ = run("data", "check", config_file, *SETS)
    assert (code, out.startswith("data.held_out.new.path: no such file")) == (2, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no tokens"),
        (NEW, "shares no type with train"),
        (None, "no such file"),
    ],
)
def test_a_set_that_cannot_be_used_leaves_no_run(run, config_file, tmp_path, content, message):
    if content is not None:
        (tmp_path / "new.conll").write_text(content, "utf-8")
    code, _, err = run("train", config_file, "--out", "run", *SETS)
    assert (code, message in err, "Traceback" in err) == (2, True, False), err
    assert not (tmp_path / "run").exists()


def test_evaluate_scores_a_set_by_its_name_as_train_did(trained, run):
    folder, _, _ = trained
    recorded = json.loads((folder / "scores.json").read_text("utf-8"))
    new, dev = recorded["held_out"]["new"], recorded["dev"]
    code, out, err = run("evaluate", folder, "new")
    assert code == 0, err
    assert out.startswith(new["report"])
    assert "\n\nleft out: 1 firm" in out
    figures = json.loads(run("evaluate", folder, "new", "--json")[1])
    assert (figures["f1"], figures["types"]) == (new["f1"], new["types"])
    assert figures["left_out_types"] == new["left_out_types"]
    assert figures["by_type"].keys() <= {"PER", "LOC"}
    assert run("evaluate", folder, "dev")[1].startswith(dev["report"])


def test_a_mapping_can_be_given_for_any_file(trained, run, tmp_path):
    folder, _, _ = trained
    (tmp_path / "new.conll").rename(tmp_path / "copy.conll")
    code, _, err = run("evaluate", folder, "copy.conll")
    assert (code, "--types firm=,person=PER,place=" in err) == (0, True), err
    mapping = ["--types", "person=PER, place=LOC,firm="]
    out = run("evaluate", folder, "copy.conll", *mapping)[1]
    recorded = json.loads((folder / "scores.json").read_text("utf-8"))
    assert out.startswith(recorded["held_out"]["new"]["report"])
    compared = run("evaluate", folder, folder, "copy.conll", "--compare", *mapping, "--json")[1]
    assert json.loads(compared)["left_out_types"]["a"]["gold"] == {"firm": 1}


MISTAKES = [
    (["nwe"], "but dev, new; did you mean 'new'?"),
    (["new.conll", "--types", "person"], "expected TYPE=TYPE,..."),
    (["new.conll", "--types", "person=PRE"], "the model has no type 'PRE'"),
    (
        ["new.conll", "--types", "person=PER,place=LOC,person="],
        "--types: person stands there twice",
    ),
    (["new.conll", "--types", "persona=PER"], "did you mean 'person'?"),
    (["new.conll", "--types", "person=,place=,firm="], "its mapping leaves every type out"),
    (["new.conll", "--types", "person=PER,place=LOC"], "--types person=PER,place=LOC,firm="),
]


def test_what_cannot_be_scored_is_told(trained, run):
    for arguments, message in MISTAKES:
        code, _, err = run("evaluate", trained[0], *arguments)
        assert (code, message in err, "Traceback" in err) == (2, True, False), err


def test_a_name_is_the_file_that_the_run_had(trained, run, tmp_path):
    (tmp_path / "new.conll").write_text(NEW.replace("hired", "fired"), "utf-8")
    code, _, err = run("evaluate", trained[0], "new")
    assert (code, "has changed since the run was started" in err) == (2, True)
    (tmp_path / "new").write_text("Anna B-PER\nsleeps O\n", "utf-8")  # a path comes first
    assert run("evaluate", trained[0], "new")[1].startswith("processed 2 tokens with 1 phrases")


def test_the_card_and_model_info_tell_of_the_set(trained, run):
    folder, _, _ = trained
    card = (folder / "model" / "MODEL.md").read_text("utf-8")
    assert "### new\n" in card
    assert "On held-out sets its F1 is " in card
    assert "a held-out set, on which nothing was chosen; left out: 1 firm" in " ".join(card.split())
    assert "\nnew         F1 " in run("model", "info", folder)[1]


def test_a_report_has_a_row_for_each_set(trained, run, tmp_path, without_drawing):
    pytest.importorskip("jinja2")
    folder, _, _ = trained
    code, _, err = run("report", folder)
    assert code == 0, err
    page = (folder / "report.html").read_text("utf-8")
    section = page[page.index('<section id="held-out">') :]
    section = section[: section.index("</section>")]
    assert "Nothing in this run was chosen on a <abbr" in section
    (row,) = re.findall('<tr><th scope="row">new</th><td><strong>.*', section)
    assert "<td>3</td>" in row  # entities
    assert "1 firm" in section
    assert run("report", folder, "--split", "new", "--out", "new.html")[0] == 0
    assert "</abbr> on new</dt>" in (tmp_path / "new.html").read_text("utf-8")
    code, _, err = run("report", folder, "--split", "nwe", "--out", "other.html")
    assert (code, "has no nwe data to report on; it has dev, new" in err) == (2, True)


def test_a_report_on_other_data_leaves_out_a_set_whose_file_is_gone(trained, run, tmp_path):
    pytest.importorskip("jinja2")
    folder, _, _ = trained
    (tmp_path / "new.conll").unlink()
    code, _, err = run("report", folder, "--split", "dev")
    assert code == 0, err
    gone = f"warning: data.held_out.new of {folder} is left out: {tmp_path / 'new.conll'} is gone"
    assert gone in err
    assert 'id="held-out"' not in (folder / "report.html").read_text("utf-8")
    assert run("report", folder, folder, "--out", "both")[2].count("is left out") == 2
    code, _, err = run("report", folder, "--split", "new")
    assert (code, "new.conll, the new data of the run in" in err) == (2, True)


def test_a_run_whose_set_is_gone_names_ways_to_go_on(trained, run, tmp_path):
    folder, _, _ = trained
    (tmp_path / "new.conll").rename(tmp_path / "moved.conll")
    code, _, err = run("train", "--resume", folder)
    assert (code, "data.held_out.new.path: no such file: " in err) == (2, True)
    assert "--set data.held_out.new.path=FILE" in err
    assert f"ner-window train {folder}/config.yaml --set data.held_out.new=null --out DIR" in err
    there = ("--set", "data.held_out.new.path=moved.conll")
    assert run("train", "--resume", folder, *there)[0] == 0
    anew = ("--set", "data.held_out.new=null", "--out", "anew")
    assert run("train", folder / "config.yaml", *anew)[0] == 0
