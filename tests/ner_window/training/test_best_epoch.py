"""The best epoch: which weights are kept, when to stop, and a state that travels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.training.best_epoch import BestEpoch
from tests.building import small_network

scores = st.lists(st.floats(0, 100), min_size=1, max_size=8)


def watched(f1s, keeps_last=False, patience=None):
    """Return a network whose bias tells the epoch, and what watched it."""
    network, _, _ = small_network()
    best = BestEpoch(network, keeps_last, patience)
    for epoch, f1 in enumerate(f1s, start=1):
        network.head.bias.data[:] = epoch
        best.observe(epoch, f1)
    return network, best


@given(scores)
def test_the_first_of_the_best_epochs_comes_back(f1s):
    network, best = watched(f1s)
    assert best.f1 == max(f1s)
    assert best.epoch == f1s.index(max(f1s)) + 1
    best.restore()
    assert set(network.head.bias.data.tolist()) == {best.epoch}


@pytest.mark.parametrize(("f1s", "keeps_last"), [([9.0, 5.0, 7.0], True), ([None] * 3, False)])
def test_the_last_epoch_comes_back_where_nothing_is_chosen(f1s, keeps_last):
    network, best = watched(f1s, keeps_last)
    assert best.epoch == 3
    best.restore()
    assert set(network.head.bias.data.tolist()) == {3}


@given(scores, st.integers(1, 4))
def test_training_stalls_after_as_many_epochs_as_it_has_patience_for(f1s, patience):
    _, best = watched(f1s, patience=patience)
    since_best = len(f1s) - 1 - f1s.index(max(f1s))
    assert best.has_stalled(len(f1s)) == (since_best >= patience)
    assert not watched(f1s)[1].has_stalled(1000)


def test_the_state_travels():
    network, best = watched([50.0, 40.0])
    other = BestEpoch(network, keeps_last=False, patience=None)
    other.load_state(best.state())
    assert (other.epoch, other.f1) == (1, 50.0)
    other.restore()
    np.testing.assert_array_equal(network.head.bias.data, 1)
