"""Arrays in scratch files are the arrays that they would be in memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora import scratch


@given(st.lists(st.lists(st.integers(0, 1000))), st.integers(1, 40), st.integers(1, 200))
def test_a_growing_array_is_what_was_added(parts, chunk, most_bytes):
    with scratch.limits(most_bytes, chunk):
        grown = scratch.GrowingArray(np.int32)
        for part in parts:
            grown.extend(part)
        expected = [number for part in parts for number in part]
        assert len(grown) == len(expected)
        assert grown.finished().tolist() == expected
        assert scratch.arange(len(expected)).tolist() == list(range(len(expected)))


def test_large_arrays_are_mapped_and_can_be_shuffled():
    with scratch.limits(most_bytes=100):
        large = scratch.arange(1000)
    assert isinstance(large.base, np.memmap)
    assert type(large) is np.ndarray  # a generator shuffles other types slowly
    small = np.arange(1000)
    np.random.default_rng(0).shuffle(large)
    np.random.default_rng(0).shuffle(small)
    np.testing.assert_array_equal(large, small)


def test_limits_end_with_their_block():
    with pytest.raises(InterruptedError), scratch.limits(most_bytes=100, chunk=3):
        assert len(list(scratch.chunks(10))) == 4
        raise InterruptedError
    assert len(list(scratch.chunks(10))) == 1
    assert not isinstance(scratch.arange(1000).base, np.memmap)
