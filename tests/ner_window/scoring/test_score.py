"""The scorer: exact on the reference cases, and true to its laws."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.errors import InputError
from ner_window.scoring import score as scoring
from ner_window.scoring.score import read_scored, score_file
from tests.places import shared
from tests.slow_scorer import random_file, slow_report
from tests.tagged_text import column

TAGS = ["O", "B-X", "I-X", "B-Y", "I-Y"]
PAIRS = st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGS)), min_size=1, max_size=9)


def score(gold, predicted):
    """Score sentences of tags."""
    (golds, ends), (found, _) = column(gold), column(predicted)
    return scoring.score(golds, found, ends)


def test_all_reference_cases_agree_to_the_byte():
    cases = shared("scoring/conlleval_cases.jsonl").read_text("utf-8").splitlines()
    assert len(cases) == 400
    for line in cases:
        case = json.loads(line)
        assert score(case["gold"], case["predicted"]).report() == case["report"]


def test_the_table():
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O"]]
    predicted = [["B-PER", "I-PER", "O", "B-ORG"], ["B-LOC", "I-LOC"]]
    assert score(gold, predicted).report() == (
        "processed 6 tokens with 3 phrases; found: 3 phrases; correct: 1.\n"
        "accuracy:  66.67%; precision:  33.33%; recall:  33.33%; FB1:  33.33\n"
        "              LOC: precision:   0.00%; recall:   0.00%; FB1:   0.00  1\n"
        "              ORG: precision:   0.00%; recall:   0.00%; FB1:   0.00  1\n"
        "              PER: precision: 100.00%; recall: 100.00%; FB1: 100.00  1\n"
    )


def columns(sentences):
    """Gold and predicted tags of sentences of pairs."""
    return tuple([[pair[i] for pair in sentence] for sentence in sentences] for i in (0, 1))


@given(st.lists(PAIRS, min_size=1, max_size=6), st.randoms())
def test_counts_add_up_and_order_does_not_matter(sentences, random):
    result = score(*columns(sentences))
    total = result.total
    assert total.correct <= min(total.gold, total.predicted)
    for counts in result.by_type.values():
        assert 0 <= counts.correct <= min(counts.gold, counts.predicted)
        assert 0 <= counts.f1 <= 100
    shuffled = sentences[:]
    random.shuffle(shuffled)
    assert score(*columns(shuffled)).report() == result.report()


@given(st.lists(PAIRS, min_size=1, max_size=6))
def test_gold_against_gold_is_perfect(sentences):
    gold, _ = columns(sentences)
    result = score(gold, gold)
    assert result.accuracy == 100
    assert result.f1 == (100 if result.total.gold else 0)


@given(st.lists(PAIRS, min_size=1, max_size=6))
def test_swapping_the_sides_swaps_precision_and_recall(sentences):
    gold, predicted = columns(sentences)
    one, other = score(gold, predicted).total, score(predicted, gold).total
    assert (one.precision, one.recall, one.correct) == (
        other.recall,
        other.precision,
        other.correct,
    )


def test_json_has_the_same_figures():
    figures = score([["B-X", "O"]], [["B-X", "B-Y"]]).as_dict()
    assert figures["f1"] == pytest.approx(200 / 3)
    assert figures["types"]["Y"] == {
        "gold": 0,
        "predicted": 1,
        "correct": 0,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
    }
    json.dumps(figures)


def test_a_file_is_scored_by_its_last_two_columns(tmp_path):
    path = tmp_path / "f"
    path.write_text("-X- -X- O\na NN B-X B-X\nb NN O B-X\n\n-DOCSTART- -X- O O\n")
    assert score_file(path).report().startswith("processed 3 tokens with 1 phrases; found: 2")


def test_two_thousand_files_agree_with_a_slow_scorer(tmp_path):
    rng = random.Random(20)
    path = tmp_path / "f"
    for _ in range(2000):
        sentences, text = random_file(rng)
        path.write_text(text, "utf-8", newline="")
        assert score_file(path).report() == slow_report(sentences)


def test_delimiter_and_outside_tag(tmp_path):
    path = tmp_path / "f"
    path.write_text("a b|N|B-X|B-X\nc||_|B-X\n \nd|N|_|_\n")
    report = read_scored(path, "|", "_").score().report()
    assert report.startswith("processed 3 tokens with 1 phrases; found: 2 phrases; correct: 1.\n")
    assert "accuracy:  66.67%" in report
    path.write_text("a O O\n")
    with pytest.raises(InputError, match="f:1: 'O' is no tag; expected _ or PREFIX-TYPE"):
        read_scored(path, outside="_")


@pytest.mark.parametrize(
    ("content", "message"),
    [("O\n", "f:1: 1 column"), ("a O LOC\n", "f:1: 'LOC' is no tag"), ("O O\na O O\n", "f:2: 3")],
)
def test_files_that_cannot_be_scored(tmp_path, content, message):
    (tmp_path / "f").write_text(content)
    with pytest.raises(InputError, match=message):
        score_file(tmp_path / "f")
