"""How far a text is from training: small texts counted by hand, and texts that are drawn alike."""

import numpy as np
import pytest

from ner_window.corpora.corpus import read_corpus
from ner_window.evaluation.distance import distance_of
from ner_window.vectors.word_vectors import WordVectors

TRAIN = """\
Anna B-PER
met O
Oslo B-LOC

she O
met O
Nordbank B-ORG
"""
TEXT = """\
Anna B-PER
saw O
Oslo B-ORG

Bergen B-LOC
Met O
12 O
"""


def corpus(folder, text, name="text.conll"):
    (folder / name).write_text(text, "utf-8")
    return read_corpus(folder / name)


def drawn(folder, name, words, rng, documents=20):
    """A text whose words are drawn from ``words``, in marked documents of five sentences."""
    document = "".join(["{} O\n" * 8 + "\n"] * 5)
    parts = ["-DOCSTART- O\n\n" + document.format(*rng.choice(words, 40)) for _ in range(documents)]
    return corpus(folder, "".join(parts), name)


def test_names_and_words_are_counted(tmp_path):
    text, train = corpus(tmp_path, TEXT), corpus(tmp_path, TRAIN, "train.conll")
    vectors = WordVectors.of(["anna", "oslo", "met", "00"], np.ones((4, 2), np.float32))
    distance = distance_of(text, train, vectors)
    assert distance.new_names == pytest.approx(100 * 2 / 3)  # Oslo was no ORG, Bergen is new
    assert distance.new_words == pytest.approx(100 * 3 / 6)  # saw, Bergen, 12
    assert distance.without_vector == pytest.approx(100 * 2 / 6)  # saw, Bergen
    assert distance.overlap == pytest.approx(100 * 3 / 5)  # of training's anna, met, oslo, ...
    assert distance.types == pytest.approx(0, abs=1e-12)
    assert distance_of(text, train).without_vector is None


def test_divergence_of_types_is_that_of_the_counts(tmp_path):
    text = corpus(tmp_path, "Anna B-PER\nKari B-PER\nmet O\nBergen B-LOC\n")
    distance = distance_of(text, corpus(tmp_path, TRAIN, "train.conll"))
    p, q = np.array([1.5, 0.5, 2.5]) / 4.5, np.array([1.5, 1.5, 1.5]) / 4.5
    assert distance.types == pytest.approx(float(np.sum(p * np.log2(p / q))))


def test_a_text_without_mentions_has_no_share_of_new_names(tmp_path):
    distance = distance_of(corpus(tmp_path, "she O\n"), corpus(tmp_path, TRAIN, "train.conll"))
    assert (distance.new_names, distance.types) == (None, None)
    assert distance.new_words == 0
    assert distance.told_apart is None  # of one sentence nothing can be learned


def test_a_text_is_at_no_distance_from_itself(tmp_path):
    train = corpus(tmp_path, TRAIN)
    distance = distance_of(train, train)
    assert (distance.new_names, distance.new_words, distance.overlap) == (0, 0, 100)
    assert (distance.types, distance.shapes) == (0, 0)


def test_texts_that_are_drawn_alike_are_not_told_apart(tmp_path):
    words = [f"{letter}{number}" for letter in "aBc" for number in "123456789"]

    def told_apart(seed):
        rng = np.random.default_rng(seed)
        return distance_of(*(drawn(tmp_path, f"{n}.conll", words, rng) for n in "ab")).told_apart

    found = [told_apart(seed) for seed in range(12)]
    assert 44 < np.mean(found) < 56, found


def test_sentences_of_equal_scores_tell_nothing(tmp_path):
    same = corpus(tmp_path, "-DOCSTART- O\n\nrain O\n\n" * 10)
    assert distance_of(same, same).told_apart == 50


def test_texts_of_different_words_are_told_apart(tmp_path):
    rng = np.random.default_rng(1)
    words = ["red", "green", "blue", "grey"]
    text = drawn(tmp_path, "text.conll", ["Red", "pink"], rng)
    train = drawn(tmp_path, "train.conll", words, rng, documents=60)
    assert distance_of(text, train).told_apart > 99
    assert distance_of(text, train).shapes > 0.1
    assert distance_of(text, train) == distance_of(text, train)
