"""The index of words against a dict."""

from itertools import product
from zlib import crc32

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from ner_window.vectors.word_index import WordIndex

ONE, OTHER = "plumless", "buckeroo"  # of equal CRC-32, and so is whatever is made of two of them
ALIKE = ["".join(words) for words in product((ONE, OTHER), repeat=3)]
LAST = "hkpfifqltffu"  # of the greatest CRC-32 there is

words = st.lists(
    st.text(max_size=3) | st.sampled_from(["a", "b", "ab", "\ud800", LAST, "", *ALIKE]), max_size=20
)


def test_the_hashes_collide_as_they_should():
    assert len({crc32(word.encode()) for word in ALIKE}) == 1
    assert crc32(LAST.encode()) == 2**32 - 1


@given(words.filter(bool), words)
@example([*ALIKE, LAST], [LAST, *ALIKE, ONE])
@example(ALIKE[:4], ALIKE)
@example([LAST, LAST, *ALIKE, *ALIKE], ALIKE)
def test_it_finds_what_a_dict_finds(known, others):
    index = WordIndex.of(known)
    expected = {word: row for row, word in reversed(list(enumerate(known)))}
    queries = known + others
    assert list(index.find(queries)) == [expected.get(word, -1) for word in queries]
    assert index.duplicate_count == len(known) - len(expected)


def test_words_come_back():
    known = ["the", "", "Ünïcode", "a b", "the"]
    index = WordIndex.of(known)
    assert len(index) == 5
    assert [index.word(row) for row in range(5)] == known
    assert [word.decode() for word in index.encoded_words(1, 4)] == known[1:4]
    found = index.find([])
    assert (found.shape, found.dtype) == ((0,), np.int64)
