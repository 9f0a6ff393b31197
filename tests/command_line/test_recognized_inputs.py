"""``ner-window tag``: what a file or a pipe holds is told by its lines where any text could be."""

import io
import json
import sys

import pytest

from ner_window.model_folder.folder import save_model
from tests.building import small_model
from tests.small_files import CORPUS, write_config

RAW = "Anna Kovac visited Oslo.\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    save_model(small_model(write_config(folder))[0], folder / "model")
    return folder / "model"


@pytest.fixture
def piped(monkeypatch):
    """Put bytes into standard input; a pipe gives few at a time."""

    class Pipe(io.BytesIO):
        def read1(self, size=-1):
            return super().read1(min(size, 7) if size >= 0 else 7)

    def pipe(content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(content)))

    return pipe


@pytest.mark.parametrize("ending", [".txt", ".text", ".md"])
def test_columns_in_a_file_of_text_are_read_as_columns(run, model, tmp_path, ending):
    for name in ("corpus.conll", f"corpus{ending}"):
        (tmp_path / name).write_text(CORPUS)
    expected = run("tag", model, "corpus.conll")
    code, out, err = run("tag", model, f"corpus{ending}")
    assert (code, out) == expected[:2]
    assert f"corpus{ending} looks like conll (2 columns, tags in the last) and is read so" in err
    assert "--input raw" in err


def test_columns_in_a_pipe_are_read_as_columns(run, model, piped, tmp_path):
    many = CORPUS.strip("\n") + "\n\n"
    many *= 1 + 100_000 // len(many)  # more than is looked at
    (tmp_path / "corpus.conll").write_text(many)
    expected = run("tag", model, "corpus.conll")
    piped(many.encode())
    code, out, err = run("tag", model)
    assert (code, out) == expected[:2]
    assert "standard input looks like conll" in err


def test_text_in_a_pipe_is_all_there(run, model, piped):
    text = "Anna besøkte Oslo. " * 2_000 + "\n\n" + RAW
    piped(text.encode())
    code, out, err = run("tag", model, "-")
    assert (code, err) == (0, "")
    pieces = [json.loads(line) for line in out.splitlines()]
    assert "".join("".join(piece["text"].split()) for piece in pieces) == "".join(text.split())
    assert pieces[-1]["start"] == text.index(RAW)


def test_objects_in_a_pipe_are_read_as_objects(run, model, piped):
    piped(b'{"id": 7, "text": "Anna left Oslo"}\n')
    code, out, err = run("tag", model)
    assert code == 0
    assert json.loads(out)["id"] == 7
    assert "standard input looks like jsonl (objects with a text)" in err


@pytest.mark.parametrize("kind", ["raw", "tokens"])
def test_what_is_asked_for_is_obeyed(run, model, piped, tmp_path, kind):
    (tmp_path / "corpus.txt").write_text(CORPUS)
    code, out, err = run("tag", model, "corpus.txt", "--input", kind)
    assert (code, err) == (0, "")
    assert "LOC" in out
    piped(CORPUS.encode())
    assert run("tag", model, "--input", kind)[2] == ""


def test_files_of_one_kind_share_a_note(run, model, tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(CORPUS)
    (tmp_path / "d.txt").write_text(RAW)
    code, _, err = run("tag", model, "a.txt", "b.txt", "c.txt", "d.txt", "--out", "tagged")
    assert code == 0
    assert err.count("note: ") == 1
    assert "a.txt and 2 other files looks like" not in err
    assert "a.txt and 2 other files look like conll" in err
    assert json.loads((tmp_path / "tagged/d.txt.jsonl").read_text())["text"] == RAW.strip()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "Oslo,LOC\nis,O\ncold,O\n", "parted by commas"),
        ("a.json", '[{"text": "Oslo"}]', "one JSON value"),
        ("a.html", "<html><body>\nOslo\n</body></html>\n", "XML or HTML"),
        ("letter", "Anna Kovac visited Oslo in May.\nShe left it again.\n", "--input raw"),
    ],
)
def test_a_file_of_another_kind_is_refused(run, model, tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    code, out, err = run("tag", model, name)
    assert (code, out) == (2, "")
    assert name in err and message in err
    assert run("tag", model, name, "--input", "raw")[0] == 0
