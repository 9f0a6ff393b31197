"""Gathering units into batches: each once, none empty, as many tokens as whole units allow."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.config import TrainingSettings
from ner_window.encoding.units import Unit
from ner_window.training.gathering import EqualTokens, gathering_of

lengths_of_units = st.lists(st.integers(1, 40), min_size=1, max_size=60)


def gathered(lengths, tokens, seed):
    gathering = EqualTokens(np.array(lengths), tokens)
    order = np.random.default_rng(seed).permutation(len(lengths))
    return gathering, [batch.tolist() for batch in gathering.batches(order)]


@given(lengths_of_units, st.integers(1, 100), st.integers(0, 5))
def test_every_unit_is_in_one_batch_and_no_batch_is_empty(lengths, tokens, seed):
    gathering, batches = gathered(lengths, tokens, seed)
    assert len(batches) == len(gathering)
    assert all(batches)
    assert sorted(unit for batch in batches for unit in batch) == list(range(len(lengths)))


@given(lengths_of_units, st.integers(1, 100), st.integers(0, 5))
def test_large_units_are_alone_and_small_ones_fill_their_batches(lengths, tokens, seed):
    gathering, batches = gathered(lengths, tokens, seed)
    small = [length for length in lengths if length < tokens]
    assert len(gathering) == len(lengths) - len(small) + -(-sum(small) // tokens)
    for batch in batches:
        size = sum(lengths[unit] for unit in batch)
        assert len(batch) == 1 or size < tokens + max(small)


@given(st.lists(st.integers(1, 5), min_size=40, max_size=80), st.integers(0, 5))
def test_batches_of_small_units_are_of_nearly_equal_size(lengths, seed):
    _, batches = gathered(lengths, 25, seed)
    sizes = [sum(lengths[unit] for unit in batch) for batch in batches]
    assert max(sizes) - min(sizes) <= 2 * max(lengths)


def test_the_order_decides_what_is_together():
    epochs = [gathered([3, 4, 5, 90, 6] * 6, 20, seed)[1] for seed in (1, 1, 2)]
    assert epochs[0] == epochs[1] != epochs[2]
    places = [batch[0] % 5 == 3 for batch in epochs[0]]
    assert places != sorted(places)  # large units come at any time
    assert places != sorted(places, reverse=True)


def test_a_size_in_units_counts_them_and_one_in_tokens_weighs_them():
    lengths = np.array([10, 20, 70, 1])
    for settings, unit, size, batches in [
        ({"batch_size": 3}, Unit.SENTENCES, lengths, 2),
        ({"batch_size": None}, Unit.DOCUMENTS, lengths, 2),
        ({"batch_tokens": 50}, Unit.SENTENCES, lengths, 2),
        ({"batch_tokens": 3}, Unit.WINDOWS, None, 2),
        ({"batch_size": None}, Unit.WINDOWS, None, 1),
    ]:
        assert len(gathering_of(TrainingSettings(**settings), unit, 4, size)) == batches
