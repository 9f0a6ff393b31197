"""``ner-window data convert``: between schemes and back."""

import os

import pytest

from tests.small_files import CORPUS


def test_data_convert_goes_there_and_back(run, tmp_path, corpus_file):
    assert run("data", "convert", corpus_file, "iobes", "--to", "iobes") == (
        *(0, "", "next: ner-window data check iobes\n"),
    )
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
