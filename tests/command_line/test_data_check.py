"""``ner-window data check``: configs and files, bad lines, warnings, exit codes."""

import json
import random

import pytest

from tests.fuzzing import CONLL, JSONL, mutated
from tests.small_files import CORPUS

ALIKE = CORPUS + "\nBergen B-Loc\n"


def test_a_file(run, tmp_path):
    (tmp_path / "own.txt").write_text(CORPUS)
    code, out, err = run("data", "check", "own.txt", "--strict")
    assert code == 0
    assert err == "0 warnings\nnext: ner-window data split own.txt --into data\n"
    assert out.startswith("own.txt\n  2 documents (told by -DOCSTART-), 3 sentences, 14 tokens\n")
    assert "embeddings.trainable" not in out


def test_several_files(run, tmp_path):
    (tmp_path / "a.txt").write_text(CORPUS)
    (tmp_path / "b.txt").write_text(ALIKE)
    code, out, err = run("data", "check", "a.txt", "b.txt")
    assert code == 0
    assert "sentences that a.txt has too: 3" in out
    assert "distance from a.txt: " in out
    facts = json.loads(run("data", "check", "a.txt", "b.txt", "--json")[1])["splits"]
    assert facts["a.txt"]["distance"] is None
    distance, entities = facts["b.txt"]["distance"], sum(facts["b.txt"]["entities"].values())
    assert distance["new_names"] == pytest.approx(100 / entities)  # the Loc
    assert "warning: b.txt: 1 entity of Loc can never be predicted: a.txt has only" in err
    assert err.endswith("next: ner-window config new --train a.txt --dev b.txt --out my.yaml\n")


def test_strict_exits_with_1_where_there_are_warnings(run, tmp_path):
    (tmp_path / "own.txt").write_text(ALIKE)
    code, out, err = run("data", "check", "own.txt", "--strict")
    assert code == 1
    assert out.startswith("own.txt\n")
    assert "warning: the types LOC (2) and Loc (1) differ in case only" in err
    assert "\n1 warning\n" in err
    assert run("data", "check", "own.txt")[0] == 0
    facts = json.loads(run("data", "check", "own.txt", "--json")[1])
    assert len(facts["warnings"]) == 1
    assert facts["ambiguous_strings"] == []


def test_all_bad_lines_of_all_files_are_listed(run, tmp_path, config_file):
    (tmp_path / "bad.txt").write_text(CORPUS + "x o\n" * 30)
    (tmp_path / "ragged.txt").write_text(CORPUS + "\nx\n")
    code, out, err = run("data", "check", "bad.txt", "ragged.txt")
    assert code == 2
    assert out.count("'o' is no tag") == 20
    assert "\nand 10 more\n" in out
    assert "ragged.txt:22: 1 column where line 3 has 2; every token line" in out
    assert err == "error: 31 problems: mend what is listed, and check again\n"
    listed = json.loads(run("data", "check", "bad.txt", "--json")[1])
    assert listed["problems"]["bad.txt"]["count"] == 30
    bad = f"data.dev={tmp_path / 'bad.txt'}"
    code, out, _ = run("data", "check", config_file, "--set", bad)
    assert code == 2
    assert "bad.txt:" in out


def test_a_file_that_is_no_corpus_is_one_problem(run, tmp_path):
    (tmp_path / "own.csv").write_text("Word,Tag\nOslo,B-LOC\nis,O\n")
    code, out, err = run("data", "check", "own.csv")
    assert code == 2
    assert "parted by commas" in out
    assert "error: 1 problem" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["own.txt", "--set", "seed=1"], "--set changes a config"),
        (["config.yaml", "own.txt"], "give it alone"),
        (["config.yaml", "--tag-column", "1"], "give it alone"),
        (["nowhere.txt"], "no such file"),
        (["."], "is a folder"),
    ],
)
def test_what_does_not_go_together(run, tmp_path, config_file, arguments, message):
    (tmp_path / "own.txt").write_text(CORPUS)
    code, out, err = run("data", "check", *arguments)
    assert code == 2
    assert message in out + err


def test_dev_that_is_the_training_file_is_told(run, config_file):
    code, _, err = run("data", "check", config_file)  # whose dev is its train
    assert code == 0
    assert "warning: dev: this is the file that is learned from" in err
    assert "0 warnings" not in err


def test_columns_and_comments_of_a_file(run, tmp_path):
    lines = (f"0 {line}" if line else "" for line in CORPUS.splitlines())
    (tmp_path / "own.txt").write_text("# made by hand\n" + "\n".join(lines))
    options = ("--token-column", "1", "--comment", "#")
    code, out, _ = run("data", "check", "own.txt", *options)
    assert code == 0
    assert "entities: LOC 2, ORG 1, PER 2" in out


@pytest.mark.parametrize(("name", "content"), [("a.txt", CONLL), ("a.jsonl", JSONL)])
def test_no_file_gives_a_traceback(run, tmp_path, name, content):
    """``run`` passes on what is no exit."""
    rng = random.Random(name)
    codes = set()
    for _ in range(60):
        (tmp_path / name).write_bytes(mutated(content, rng))
        code, out, _ = run("data", "check", name)
        assert out
        codes.add(code)
    assert codes == {0, 2}


def test_a_file_without_an_entity_is_not_sent_on_to_be_split(run, tmp_path):
    (tmp_path / "none.txt").write_text("Oslo O\nsings O\n\n")
    code, _, err = run("data", "check", "none.txt")
    assert code == 0
    assert "next:" not in err


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
