"""Two sentences without a blank line between them, as files leave them that are joined."""

import pytest

from ner_window.corpora import scratch
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.joined import describe_joined, joined_lines
from tests.places import shared

SENTENCE = "Anna B-PER\nKovac I-PER\nvisited O\nOslo B-LOC\n. O\n"
MANY = f"{SENTENCE}\n" * 20


def corpus(folder, text):
    (folder / "both.txt").write_text(text, "utf-8")
    return read_corpus(folder / "both.txt")


def test_the_line_before_the_join_is_told(tmp_path):
    joined = corpus(tmp_path, f"{MANY}{SENTENCE}{MANY}")
    assert len(joined) == 40  # of 41 sentences
    assert joined_lines(joined) == [125]
    assert "a sentence goes on after 1 full stop, line 125: is a blank" in describe_joined(joined)


def test_a_file_without_any_blank_line_is_told(tmp_path):
    joined = corpus(tmp_path, SENTENCE * 30)
    assert describe_joined(joined).startswith(
        "150 tokens in 1 sentence: are the blank lines missing"
    )
    assert describe_joined(corpus(tmp_path, MANY)) is None


def test_several_joins_in_a_small_file_are_told(tmp_path):
    joined = corpus(tmp_path, f"{MANY}{SENTENCE}" * 3 + MANY)
    assert len(joined_lines(joined)) == 3


@pytest.mark.parametrize("chunk", [1, 7, 124, 125])
def test_where_it_is_looked_for_in_parts(tmp_path, chunk):
    joined = corpus(tmp_path, f"{MANY}{SENTENCE}{MANY}")
    with scratch.limits(most_bytes=1_000_000, chunk=chunk):
        assert joined_lines(joined) == [125]


def test_nothing_is_told_of_files_that_are_well(tmp_path):
    assert joined_lines(corpus(tmp_path, MANY)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr O\nThomas B-PER\nD I-PER\n. I-PER\nGreen I-PER\nleft O\nin O\nMay O\n",  # an initial
        "It O\ncosts O\n. O\nper O\nday O\nand O\nhead O\n",  # no capital
        "He O\nsaid O\nNo O\n. O\nReally O\n",  # too little comes after
    ],
)
def test_full_stops_within_a_sentence(tmp_path, sentence):
    assert joined_lines(corpus(tmp_path, f"{MANY}{sentence}\n{MANY}")) == []


def test_where_many_sentences_go_on_it_says_nothing(tmp_path):
    tweets = f"{SENTENCE}{SENTENCE}\n" * 5
    assert joined_lines(corpus(tmp_path, f"{MANY}{tweets}")) == []


def test_a_mark_in_the_midst_of_a_file(tmp_path):
    joined = corpus(tmp_path, f"Oslo B-LOC\nfell O\n\ufeff{SENTENCE}")
    assert joined_lines(joined) == [3]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("conll2003/eng.train", []),
        ("conll2003/eng.testa", []),
        ("conll2002/ned.train", []),
        ("wnut17/wnut17train.conll", []),
        ("wikigold/wikigold.conll", [11441, 12577, 26374, 38143]),  # four that are joined indeed
    ],
)
def test_real_corpora(name, places):
    assert joined_lines(read_corpus(shared(f"data/{name}"))) == places
