"""Vectors that gensim has saved: pickles, of which none is read without trust."""

import gzip
import os
import pickle

import numpy as np
import pytest

from ner_window.errors import InputError
from ner_window.vectors.formats import read_blocks
from ner_window.vectors.word_vectors import load_vectors
from tests.vector_files import (
    MATRIX,
    WORDS,
    words_of,
)


@pytest.fixture
def saved_by_gensim(gensim_models, tmp_path):
    """Save the vectors as gensim does; return the path."""

    def save(**options):
        path = tmp_path / "v.kv"
        saved = gensim_models.KeyedVectors(3)
        saved.add_vectors(WORDS, MATRIX)
        saved.save(str(path), **options)
        return path

    return save


@pytest.mark.parametrize("options", [{}, {"separately": ["vectors"]}])
def test_pickles_are_read_with_trust_only(saved_by_gensim, options):
    path = saved_by_gensim(**options)
    with pytest.raises(InputError, match=r"runs code from the file.*trust: true.*convert it once"):
        load_vectors(path)
    loaded = load_vectors(path, allow_pickle=True)
    assert words_of(loaded) == WORDS
    np.testing.assert_array_equal(loaded.matrix, MATRIX)
    with pytest.raises(InputError, match="is a pickle"):
        load_vectors(path)


class Runs:
    """A pickle of it leaves a file behind when it is read."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


@pytest.mark.parametrize("name", ["v.kv", "v.txt", "v.gz"])
@pytest.mark.parametrize("packed", [False, True])
def test_no_code_is_run_without_trust(tmp_path, name, packed):
    content = pickle.dumps(Runs(tmp_path / "trace"))
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(InputError, match="pickle"):
        load_vectors(path)
    with pytest.raises(InputError, match="pickle"):
        list(read_blocks(path))
    assert not (tmp_path / "trace").exists()


def test_a_whole_model_of_gensim(tmp_path, gensim_models):
    model = gensim_models.Word2Vec([["a", "b"]] * 5, vector_size=3, min_count=1)
    model.save(str(tmp_path / "model"))
    loaded = load_vectors(tmp_path / "model", allow_pickle=True)
    np.testing.assert_array_equal(loaded.matrix, model.wv.vectors)


def test_arrays_beside_a_pickle_count(saved_by_gensim):
    path = saved_by_gensim(separately=["vectors"])
    first = load_vectors(path, allow_pickle=True)
    np.save(f"{path}.vectors.npy", MATRIX + 1)
    second = load_vectors(path, allow_pickle=True)
    assert first.sha256 != second.sha256
    np.testing.assert_array_equal(second.matrix, MATRIX + 1)


@pytest.mark.parametrize("content", [{"no": "vectors"}, 3])
def test_other_pickles(tmp_path, content):
    path = tmp_path / "v.kv"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(InputError, match="does not hold gensim's vectors"):
        load_vectors(path, allow_pickle=True)


def test_fasttext_binary_is_refused_with_a_way_out(tmp_path):
    path = tmp_path / "cc.bin"
    path.write_bytes((793712314).to_bytes(4, "little") + bytes(100))
    with pytest.raises(InputError, match=r"binary model of fastText.*use the \.vec"):
        load_vectors(path)
