"""Words that training did not show, beside those that it moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.config import (
    MappedUnseenSettings,
    NeighborsUnseenSettings,
    PretrainedUnseenSettings,
    UnseenSettings,
)
from ner_window.encoding.unseen import WAYS, TableStart
from ner_window.encoding.vocabulary import RESERVED, Vocabulary
from ner_window.vectors.word_vectors import WordVectors

FACTOR = 0.5


def start_of(vectors, own=("only-here",)):
    """A table whose rows started from ``vectors``, but for the reserved and the ``own`` ones."""
    words = [f"w{number}" for number in range(len(vectors))]
    vocabulary = Vocabulary([*RESERVED, *words, *own], WordVectors.of(words, vectors))
    table = np.ones((len(vocabulary), vectors.shape[1]), np.float32)
    table[len(RESERVED) : len(RESERVED) + len(vectors)] = FACTOR * vectors
    return TableStart(vocabulary, FACTOR), table


def moved(settings, pretrained, start, table):
    return settings.registered_in(WAYS)(settings, pretrained, start).vectors(table)


def drawn(seed, words=30, unseen=7, dimension=4):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(words, dimension)).astype(np.float32)
    start, table = start_of(vectors)
    return start, table, rng.normal(size=(unseen, dimension)).astype(np.float32), rng


def test_every_way_of_the_config_is_there():
    assert set(UnseenSettings.variants.values()) == set(WAYS)


@given(st.integers(0, 2**32 - 1))
def test_nothing_moves_where_no_training_word_did(seed):
    start, table, pretrained, _ = drawn(seed)
    for settings in (way() for way in WAYS):
        np.testing.assert_allclose(moved(settings, pretrained, start, table), pretrained, atol=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_all_words_move_where_all_training_words_move_alike(seed):
    start, table, pretrained, rng = drawn(seed)
    shift = rng.normal(size=4).astype(np.float32)
    table[start.rows] += shift
    follow = np.einsum("kd,nd->kn", pretrained, start.vectors).max(axis=1) > 0
    for settings in (NeighborsUnseenSettings(), MappedUnseenSettings()):
        vectors = moved(settings, pretrained, start, table)
        np.testing.assert_allclose(vectors[follow], pretrained[follow] + shift, atol=1e-5)
    assert moved(PretrainedUnseenSettings(), pretrained, start, table) is pretrained


def test_a_word_follows_its_nearest_neighbors_by_the_power_of_the_cosine():
    vectors = np.array([[2, 0], [0, 4], [-2, 0], [1, 1]], np.float32)
    start, table = start_of(vectors)
    table[start.rows] += np.array([[1, 0], [0, 1], [9, 9], [0, 0]], np.float32)
    word = np.array([[3, 4]], np.float32)  # its cosines are 0.6, 0.8, -0.6 and 0.99
    first = moved(NeighborsUnseenSettings(count=3, power=2), word, start, table) - word
    weights = np.array([0.6, 0.8, 7 / 5 / np.sqrt(2)]) ** 2
    np.testing.assert_allclose(first[0], weights[:2] / weights.sum(), rtol=1e-5)
    more = moved(NeighborsUnseenSettings(count=40, power=2), word, start, table) - word
    np.testing.assert_allclose(more, first, rtol=1e-5)  # a negative cosine counts as 0
    nearest = moved(NeighborsUnseenSettings(count=1), word, start, table)
    np.testing.assert_array_equal(nearest, word)


def test_words_that_only_training_has_are_followed_by_none():
    start, table, pretrained, _ = drawn(1)
    table[-1] = 1000  # only-here
    table[: len(RESERVED)] = -1000
    vectors = moved(NeighborsUnseenSettings(count=100), pretrained, start, table)
    np.testing.assert_array_equal(vectors, pretrained)


@given(st.integers(0, 2**32 - 1))
def test_a_linear_movement_is_mapped_onto_other_words(seed):
    start, table, pretrained, rng = drawn(seed, words=200)
    a, c = rng.normal(size=(4, 4)) / 4, rng.normal(size=4)
    table[start.rows] += (start.vectors @ a + c).astype(np.float32)
    vectors = moved(MappedUnseenSettings(ridge=1e-9), pretrained, start, table)
    np.testing.assert_allclose(vectors, pretrained + pretrained @ a + c, atol=1e-3)


def test_a_map_is_kept_for_as_long_as_table_and_ridge_stay_the_same():
    start, table, pretrained, rng = drawn(4)
    mapped = MappedUnseenSettings().registered_in(WAYS)(MappedUnseenSettings(), pretrained, start)
    for _ in range(2):
        table[start.rows] += rng.normal(size=start.vectors.shape).astype(np.float32)
        kept = start.movement_map(table, 0.1)
        assert start.movement_map(table.copy(), 0.1) is kept
        anew = moved(MappedUnseenSettings(), pretrained, drawn(4)[0], table)
        np.testing.assert_array_equal(mapped.vectors(table), anew)
        assert start.movement_map(table, 0.2) is not kept


def test_a_large_ridge_leaves_the_mean_movement():
    start, table, pretrained, rng = drawn(3)
    movement = rng.normal(size=start.vectors.shape).astype(np.float32)
    table[start.rows] += movement
    vectors = moved(MappedUnseenSettings(ridge=1e9), pretrained, start, table)
    np.testing.assert_allclose(vectors, pretrained + movement.mean(axis=0), atol=1e-4)


@pytest.mark.parametrize("way", [NeighborsUnseenSettings(), MappedUnseenSettings()])
def test_words_are_moved_one_by_one_as_all_at_once(way):
    start, table, pretrained, rng = drawn(5, unseen=600)
    table[start.rows] += rng.normal(size=start.vectors.shape).astype(np.float32)
    together = moved(way, pretrained, start, table)
    alone = [moved(way, pretrained[n : n + 1], start, table) for n in (0, 255, 256, 599)]
    np.testing.assert_allclose(np.concatenate(alone), together[[0, 255, 256, 599]], rtol=1e-5)
