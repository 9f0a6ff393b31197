"""The index of words against a dict."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.vectors import word_index
from ner_window.vectors.word_index import WordIndex

words = st.lists(st.text(max_size=3) | st.sampled_from(["a", "b", "ab", "\ud800"]), max_size=20)


@pytest.mark.parametrize("hash_of", [word_index.crc32, len, lambda word: 7, lambda word: 2**32 - 1])
def test_it_finds_what_a_dict_finds(hash_of):
    @given(words.filter(bool), words)
    def check(known, others):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(word_index, "crc32", hash_of)
            index = WordIndex.of(known)
            expected = {word: row for row, word in reversed(list(enumerate(known)))}
            queries = known + others
            assert list(index.find(queries)) == [expected.get(word, -1) for word in queries]
            assert index.duplicate_count == len(known) - len(expected)

    check()


def test_words_come_back():
    known = ["the", "", "Ünïcode", "a b", "the"]
    index = WordIndex.of(known)
    assert len(index) == 5
    assert [index.word(row) for row in range(5)] == known
    assert [word.decode() for word in index.encoded_words(1, 4)] == known[1:4]
    found = index.find([])
    assert (found.shape, found.dtype) == ((0,), np.int64)
