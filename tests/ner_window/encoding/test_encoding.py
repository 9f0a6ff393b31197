"""From tokens to windows of integers: vocabulary, features, windows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.categorical import Categorical, StringsBuilder
from ner_window.corpora.tokens import Tokens
from ner_window.encoding.features import (
    RESERVED_VALUES,
    Capitalization,
    FeatureTable,
    FileColumn,
    Gazetteer,
    Prefix,
    Shape,
    Suffix,
)
from ner_window.encoding.gazetteer import Matcher, read_entries
from ner_window.encoding.vocabulary import PADDING, RESERVED, UNKNOWN, Vocabulary
from ner_window.encoding.windows import TokenStream
from ner_window.errors import InputError
from ner_window.vectors.word_vectors import WordVectors


def vectors_of(*words):
    matrix = np.arange(2 * len(words), dtype=np.float32).reshape(-1, 2)
    return WordVectors.of(words, matrix)


def column(words):
    builder = StringsBuilder()
    builder.extend(words)
    return builder.finished()


def spread(column):
    """The entry of each token."""
    return [column.categories[number] for number in column.codes]


def found(encoded):
    """At which steps tokens were found."""
    return {step: count for step, count in encoded.coverage.tokens.items() if count}


def test_words_of_one_spelling_share_a_row_most_frequent_first():
    vectors = vectors_of("the", "apple", "Apple", "0000-00-00")
    words = ["The", "the", "THE", "Apple", "apple", "1997-03-14", "Zyzx", "zyzx"]
    vocabulary = Vocabulary.of_training(column(words), vectors)
    assert vocabulary.keys == [*RESERVED, "the", "zyzx", "0000-00-00", "Apple", "apple"]
    assert list(vocabulary.vector_rows()) == [-1, -1, 0, -1, 3, 2, 1]


def test_the_steps_of_the_look_up():
    vocabulary = Vocabulary.of_training(
        column(["the", "zyzx"]), vectors_of("the", "Bonn", "bern", "00-00", "extra")
    )
    tokens = ["the", "The", "Bonn", "BERN", "12-34", "Zyzx", "nowhere", "BONN", "bern"]
    encoded = vocabulary.encode(column(tokens))
    size = len(vocabulary)
    the, zyzx = 2, 3
    assert spread(encoded.ids) == [
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
    assert list(encoded.rows_out_of_table) == [1, 2, 3]
    assert found(encoded) == {
        "exact": 3,
        "lower-case": 2,
        "digits": 1,
        "training only": 1,
        "unknown": 2,
    }
    assert str(encoded.coverage).startswith("exact 33.3%, normalized 0.0%, lower-case 22.2%")


NORMALIZED = ["Zoë", "zoe\u0308", "co\u00adop", "\u2019s", "Zo\u200bë", "Ž", "\u200b"]


def test_words_that_read_the_same_are_looked_up_alike():
    vectors = vectors_of("Zoë", "zoë", "coop", "'s", "\u2019s", "a\u200cb", "c\u00add", "cd")
    vocabulary = Vocabulary.of_training(column(["Zoë", "Zoe\u0308", "ž", "\u200b"]), vectors)
    assert vocabulary.keys == [*RESERVED, "Zoë", "ž", "\u200b"]
    assert vocabulary.steps_of(NORMALIZED) == [
        *("exact", "normalized", "normalized", "normalized", "normalized"),
        *("training only", "training only"),
    ]
    assert [vocabulary.spelling_of(word) for word in NORMALIZED] == [
        *("Zoë", "zoë", "coop", "'s", "Zoë", "ž", "\u200b")
    ]
    # What the vectors have as it is written alone is found so, but nothing that reads the same.
    assert vocabulary.steps_of(["a\u200cb", "A\u200cb", "ab", "c\u00add"]) == [
        *("exact", "lower-case", "unknown", "normalized")
    ]
    assert vocabulary.spelling_of("A\u200cb") == "a\u200cb"


@given(st.lists(st.sampled_from([*NORMALIZED, "Zoë", "coop", "'s", "nowhere", "A\u200cb", "-"])))
def test_a_word_is_looked_up_by_itself(words):
    vocabulary = Vocabulary.of_training(column(words[:3]), vectors_of("Zoë", "coop", "a\u200cb"))
    ids = spread(vocabulary.encode(column(words)).ids)
    assert vocabulary.steps_of(words) == [vocabulary.steps_of([word])[0] for word in words]
    for word, row in zip(words, ids, strict=True):
        if UNKNOWN < row < len(vocabulary):
            assert vocabulary.keys[row] == vocabulary.spelling_of(word)


def test_words_without_vector_that_differ_in_digits_are_one():
    vocabulary = Vocabulary.of_training(column(["1996-08-22", "1996-08-23", "A4"]), None)
    assert vocabulary.keys == [*RESERVED, "0000-00-00", "a0"]
    encoded = vocabulary.encode(column(["2026-11-21", "a7"]))
    assert spread(encoded.ids) == [2, 3]
    assert found(encoded) == {"training only": 2}


def test_encoding_never_adds_to_the_vocabulary():
    vocabulary = Vocabulary.of_training(column(["a"]), None)
    vocabulary.encode(column(["b", "c"]))
    assert vocabulary.keys == [*RESERVED, "a"]
    assert spread(vocabulary.encode(column(["b", "a"])).ids) == [UNKNOWN, 2]


def test_reserved_names_are_no_words():
    vocabulary = Vocabulary.of_training(column(["a"]), None)
    assert spread(vocabulary.encode(column(list(RESERVED))).ids) == [UNKNOWN, UNKNOWN]


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
    ("feature", "token", "value"),
    [
        (Shape(), "McDonald-7", "XxXxx-9"),
        (Shape(), "1996-08-22", "99-99-99"),
        (Shape(), "...", ".."),
        (Prefix(3), "Oslo", "osl"),
        (Prefix(3), "it", "it"),
        (Suffix(2), "LONDON", "on"),
    ],
)
def test_values_of_features(feature, token, value):
    assert feature.value_of(token) == value


def test_values_that_training_shows_once_are_unknown():
    table = FeatureTable.of_training(Suffix(1), Tokens.of([["cat", "rat"], ["dog"]]))
    assert table.values == [*RESERVED_VALUES, "t"]
    assert spread(table.encode(Tokens.of([["hat"], ["dog", "x"]]))) == [2, 1, 1]


def test_columns_of_the_file_are_features():
    tokens = column(["a", "b", "a"])
    text = Tokens(tokens, np.array([3]), {"pos": column(["N", "V", "N"])})
    table = FeatureTable.of_training(FileColumn("pos"), text)
    assert table.values == [*RESERVED_VALUES, "N"]
    assert spread(table.encode(text)) == [2, 1, 2]
    with pytest.raises(InputError, match="looks at the column 'pos'"):
        table.encode(Tokens.of([["a"]]))


ENTRIES = ["New York", "New York City", "York", "Bank of"]


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("in New York City now", "O B I E O"),
        ("New York Times", "B E O"),
        ("the YORK new york", "O S B E"),
        ("New York New York City", "B E B I E"),
        ("Bank", "O"),
        ("New", "O"),
    ],
)
def test_gazetteers_match_the_longest_first(sentence, values):
    gazetteer = Gazetteer("LOC", ENTRIES, ignore_case=True)
    assert spread(gazetteer.column_of(Tokens.of([sentence.split()]))) == values.split()


def test_gazetteers_heed_case_and_sentences():
    gazetteer = Gazetteer("LOC", ENTRIES, ignore_case=False)
    text = Tokens.of([["york", "New"], ["York"]])
    assert spread(gazetteer.column_of(text)) == ["O", "O", "S"]


def test_features_see_what_reads_the_same_as_one():
    text = Tokens.of(2 * [["Zoe\u0308", "\u200bSmith"], ["O\u2019Brien"], ["ok"]])
    gazetteer = Gazetteer("PER", ["Zoë Smith\u00ad", "O'Brien", "\u200b"], ignore_case=False)
    assert spread(gazetteer.column_of(text.normalized)) == 2 * ["B", "E", "S", "O"]
    for feature in (Shape(), Capitalization(), Suffix(2), Prefix(2), gazetteer):
        table = FeatureTable.of_training(feature, text)
        as_composed = Tokens.of(2 * [["Zoë", "Smith"], ["O'Brien"], ["ok"]])
        assert spread(table.encode(text)) == spread(table.encode(as_composed))
        assert UNKNOWN not in spread(table.encode(text))
    plain = Tokens.of([["Zoë", "ok"]])
    assert plain.normalized is plain


@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(" ".join), min_size=1),
    st.lists(st.sampled_from("abcd"), max_size=12),
)
def test_matches_are_entries_and_leave_none_out(entries, tokens):
    spans = Matcher(entries, ignore_case=True).spans(tokens)
    inside = [position for start, end, _ in spans for position in range(start, end)]
    assert inside == sorted(set(inside))
    for start, end, _ in spans:
        assert " ".join(tokens[start:end]) in entries
        assert " ".join(tokens[start : end + 1]) not in set(entries) - {""} or end == len(tokens)
    assert not [t for i, t in enumerate(tokens) if i not in inside and t in entries]


def test_files_of_gazetteers(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("New  York\n\nOslo\r\n", "utf-8")
    two.write_text("Oslo\n", "utf-8")
    assert read_entries([one, two]) == ["New York", "Oslo"]
    two.write_text("\n")
    with pytest.raises(InputError, match="holds no entries"):
        read_entries([two])


@pytest.mark.parametrize(
    "feature",
    [Capitalization(), Shape(), Prefix(2), Suffix(3), Gazetteer("X", ["a b", "c"], True)],
)
@given(sentences=st.lists(st.lists(st.text(min_size=1))), tokens=st.lists(st.text(min_size=1)))
def test_features_stay_within_their_tables(feature, sentences, tokens):
    table = FeatureTable.of_training(feature, Tokens.of(sentences))
    values = spread(table.encode(Tokens.of([tokens])))
    assert len(values) == len(tokens)
    assert all(0 < value < len(table) for value in values)
    again = FeatureTable.restored(table.stored())
    assert (again.name, again.values) == (table.name, table.values)


@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=6),
    st.integers(0, 3),
)
def test_a_window_is_the_sentence_around_its_token(lengths, radius):
    lengths = np.array(lengths)
    words = np.arange(10, 10 + lengths.sum())
    numbers = np.arange(len(words))
    columns = [Categorical(words, numbers), Categorical(words + 1000, numbers)]
    stream = TokenStream.of(columns, lengths, radius)
    windows = stream.windows(slice(None))
    assert windows.shape == (2, len(words), 2 * radius + 1)
    token = 0
    for sentence in np.split(words, np.cumsum(lengths)[:-1]):
        padded = [PADDING] * radius + list(sentence) + [PADDING] * radius
        for position in range(len(sentence)):
            assert list(windows[0, token]) == padded[position : position + 2 * radius + 1]
            token += 1
    np.testing.assert_array_equal(windows[1], np.where(windows[0], windows[0] + 1000, 0))
    chosen = np.array([token - 1, 0])
    np.testing.assert_array_equal(stream.windows(chosen), windows[:, chosen])
