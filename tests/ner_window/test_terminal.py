"""What is printed keeps to a width; looks are for terminals alone."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ner_window.terminal import (
    Alternatives,
    Column,
    Line,
    Role,
    Table,
    Verbatim,
    apart,
    plain,
    show,
    shown_path,
    tell,
    width_of,
)

WORDS = st.lists(st.text("abcé漢", min_size=1, max_size=30), min_size=1, max_size=30)


@pytest.fixture
def width(monkeypatch):
    return lambda columns: monkeypatch.setenv("COLUMNS", str(columns))


@pytest.fixture
def at_a_terminal(monkeypatch):
    """Print as at a terminal, whatever stdout is."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


@given(WORDS, st.integers(20, 100), st.integers(0, 6), st.integers(0, 8))
def test_a_line_is_parted_between_words_alone(words, columns, indent, hang):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        lines = plain(Line(" " * indent + " ".join(words), hang=hang)).split("\n")
    assert " ".join(lines).split() == words
    starts = [len(line) - len(line.lstrip()) for line in lines]
    assert starts == [indent, *([indent + hang] * (len(lines) - 1))]
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        assert cell_len(line) <= columns or len(line.split()) == 1
        if following is not None:  # no line ends early
            assert cell_len(line) + 1 + cell_len(following.split()[0]) > columns


def test_ends_of_lines_stay(width):
    width(20)
    assert (
        plain(Line("one\n\n  two three four five six")) == "one\n\n  two three four\n    five six"
    )


TABLE = Table(
    [
        Column("by type", is_number=False),
        Column("gold", rank=2),
        Column("found", rank=1),
        Column("F1"),
        Column("why", is_number=False, wraps=True),
    ],
    [
        ["  LOC", "5", "6", "91.00", "because it is seen in training"],
        ["  MISC", "1", "", "7.00", ""],
    ],
)


def test_a_table_leaves_out_what_counts_least(width):
    heads = {}
    for columns in (60, 46, 38):
        width(columns)
        lines = plain(TABLE).split("\n")
        assert max(map(len, lines)) <= columns
        assert lines == [line.rstrip() for line in lines]
        heads[columns] = lines[0].split()
    assert heads == {
        60: ["by", "type", "gold", "found", "F1", "why"],
        46: ["by", "type", "found", "F1", "why"],
        38: ["by", "type", "F1", "why"],
    }


@pytest.mark.parametrize("columns", [1, 10, 30])
def test_figures_stay_whole_at_any_width(width, columns):
    width(columns)
    lines = plain(TABLE).split("\n")
    assert [line.split()[1] for line in lines if line.split()[0] in ("LOC", "MISC")] == [
        "91.00",
        "7.00",
    ]


def test_numbers_stand_to_the_right_and_text_is_wrapped(width):
    width(46)
    assert plain(TABLE).split("\n") == [
        "by type  found     F1  why",
        "  LOC        6  91.00  because it is seen in",
        "                       training",
        "  MISC           7.00",
    ]


def test_a_table_that_is_too_wide_has_another_in_its_place(width):
    wide = Table([Column(f"type {number}") for number in range(9)], [["0"] * 9])
    either = Alternatives(wide, Table([Column("pairs", is_number=False)], [["none"]]))
    width(80)
    assert plain(either) == plain(wide)
    width(69)
    assert plain(either) == "pairs\nnone"


def test_what_others_have_made_stays_as_it_is(width):
    width(20)
    text = "accuracy:  99.33%; precision:  97.47%\n              LOC: 97.78  112"
    assert plain(Verbatim(text)) == text


def test_parts_are_set_apart():
    assert apart(["a", "b"]) == ["a", "", "b"]


def test_looks_are_for_terminals(at_a_terminal, capsys):
    headline = Line(("F1 97.16", Role.headline), ", ", ("95% interval", Role.interval))
    show(headline)
    assert capsys.readouterr().out == "\x1b[1mF1 97.16\x1b[0m, \x1b[2m95% interval\x1b[0m\n"
    tell("warning: one", "error: two", "note: three")
    assert capsys.readouterr().err == (
        "\x1b[33mwarning:\x1b[0m one\n\x1b[1;31merror:\x1b[0m two\nnote: three\n"
    )
    at_a_terminal.setenv("NO_COLOR", "1")
    show(headline)
    tell("warning: one")
    assert capsys.readouterr() == ("F1 97.16, 95% interval\n", "warning: one\n")
    at_a_terminal.delenv("NO_COLOR")
    at_a_terminal.delenv("FORCE_COLOR")  # which leaves a pipe
    show(headline)
    assert capsys.readouterr().out == "F1 97.16, 95% interval\n"


def test_the_width_is_that_of_the_terminal_or_80(monkeypatch):
    monkeypatch.setenv("COLUMNS", "93")
    assert width_of(io.StringIO()) == 93
    monkeypatch.delenv("COLUMNS")
    assert width_of(io.StringIO()) == 80
    monkeypatch.setattr(os, "get_terminal_size", lambda number: os.terminal_size((120, 40)))
    with Path(os.devnull).open("w") as terminal:
        assert width_of(terminal) == 120


def test_a_path_is_told_from_where_one_is(tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert shown_path(here / "runs" / "one") == shown_path(Path("runs/one")) == "runs/one"
    assert shown_path(Path("../there/one")) == f"{tmp_path}/there/one"
    assert shown_path(here / ".." / "here" / "x") == "x"
