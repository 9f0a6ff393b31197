"""Formats to tag and to write that are defined outside the package."""

import sys

import pytest

from ner_window import Tagger
from ner_window.cli import main
from ner_window.corpora.conll import Layout
from ner_window.parallel import Workers
from ner_window.tagging import inputs, outputs
from ner_window.tagging.inputs import INPUTS, InputFormat, Source, input_format_of
from ner_window.tagging.outputs import OUTPUTS, OutputFormat
from ner_window.tagging.pieces import Piece, cut
from ner_window.tagging.streams import Task, tag_to


class Mails(InputFormat):
    """A mail a line: who wrote it, a bar, and its text."""

    name, help, endings, output = "mails", "mails", (".mails",), "names"

    def pieces(self, source):
        for number, line in enumerate(source.lines(), start=1):
            sender, _, text = line.partition("|")
            yield Piece(text, cut(text, source.tokenizer), document=number, place=sender)


class Names(OutputFormat):
    """The entities of a piece, after its place."""

    name, help, ending = "names", "names", ".names"

    def of_piece(self, piece, found):
        extents = (piece.tokens.extent(entity.first, entity.last) for entity in found)
        return f"{piece.place}: {', '.join(piece.text[start:end] for start, end in extents)}\n"


@pytest.fixture(autouse=True)
def own_formats():
    inputs.register(Mails)
    outputs.register(Names)
    yield
    del INPUTS["mails"], OUTPUTS["names"]


@pytest.fixture
def mails(tmp_path):
    path = tmp_path / "f.mails"
    path.write_text("me|Anna Kovac visited Oslo.\nyou|So did I.", "utf-8")
    return path


def names_in_mails(model):
    """What is to be written of the mails."""
    mails = {"me": "Anna Kovac visited Oslo.", "you": "So did I."}
    found = zip(mails, Tagger.load(model).tag_many(mails.values()), strict=True)
    return "".join(f"{who}: {', '.join(entity.text for entity in all)}\n" for who, all in found)


def test_mails_are_read_and_names_written(trained, mails):
    written = []
    source = Source(mails, input_format_of(mails), Layout(), None)
    model = trained()
    task = Task(model, 64, OUTPUTS["names"], 0)
    tag_to(written.append, task, [source], Workers(1), lambda count: None)
    assert "".join(written) == names_in_mails(model)


def test_the_command_line_tells_them_by_name(trained, mails, monkeypatch, capsys):
    model = trained()
    monkeypatch.setattr(sys, "argv", ["", "tag", str(model), str(mails)])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert capsys.readouterr().out == names_in_mails(model)


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="a format to tag is called 'raw' already"):
        inputs.register(type("Other", (Mails,), {"name": "raw"}))
    with pytest.raises(ValueError, match="a format to write is called 'html' already"):
        outputs.register(type("Other", (Names,), {"name": "html"}))
