"""Calibration: the table, its error, and the intervals beside it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.spans import Spans
from ner_window.evaluation.calibration import calibration, perfect_errors
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.units import Units

NAMES = ["LOC", "PER"]


def spans(starts, types):
    starts = np.asarray(starts, np.int64)
    ends = np.arange(1, 1 + max(starts, default=0) + 1)
    return Spans(starts, starts + 1, np.asarray(types, np.int64), NAMES, ends)


def judged(confidences, is_correct, types=None, per_unit=1):
    """The calibration of entities, each a sentence of its own; so many of them are a unit."""
    confidences, is_correct = np.array(confidences, float), np.array(is_correct, bool)
    n = len(confidences)
    types = np.zeros(n, np.int64) if types is None else np.asarray(types)
    predicted = spans(np.arange(n), types)
    gold = spans(np.flatnonzero(is_correct), types[is_correct])
    unit = np.arange(n) // per_unit
    units = Units("documents", unit, int(unit.max(initial=-1)) + 1 if n else 1)
    return calibration(confidences, Mentions.of(gold, predicted), units)


def test_by_hand():
    found = judged([0.95, 0.91, 1.0, 0.5, 0.0], [1, 0, 1, 1, 0], types=[0, 0, 1, 1, 1])
    last = found.bins[-1]
    assert (last.count, found.bins[5].count, found.bins[0].count) == (3, 1, 1)
    assert last.confidence == pytest.approx(100 * 2.86 / 3)
    assert last.precision == pytest.approx(200 / 3)
    assert found.bins[1].confidence is None
    assert found.expected_error == pytest.approx(100 * (0.86 + 0.5 + 0) / 5)
    assert found.total.difference == pytest.approx(67.2 - 60)
    assert found.types["LOC"].difference == pytest.approx(93 - 50)
    assert found.types["PER"].count == 3
    lines = str(found).splitlines()
    assert "expected calibration error: 27.20 points" in lines
    assert any(line.startswith("says 67.2%, is right 60.0%: difference +7.20") for line in lines)


def test_nothing_is_predicted():
    found = judged([], [])
    assert (found.expected_error, found.perfect_mean, found.total.count) == (0, 0, 0)
    assert found.total.interval is None
    assert found.total.tendency is None
    assert "no entity is predicted" in str(found)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_bins_and_types_hold_every_entity(entities):
    confidences, correct = map(np.array, zip(*entities, strict=True))
    found = judged(confidences, correct, types=np.arange(len(entities)) % 2)
    assert sum(bin_.count for bin_ in found.bins) == len(entities)
    assert sum(row.count for row in found.types.values()) == len(entities)
    assert 0 <= found.expected_error <= 100 + 1e-9
    assert abs(found.total.difference) <= found.expected_error + 1e-9


def test_a_perfect_model_is_within_its_range_and_a_bold_one_is_not():
    rng = np.random.default_rng(5)
    confidences = rng.beta(5, 1, 400)
    perfect = judged(confidences, rng.random(400) < confidences)
    assert perfect.is_within_chance
    assert perfect.perfect_range[0] < perfect.perfect_mean < perfect.perfect_range[1]
    bold = judged(confidences, rng.random(400) < confidences**2)
    assert not bold.is_within_chance
    assert bold.total.tendency == "over-confident"


def test_an_error_as_large_as_a_perfect_model_shows_now_and_then_is_within_chance():
    """One of 30 is wrong by chance in 13 of 100 cases: a tie, whatever sums are rounded to."""
    confidences = 1 - 0.01 * np.random.default_rng(2).random((50, 30))
    correct = np.arange(30) > 0
    assert all(judged(row, correct).is_within_chance for row in confidences)


@pytest.mark.parametrize(
    ("confidences", "correct", "said"),
    [
        (np.linspace(0.52, 0.98, 100), np.arange(100) % 20 >= 3, "though the error is within"),
        (np.repeat([0.95, 0.45], 60), np.arange(120) % 10 < 7, "beyond chance though neither"),
        (np.full(120, 0.7), np.arange(120) % 10 < 7, None),
        (np.full(120, 0.9), np.arange(120) % 2 == 0, None),
    ],
)
def test_where_error_and_difference_say_different_things_it_says_why(confidences, correct, said):
    found = judged(confidences, correct)
    if said is None:
        assert found.disagreement is None
    else:
        assert said in found.disagreement
        assert found.disagreement in str(found).splitlines()


def test_the_sums_of_bins_stand_for_many_labels():
    confidences = np.random.default_rng(6).beta(4, 1, 2000)
    exact, quick = perfect_errors(confidences), perfect_errors(confidences, one_by_one=100)
    assert quick.mean() == pytest.approx(exact.mean(), rel=0.05)
    assert np.percentile(quick, 97.5) == pytest.approx(np.percentile(exact, 97.5), rel=0.1)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_small_bins_are_joined_with_their_neighbors(found):
    judgment = judged(*zip(*found, strict=True))
    joined = judgment.bins_of(5)
    assert len(joined) == 1 or all(bin_.count >= 5 for bin_ in joined)
    assert (joined[0].low, joined[-1].high) == (0, 100)
    assert all(one.high == other.low for one, other in pairwise(joined))
    for figure in ("confidence", "precision"):
        sums = [
            sum(bin_.count * getattr(bin_, figure) for bin_ in bins if bin_.count)
            for bins in (judgment.bins, joined)
        ]
        assert sums[0] == pytest.approx(sums[1])
