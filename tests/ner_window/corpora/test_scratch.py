"""Arrays in scratch files are the arrays that they would be in memory."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora import scratch


@given(st.lists(st.lists(st.integers(0, 1000))), st.integers(1, 40), st.integers(1, 200))
def test_a_growing_array_is_what_was_added(parts, chunk, most_bytes):
    chunk_before, most_before = scratch.CHUNK, scratch.MOST_BYTES_IN_MEMORY
    scratch.CHUNK, scratch.MOST_BYTES_IN_MEMORY = chunk, most_bytes
    try:
        grown = scratch.GrowingArray(np.int32)
        for part in parts:
            grown.extend(part)
        expected = [number for part in parts for number in part]
        assert len(grown) == len(expected)
        assert grown.finished().tolist() == expected
        assert scratch.arange(len(expected)).tolist() == list(range(len(expected)))
    finally:
        scratch.CHUNK, scratch.MOST_BYTES_IN_MEMORY = chunk_before, most_before


def test_large_arrays_are_mapped_and_can_be_shuffled(monkeypatch):
    monkeypatch.setattr(scratch, "MOST_BYTES_IN_MEMORY", 100)
    large = scratch.arange(1000)
    assert isinstance(large.base, np.memmap)
    assert type(large) is np.ndarray  # a generator shuffles other types slowly
    small = np.arange(1000)
    np.random.default_rng(0).shuffle(large)
    np.random.default_rng(0).shuffle(small)
    np.testing.assert_array_equal(large, small)
