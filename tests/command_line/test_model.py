"""``ner-window model``: what it prints, what it makes, and what it refuses."""

import json
import re
import shlex

import pytest


@pytest.fixture
def trained(run, config_file, tmp_path):
    code, _, err = run("train", config_file, "--out", "run", "--set", "embeddings.saved=reference")
    assert code == 0, err
    return tmp_path / "run"


def test_info(trained, run):
    code, out, err = run("model", "info", trained)
    assert (code, err) == (
        0,
        f"next: echo 'Some text of your own.' | ner-window tag {trained}\n",
    )
    assert "vectors     by reference, 6 words" in out
    assert "trained     " in out
    assert "dev         F1 " in out
    facts = json.loads(run("model", "info", trained, "--json")[1])
    scores = json.loads((trained / "scores.json").read_text())
    told = facts["provenance"]["scores"][0]
    assert (told["split"], told["is_chosen_on"]) == ("dev", True)
    assert told["total"]["f1"] == scores["dev"]["f1"] == scores["kept_f1"]
    assert told["raw_text_f1"] == scores["dev"]["raw_text"]["f1"]
    assert f"  raw text  F1 {told['raw_text_f1']:.2f}, cut by the model\n" in out
    assert [file["split"] for file in facts["provenance"]["data"]] == ["train", "dev"]


def test_the_card_tells_no_folders(trained, tmp_path):
    for name in ("MODEL.md", "provenance.json", "model.yaml"):
        text = (trained / "model" / name).read_text("utf-8")
        assert str(tmp_path) not in text
    assert "train: corpus.conll" in (trained / "model" / "MODEL.md").read_text("utf-8")


def test_the_same_run_writes_the_same_folder_but_for_the_time(trained, run, tmp_path):
    assert run("train", trained / "config.yaml", "--out", "again")[0] == 0
    names = {path.name for path in (trained / "model").iterdir()}
    assert {"MODEL.md", "provenance.json"} < names
    for name in names - {"MODEL.md", "provenance.json"}:
        first, again = (folder / "model" / name for folder in (trained, tmp_path / "again"))
        assert first.read_bytes() == again.read_bytes()
    records = [
        json.loads((folder / "model" / "provenance.json").read_text())
        for folder in (trained, tmp_path / "again")
    ]
    for record in records:
        del record["date"], record["seconds"]
    assert records[0] == records[1]


def test_held_out_documents_are_scored_in_the_card(run, config_file):
    settings = ["data.selection={fraction: 0.5}", "data.documents={sentences: 1}"]
    settings = [part for setting in settings for part in ("--set", setting)]
    assert run("train", config_file, "--out", "run", *settings)[0] == 0
    facts = json.loads(run("model", "info", "run", "--json")[1])
    told = {scores["split"]: scores["is_chosen_on"] for scores in facts["provenance"]["scores"]}
    assert told == {"held-out": True, "dev": False}


def test_bundle_and_prune_make_folders_that_tag(trained, run, corpus_file, vector_file):
    expected = run("evaluate", trained, corpus_file)[:2]
    code, out, err = run("model", "bundle", trained, "--out", "bundle")
    assert (code, out) == (0, "bundle\n")
    assert re.match(
        r"bundle: [\d,]+ bytes, of which [\d,]+ bytes are the vectors of 6 words\n", err
    )
    assert err.endswith("next: ner-window model info bundle\n")
    assert run("evaluate", "bundle", corpus_file)[:2] == expected
    code, out, err = run("model", "prune", "bundle", "--out", "small", "--keep", "0")
    assert (code, out) == (0, "small\n")
    assert re.search(
        r"before: [\d,]+ bytes, 6 vectors\nsmall: [\d,]+ bytes, 5 vectors\nnext: ", err
    )
    assert run("evaluate", "small", corpus_file)[:2] == expected
    arguments = ("--out", "half", "--vectors", vector_file, "--precision", "float16")
    assert run("model", "bundle", "small", *arguments)[0] == 0
    assert "6 words, float16, from vectors.txt" in run("model", "info", "half")[1]


def test_a_bundle_says_what_pruning_would_save(config_file, run, tmp_path):
    words = ["anna", "oslo", ".", *(f"word{n}" for n in range(40_000))]
    lines = [f"{word} {n % 7 - 3} {n % 5 - 2}.5 1" for n, word in enumerate(words)]
    (tmp_path / "many.txt").write_text("\n".join([*lines, "bergen 1 2 3", "is 3 2 1", ""]), "utf-8")
    settings = ("--set", "embeddings.path=many.txt", "--set", "training.epochs=1")
    assert run("train", config_file, *settings, "--out", "run")[0] == 0
    _, _, err = run("model", "bundle", "run", "--out", "my bundle")
    told = r"40,005 vectors for \d+ training words: ner-window (.*) would make it (\S+) MB;"
    found = re.search(told, err)
    assert run(*shlex.split(found[1]))[0] == 0
    facts = json.loads(run("model", "info", "my bundle-small", "--json")[1])
    assert facts["vectors"]["words"] == 20_001
    assert facts["bytes"] / 1e6 == pytest.approx(float(found[2]), rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bundle", "run", "--out", "run"], "exists"),
        (["bundle", "nowhere", "--out", "new"], "is no model folder"),
        (["bundle", "run", "--out", "new", "--vectors", "nowhere"], "no such vector file"),
        (["bundle", "run", "--out", "new", "--vectors", "corpus.conll"], "is no number"),
        (["bundle", "run", "--out", "no/such/folder"], "its folder does not exist"),
        (["prune", "run", "--out", "new", "--keep", "-1"], "number of words"),
        (["info", "nowhere"], "is no model folder"),
    ],
)
def test_bad_input_leaves_nothing(trained, run, tmp_path, arguments, message):
    before = sorted(tmp_path.iterdir())
    code, out, err = run("model", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before
