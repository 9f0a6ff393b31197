"""``data split``: one labelled file becomes train, dev and test, and the next step is named."""

import pytest

from tests.small_files import documents


@pytest.fixture
def labelled(tmp_path):
    """Thirty documents of two sentences with two entities each."""
    path = tmp_path / "all.txt"
    path.write_text(documents(30, 1))
    return path


def sentences(path):
    return [block for block in path.read_text().split("\n\n") if "B-PER" in block]


def test_a_file_becomes_three_and_the_next_step_is_named(run, labelled, tmp_path):
    before = labelled.read_text()
    code, out, err = run("data", "split", "all.txt", "--into", "my data", "--seed", "3")
    assert code == 0, err
    parts = [tmp_path / "my data" / f"{name}.txt" for name in ("train", "dev", "test")]
    assert [len(sentences(part)) for part in parts] == [48, 6, 6]
    assert sorted("".join(part.read_text() for part in parts)) == sorted(before)
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["train", "dev", "test"]
    assert ["documents", "24", "3", "3"] in lines
    assert ["entities", "96", "12", "12"] in lines
    assert ["PER", "48", "6", "6"] in lines
    assert "fewer than 100 entities in dev and test" in err
    assert err.splitlines()[-1] == (
        "next: ner-window config new --train 'my data/train.txt' --dev 'my data/dev.txt' "
        "--test 'my data/test.txt' --out my.yaml"
    )


def test_test_may_be_left_out_and_the_ending_is_one_that_is_read(run, labelled, tmp_path):
    labelled.rename(tmp_path / "my.train")
    code, _, err = run("data", "split", "my.train", "--into", ".", "--test", "0")
    assert code == 0, err
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "dev.conll",
        "my.train",
        "train.conll",
    ]
    assert "--dev dev.conll --out my.yaml" in err


def test_nothing_is_overwritten(run, labelled, tmp_path):
    (tmp_path / "dev.txt").write_text("mine")
    code, _, err = run("data", "split", "all.txt", "--into", ".")
    assert (code, "dev.txt exists" in err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.txt", "dev.txt"]


def test_how_the_file_is_read_is_said_for_the_config(run, tmp_path):
    rows = "".join(f"# s{n}\n{n}\tÅse{n}\tB-PER\t_\n\n" for n in range(40))
    (tmp_path / "all.conll").write_text(rows, "latin-1")
    how = ["--encoding", "latin-1", "--comment", "#", "--token-column", "1", "--tag-column", "2"]
    code, _, err = run("data", "split", "all.conll", "--into", "parts", *how)
    assert code == 0, err
    assert 'data.columns: {token: 1, tag: 2}, data.comment: "#", data.encoding: latin-1' in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["all.txt", "--dev", "0.5", "--test", "0.5"], "leave some for train"),
        (["all.txt", "--dev", "0"], "only that of test may be 0"),
        (["all.txt", "--dev", "10"], "shares are parts of 1"),
        (["none.txt"], "no such file"),
        (["-"], "a pipe can be read once only"),
        (["all.txt", "--dev", "0.001"], "cannot be divided into 3 parts"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(run, labelled, tmp_path, arguments, reason):
    code, _, err = run("data", "split", *arguments, "--into", "parts")
    assert (code, reason in err) == (2, True), err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == [labelled]


def names(path):
    return {line.split()[0] for line in path.read_text().splitlines() if "B-" in line}


@pytest.mark.parametrize("kind", ["order", "unseen-names", "far"])
def test_what_is_held_out_may_be_far_from_the_rest(run, tmp_path, kind):
    rows = [
        f"-DOCSTART- O\n\nAnn{n // 2} B-PER\nsings{n // 10} O\nin O\nRome{n % 7} B-LOC\n\n" * 2
        for n in range(30)
    ]
    (tmp_path / "all.txt").write_text("".join(rows))
    how = ["--kind", kind, "--dev", "0.2", "--test", "0"]
    code, out, err = run("data", "split", "all.txt", "--into", "a", *how)
    assert code == 0, err
    assert run("data", "split", "all.txt", "--into", "b", *how)[1] == out
    train, dev = (tmp_path / "a" / f"{name}.txt" for name in ("train", "dev"))
    assert dev.read_text() == (tmp_path / "b" / "dev.txt").read_text()
    assert ("dropped from train, in no file: " in err) == (kind == "unseen-names")
    assert bool(names(train) & names(dev)) == (kind != "unseen-names")
    if kind == "order":
        assert train.read_text() + dev.read_text() == "".join(rows)


def test_a_kind_that_cannot_be_had_says_what_to_do(run, tmp_path):
    (tmp_path / "all.txt").write_text("-DOCSTART- O\n\nRome B-LOC\n\n" * 20)
    code, _, err = run("data", "split", "all.txt", "--into", "a", "--kind", "unseen-names")
    assert (code, "hold out less, or part it at random" in err) == (2, True), err
    assert [path.name for path in tmp_path.iterdir()] == ["all.txt"]


@pytest.mark.parametrize("kind", ["order", "unseen-names", "far"])
def test_a_file_without_an_entity_is_called_so(run, tmp_path, kind):
    (tmp_path / "all.txt").write_text("".join(f"-DOCSTART- O\n\nit{n} O\n\n" for n in range(40)))
    code, _, err = run("data", "split", "all.txt", "--into", "a", "--kind", kind)
    assert (code, "there is no entity at all" in err, "hold out" in err) == (2, True, False), err


def test_one_sentence_stands_in_two_files(run, tmp_path):
    shared = "\n\n".join(f"-DOCSTART- O\n\nAnn{n} B-PER\n\nRome O" for n in range(20))
    (tmp_path / "all.txt").write_text(shared)
    code, _, err = run("data", "split", "all.txt", "--into", "a")
    assert (code, "1 sentence of several documents stands in more than one file" in err) == (
        0,
        True,
    )
