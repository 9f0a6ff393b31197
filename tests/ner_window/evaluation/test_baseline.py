"""The shared task's baseline: its published figures, and what it finds."""

import pytest

from ner_window.corpora.corpus import read_corpus
from ner_window.evaluation.baseline import baseline, lexicon_of, matches
from tests.places import shared

TRAIN = """\
Bank I-ORG
of I-ORG
Oslo I-ORG

Oslo I-LOC
Bergen I-LOC
and O
Bergen I-ORG

Bergen I-ORG
"""


@pytest.fixture
def train(tmp_path):
    path = tmp_path / "train"
    path.write_text(TRAIN)
    return read_corpus(path)


def test_the_two_readings(train):
    assert lexicon_of(train, "one type only") == {
        ("Bank", "of", "Oslo"): "ORG",
        ("Oslo", "Bergen"): "LOC",
        ("Bergen",): "ORG",
    }
    text = TRAIN.replace("Oslo I-LOC\nBergen I-LOC", "Bergen I-LOC\nx O\n\nBergen I-LOC")
    train.path.write_text(text)
    tied = read_corpus(train.path)
    assert lexicon_of(tied, "most frequent type")["Bergen",] == "LOC", "the first of the alphabet"
    assert ("Bergen",) not in lexicon_of(tied, "one type only")


def test_the_longest_match_from_left_to_right():
    lexicon = {("a",): "X", ("a", "b", "c"): "Y", ("b", "d"): "Z"}
    found = matches(list("abcabda"), lexicon, 3)
    assert found == [(0, 3, "Y"), (3, 4, "X"), (4, 6, "Z"), (6, 7, "X")]
    assert matches(list("dcbd"), lexicon, 3) == [(2, 4, "Z")]
    assert matches([], lexicon, 3) == []


def test_on_its_training_data(train):
    result = baseline(train, train)
    assert (result.total.gold, result.total.predicted, result.total.correct) == (4, 4, 4)
    assert result.accuracy == 100


@pytest.mark.parametrize(
    ("reading", "published"),
    [("most frequent type", (78.33, 65.23, 71.18)), ("one type only", (79.35, 60.74, 68.81))],
)
def test_the_published_figures(reading, published):
    train, dev = (
        read_corpus(shared(f"data/conll2003/{name}")) for name in ("eng.train", "eng.testa")
    )
    total = baseline(train, dev, reading).total
    assert tuple(round(v, 2) for v in (total.precision, total.recall, total.f1)) == published
