"""How sure a model is and how often it is right: the interval, and what is called by it."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.spans import Spans
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.sureness import sureness
from ner_window.evaluation.units import Units


def judged(confidences, is_correct, units=None, count=None):
    """Predicted entities, each a sentence of its own and in the unit of its number."""
    confidences, is_correct = np.array(confidences, float), np.array(is_correct, bool)
    starts = np.arange(len(confidences))
    predicted = Spans(starts, starts + 1, np.zeros_like(starts), ["PER"], starts + 1)
    units = starts if units is None else np.asarray(units)
    count = count or int(units.max(initial=-1)) + 1
    gold = predicted.subset(is_correct)
    return sureness(
        confidences, Mentions.of(gold, predicted), Units("documents", units, count, count)
    )[0]


def test_few_entities_that_are_all_right_do_not_make_a_model_under_confident():
    """A perfectly calibrated model, 95% sure of each of 20, is right in all in 36 of 100 cases."""
    assert judged([0.95] * 20, [True] * 20).tendency is None
    assert judged([0.95] * 20 + [0.9] * 500, [True] * 520).tendency == "under-confident"
    assert judged([0.95] * 400, [True, False] * 200).tendency == "over-confident"


@pytest.mark.parametrize("is_correct", [False, True])
@pytest.mark.parametrize(("entities", "documents"), [(1, 20), (9, 4), (3, 1)])
def test_too_little_text_is_not_tested_and_says_so(entities, documents, is_correct):
    units = np.zeros(entities, int) if entities == 1 else np.arange(entities) % documents
    found = judged([0.9] * entities, [is_correct] * entities, units, documents)
    assert found.interval is None
    assert found.tendency is None
    assert "no interval (over- or under-confidence is not tested" in str(found)


def test_of_a_type_that_a_single_document_has_nothing_is_said():
    assert judged([0.9] * 10, [False] * 10, [3] * 10, 20).interval is None


def test_entities_that_are_wrong_together_make_the_interval_wider():
    confidences, correct = np.full(400, 0.5), np.repeat(np.arange(40) % 2 == 0, 10)
    alone, together = (
        judged(confidences, correct, np.arange(400) // per_unit).interval for per_unit in (1, 10)
    )
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


@pytest.mark.parametrize("entities", [5, 60, 300])
def test_a_model_that_is_sure_and_right_in_all_may_be_wrong_in_others(entities):
    """With so many right in a row, 3 / n may be wrong (the rule of three); here, a little more."""
    low, high = judged([1.0] * entities, [True] * entities).interval
    assert low == 0
    assert 300 / entities < high < 100


@given(
    st.lists(
        st.tuples(st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)), st.booleans()),
        min_size=2,
        max_size=30,
    )
)
def test_an_interval_has_a_width_holds_the_difference_and_is_possible(entities):
    confidences, correct = zip(*entities, strict=True)
    found = judged(confidences, correct, np.arange(len(entities)) % 7, 7)
    low, high = found.interval
    assert found.confidence - 100 - 1e-9 <= low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= high <= found.confidence + 1e-9
    assert high - low > 1


@pytest.mark.parametrize("confidence", [0.5, 0.6, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("entities", [2, 3, 4, 5, 8, 10, 20])
def test_a_calibrated_model_is_rarely_called_anything(confidence, entities):
    """The exact probability of it, over how many of the entities may be right."""
    called = [
        right
        for right in range(entities + 1)
        if judged([confidence] * entities, np.arange(entities) < right, count=20).tendency
    ]
    chances = [
        comb(entities, right) * confidence**right * (1 - confidence) ** (entities - right)
        for right in called
    ]
    assert sum(chances) < 0.05


@pytest.mark.parametrize(("entities", "documents"), [(20, 20), (30, 20), (30, 50), (60, 50)])
def test_where_nearly_all_are_right_the_interval_holds_the_truth(entities, documents):
    """Says 99.5%, is right in 97%: 30 are all right in 40 of 100 cases."""
    rng = np.random.default_rng(3)
    holds = []
    for _ in range(200):
        units = np.sort(rng.integers(0, documents, entities))
        low, high = judged(
            [0.995] * entities, rng.random(entities) < 0.97, units, documents
        ).interval
        holds.append(low <= 2.5 <= high)
    assert np.mean(holds) > 0.93
