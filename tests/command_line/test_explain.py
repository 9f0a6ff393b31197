"""``ner-window explain``: one window on the terminal and on a page."""

import html
import sys

import pytest


def test_explain_prints_and_writes_a_page_only(trained, run, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    folder, _, _ = trained
    places = (folder.parent, tmp_path)

    def files():
        """When each file was written, of the run and in the folder that the command is run in."""
        return {path: path.stat().st_mtime_ns for place in places for path in place.rglob("*.*")}

    before = files()
    sentence = "Anna Kovac visited <script>Oslo."
    arguments = ("explain", folder, sentence, "--token", "Oslo", "--tag", "B-LOC")
    code, out, err = run(*arguments, "--html", "out.html")
    assert (code, err) == (0, "")
    assert out.startswith("Token 6, 'Oslo', in: Anna Kovac visited < script > Oslo .\n")
    assert max(map(len, out.splitlines())) <= 72
    after = files()
    assert set(after) - set(before) == {tmp_path / "out.html"}
    assert {path: after[path] for path in before} == before
    page = (tmp_path / "out.html").read_text("utf-8")
    assert "visited &lt; script &gt; Oslo" in page
    code, again, err = run(*arguments, "--html", "out.html")
    assert (code, again) == (2, "")
    assert "out.html exists" in " ".join(err.split())
    monkeypatch.setitem(sys.modules, "jinja2", None)
    code, _, err = run(*arguments, "--html", "other.html")
    assert code == 2
    assert "pip install 'ner-window[report]'" in " ".join(err.split())
    assert not (tmp_path / "other.html").exists()
    assert run(*arguments)[1] + "open out.html\n" == out
    spaced = ("explain", folder, "Anna <script>Oslo.", "--tokens", "--token", "1")
    assert run(*spaced)[1].startswith("Token 1, '<script>Oslo.', in: Anna <script>Oslo.\n")


@pytest.mark.parametrize(("token", "place"), [("cold", 5), ("5", 5), ("3", 3), ("Anna", 0)])
def test_a_token_is_explained_in_its_sentence(trained, run, tmp_path, token, place):
    folder, text = trained[0], "Anna sang. Oslo is cold."
    code, out, err = run("explain", folder, text, "--token", token, "--html", "out.html")
    assert code == 0
    sentence, first = ("Anna sang .", 0) if place < 3 else ("Oslo is cold .", 3)
    word = ["Anna", "sang", ".", "Oslo", "is", "cold", "."][place]
    assert out.startswith(f"Token {place - first}, {word!r}, in: {sentence}\n")
    assert " ".join(err.split()) == (
        f"note: tag cuts this text into 2 sentences; sentence {1 + (first > 0)} is explained, by "
        f"itself: token {place} of the text is its token {place - first}"
    )
    alone = run("explain", folder, sentence, "--tokens", "--token", str(place - first))
    assert (out.removesuffix("open out.html\n"), "") == alone[1:]
    command = f"'{sentence}' --tokens --token {place - first}"
    assert command in html.unescape((tmp_path / "out.html").read_text("utf-8"))
    assert run("explain", folder, text, "--tokens", "--token", "1")[1:] == (
        run("explain", folder, text, "--tokens", "--token", "sang.")[1],
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Anna met Anna", "--token", "Anna"], "occurs 2 times; give a number of: 0 Anna, 1 met"),
        (["Anna sang. Anna left.", "--token", "Anna"], "a number of: 0 Anna, 1 sang, 2 ., 3 Anna"),
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
