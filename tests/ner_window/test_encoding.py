"""From tokens to windows of integers: vocabulary, features, windows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.features import RESERVED_VALUES, Capitalization, FeatureTable, feature_named
from ner_window.vectors import WordVectors
from ner_window.vocabulary import PADDING, RESERVED, UNKNOWN, Vocabulary
from ner_window.windows import lay_out


def vectors_of(*words):
    matrix = np.arange(2 * len(words), dtype=np.float32).reshape(-1, 2)
    return WordVectors.of(words, matrix)


def test_words_of_one_spelling_share_a_row_most_frequent_first():
    vectors = vectors_of("the", "apple", "Apple", "0000-00-00")
    words = ["The", "the", "THE", "Apple", "apple", "1997-03-14", "Zyzx", "zyzx"]
    vocabulary = Vocabulary.of_training(words, vectors)
    assert vocabulary.keys == [*RESERVED, "the", "zyzx", "0000-00-00", "Apple", "apple"]
    assert list(vocabulary.vector_rows()) == [-1, -1, 0, -1, 3, 2, 1]


def test_the_steps_of_the_look_up():
    vocabulary = Vocabulary.of_training(
        ["the", "zyzx"], vectors_of("the", "Bonn", "bern", "00-00", "extra")
    )
    tokens = ["the", "The", "Bonn", "BERN", "12-34", "Zyzx", "nowhere", "BONN", "bern"]
    encoded = vocabulary.encode(tokens)
    size = len(vocabulary)
    the, zyzx = 2, 3
    assert list(encoded.ids) == [
        the,
        the,
        size,
        size + 1,
        size + 2,
        zyzx,
        UNKNOWN,
        UNKNOWN,
        size + 1,
    ]
    assert list(encoded.beyond) == [1, 2, 3]
    assert encoded.coverage.steps == {
        "exact": 3,
        "lower-case": 2,
        "digits": 1,
        "training only": 1,
        "unknown": 2,
    }
    assert str(encoded.coverage).startswith("exact 33.3%, lower-case 22.2%")


def test_words_without_vector_that_differ_in_digits_are_one():
    vocabulary = Vocabulary.of_training(["1996-08-22", "1996-08-23", "A4"], None)
    assert vocabulary.keys == [*RESERVED, "0000-00-00", "a0"]
    encoded = vocabulary.encode(["2026-11-21", "a7"])
    assert list(encoded.ids) == [2, 3]
    assert encoded.coverage.steps == {"training only": 2}


def test_encoding_never_adds_to_the_vocabulary():
    vocabulary = Vocabulary.of_training(["a"], None)
    vocabulary.encode(["b", "c"])
    assert vocabulary.keys == [*RESERVED, "a"]
    assert list(vocabulary.encode(["b", "a"]).ids) == [UNKNOWN, 2]


def test_reserved_names_are_no_words():
    vocabulary = Vocabulary.of_training(["a"], None)
    assert list(vocabulary.encode(list(RESERVED)).ids) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("lower", "lower"),
        ("Initial", "Initial"),
        ("A", "Initial"),
        ("UPPER", "UPPER"),
        ("U.S.", "UPPER"),
        ("miXed", "miXed"),
        ("McDonald", "miXed"),
        ("1997", "number"),
        ("6-3", "number"),
        ("B2B", "letters+d1gits"),
        (",", "other"),
        ("東京", "miXed"),
    ],
)
def test_capitalization(token, kind):
    assert Capitalization().value_of(token) == kind


@pytest.mark.parametrize(
    ("name", "token", "value"),
    [
        ("shape", "McDonald-7", "XxXxx-9"),
        ("shape", "1996-08-22", "99-99-99"),
        ("shape", "...", ".."),
        ("prefix 3", "Oslo", "osl"),
        ("prefix 3", "it", "it"),
        ("suffix 2", "LONDON", "on"),
    ],
)
def test_values_of_features(name, token, value):
    assert feature_named(name).value_of(token) == value


@pytest.mark.parametrize("name", ["astrology", "prefix x", ""])
def test_features_that_do_not_exist(name):
    with pytest.raises(ValueError, match="no feature is called"):
        feature_named(name)


def test_values_that_training_shows_once_are_unknown():
    table = FeatureTable.of_training("suffix 1", ["cat", "rat", "dog"])
    assert table.values == [*RESERVED_VALUES, "t"]
    assert list(table.encode(["hat", "dog", "x"])) == [2, 1, 1]


@given(st.lists(st.text(min_size=1)), st.lists(st.text(min_size=1)))
def test_features_stay_within_their_tables(training, tokens):
    for name in ("capitalization", "shape", "prefix 2", "suffix 3"):
        table = FeatureTable.of_training(name, training)
        values = table.encode(tokens)
        assert len(values) == len(tokens)
        assert all(0 < value < len(table) for value in values)


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=6),
    st.integers(0, 3),
)
def test_a_window_is_the_sentence_around_its_token(lengths, reach):
    lengths = np.array(lengths)
    words = np.arange(10, 10 + lengths.sum())
    stream = lay_out([words, words + 1000], lengths, reach)
    windows = stream.windows(slice(None))
    assert windows.shape == (2, len(words), 2 * reach + 1)
    token = 0
    for sentence in np.split(words, np.cumsum(lengths)[:-1]):
        padded = [PADDING] * reach + list(sentence) + [PADDING] * reach
        for position in range(len(sentence)):
            assert list(windows[0, token]) == padded[position : position + 2 * reach + 1]
            token += 1
    np.testing.assert_array_equal(windows[1], np.where(windows[0], windows[0] + 1000, 0))
    chosen = np.array([token - 1, 0])
    np.testing.assert_array_equal(stream.windows(chosen), windows[:, chosen])
