"""Misspelled words: what they were meant to be, for unknown words alone."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ner_window.corpora.categorical import StringsBuilder
from ner_window.encoding.misspelling import Misspellings
from ner_window.encoding.vocabulary import RESERVED, UNKNOWN, Vocabulary
from ner_window.model_folder.folder import load_model, save_model
from ner_window.perturbation import PERTURBATIONS
from ner_window.vectors.word_vectors import WordVectors
from tests.building import small_model


def column(words):
    builder = StringsBuilder()
    builder.extend(words)
    return builder.finished()


def vectors_of(*words):
    return WordVectors.of(list(words), np.arange(2 * len(words), dtype=np.float32).reshape(-1, 2))


def vocabulary_of(keys, *vectors):
    return Vocabulary([*RESERVED, *keys], vectors_of(*vectors), undoes_misspelling=True)


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Gremany", "germany"),  # swapped
        ("GERMAYN", "germany"),
        ("germmany", "germany"),  # doubled
        ("Germny", "germany"),  # a letter is missing
        ("egrmany", None),  # the first letter is taken as it is
        ("germanyxx", None),
        ("bren", "bern"),
        ("brn", None),  # too short
        ("@gremany", None),  # no words
        ("gremany.de/x", None),
        ("gremany2", None),
    ],
)
def test_a_slip_is_undone(word, key):
    vocabulary = vocabulary_of(["germany", "bern"], "germany")
    row = vocabulary.keys.index(key) if key else UNKNOWN
    encoded = vocabulary.encode(column([word]))
    assert encoded.ids.categories.tolist() == [row]
    assert encoded.coverage.tokens["misspelled" if key else "unknown"] == 1
    assert vocabulary.steps_of([word]) == ["misspelled" if key else "unknown"]


def test_the_table_goes_before_the_vectors_and_the_frequent_before_the_rare():
    vocabulary = vocabulary_of(["trail", "trial"], "tiral", "their", "thier", "trail")
    assert vocabulary.spelling_of("tral") == "trail"
    encoded = vocabulary.encode(column(["traill", "thiier", "tihers", "theri"]))
    size = len(vocabulary)
    assert encoded.ids.categories.tolist() == [2, size + 1, UNKNOWN, size]
    assert encoded.rows_out_of_table.tolist() == [1, 2]
    assert vocabulary.spelling_of("Theri") == "their"


def test_words_that_are_known_are_what_they_are():
    keys, words = ["form", "united"], ["from", "Form", "untied", "united"]
    vocabulary = vocabulary_of(keys, "from", "untied", "form")
    plain = Vocabulary(vocabulary.keys, vocabulary.vectors)
    ids = [each.encode(column(words)).ids.categories for each in (vocabulary, plain)]
    np.testing.assert_array_equal(*ids)
    assert "misspelled" not in plain.encode(column(words)).coverage.tokens
    assert plain.steps_of(["fomr"]) == ["unknown"]


letters = st.text("abcdeXY", min_size=5, max_size=9)


@given(
    letters, st.sampled_from(["swapped", "dropped", "doubled"]), st.floats(0, 1, exclude_max=True)
)
def test_what_noise_does_to_a_training_word_is_undone(word, kind, draw):
    noisy = PERTURBATIONS[kind].changed(word, draw)
    assume(noisy != word)
    (meant,) = Misspellings({word: 2}, None).meant([noisy])
    assert meant == word


def test_a_model_folder_keeps_it(config_file, tmp_path):
    model, _, _ = small_model(config_file, "embeddings.misspelled=true")
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    assert loaded.vocabulary.steps_of(["Nordbnak"]) == ["misspelled"]
    plain, _, _ = small_model(config_file)
    assert plain.vocabulary.steps_of(["Nordbnak"]) == ["unknown"]
