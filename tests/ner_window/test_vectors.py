"""Vector files in every format, the cache, and the messages where a file is damaged."""

import gzip
import warnings
from pathlib import Path

import numpy as np
import pytest

from ner_window import vector_formats
from ner_window.errors import InputError
from ner_window.vector_formats import detect_format, read_blocks
from ner_window.vectors import cache_folder, load_vectors

WORDS = ["the", "Ünïcode", "a.b", "42", "#"]
MATRIX = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


def text_lines():
    return [
        f"{word} {' '.join(map(repr, row.tolist()))}"
        for word, row in zip(WORDS, MATRIX, strict=True)
    ]


def glove():
    return "\n".join(text_lines()).encode() + b"\n"


def word2vec_text():
    return b"5 3\n" + glove()


def word2vec_binary(newline=b"\n"):
    rows = zip(WORDS, MATRIX, strict=True)
    return b"5 3\n" + b"".join(w.encode() + b" " + row.tobytes() + newline for w, row in rows)


FILES = {
    "glove": glove(),
    "word2vec text": word2vec_text(),
    "word2vec binary": word2vec_binary(),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_gives_the_same_vectors(tmp_path, name, packed):
    path = tmp_path / "vectors"
    path.write_bytes(gzip.compress(FILES[name]) if packed else FILES[name])
    assert detect_format(path) == name
    vectors = load_vectors(path)
    assert vectors.words == WORDS
    np.testing.assert_array_equal(vectors.matrix, MATRIX)
    assert vectors.deviation == pytest.approx(MATRIX.std())
    assert vectors.index == {word: row for row, word in enumerate(WORDS)}


def test_binary_without_line_ends(tmp_path):
    path = tmp_path / "vectors"
    path.write_bytes(word2vec_binary(newline=b""))
    np.testing.assert_array_equal(load_vectors(path).matrix, MATRIX)


def test_blocks_join_seamlessly(tmp_path, monkeypatch):
    monkeypatch.setattr(vector_formats, "LINES_PER_BLOCK", 2)
    monkeypatch.setattr(vector_formats, "BYTES_PER_BLOCK", 7)
    for name, content in FILES.items():
        path = tmp_path / name
        path.write_bytes(content)
        blocks = list(read_blocks(path))
        assert len(blocks) > 1
        assert [word for block in blocks for word in block.words] == WORDS
        np.testing.assert_array_equal(np.concatenate([b.vectors for b in blocks]), MATRIX)


@pytest.mark.parametrize("name", ["word2vec text", "word2vec binary"])
def test_values_are_those_of_gensim(tmp_path, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from gensim.models import KeyedVectors

    path = tmp_path / "vectors"
    path.write_bytes(FILES[name])
    theirs = KeyedVectors.load_word2vec_format(path, binary=name.endswith("binary"))
    np.testing.assert_array_equal(load_vectors(path).matrix, theirs.vectors)


def test_words_with_spaces(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"the 1 2 3\n. . . 4 5 6\nat name@domain.com 7 8 9\n")
    vectors = load_vectors(path)
    assert vectors.words == ["the", ". . .", "at name@domain.com"]
    np.testing.assert_array_equal(vectors.matrix, np.arange(1, 10).reshape(3, 3))


def test_of_a_word_that_occurs_twice_the_first_vector_counts(tmp_path):
    path = tmp_path / "vectors"
    path.write_bytes(b"a 1 2\nb 3 4\na 5 6\n")
    assert load_vectors(path).index == {"a": 0, "b": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a 1 2 3\nb 1 2\n", r"v:2: 2 numbers where the file's vectors have 3"),
        (b"a 1 2 3\nb\n", r"v:2: 0 numbers"),
        (b"a 1 2 3\nb 1 x 3\n", r"v:2: 'x' is no number"),
        (b"2 3\na 1 2 3\nb 1 2 3 4\n", r"v:3: 4 numbers where the file's vectors have 3"),
        (b"3 3\na 1 2 3\nb 1 2 3\n", r"v:1: the header announces 3 words, the file holds 2"),
        (word2vec_binary()[:-5], r"ends after 4 words; its header announces 5"),
        (gzip.compress(glove())[:-12], "damaged gzip"),
        (word2vec_binary() + b"x", "goes on after the 5 words"),
        (b"a 1 2\nb nan 3\n", "'b' holds a number that is not finite"),
        (b"the\nof\n", "v:1: 0 numbers"),
        (b"a\t1\t2\n", "v:1: 0 numbers"),
    ],
)
def test_damaged_files_leave_nothing_behind(tmp_path, content, message):
    path = tmp_path / "v"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_vectors(path)
    assert list(cache_folder().iterdir()) == []


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=f"no such vector file: {tmp_path / 'v'}"):
        load_vectors(tmp_path / "v")


def test_the_source_is_read_once(tmp_path, monkeypatch):
    path = tmp_path / "v"
    path.write_bytes(glove())
    load_vectors(path)

    def never(*args):
        raise AssertionError("the file was read again")

    monkeypatch.setattr("ner_window.vectors.read_blocks", never)
    monkeypatch.setattr("ner_window.vectors.file_hash", never)
    assert load_vectors(path).words == WORDS


def test_a_changed_file_is_converted_anew_and_an_equal_one_shared(tmp_path):
    path, copy = tmp_path / "v", tmp_path / "copy"
    path.write_bytes(glove())
    copy.write_bytes(glove())
    assert load_vectors(path).matrix.filename == load_vectors(copy).matrix.filename
    path.write_bytes(b"new 1 2\n")
    assert load_vectors(path).words == ["new"]


def test_blank_lines_at_the_end_are_harmless(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove() + b"\n \n")
    assert load_vectors(path).words == WORDS


def test_a_line_end_within_a_word_shifts_nothing(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"5 3\n" + word2vec_binary()[4:].replace(b"a.b", b"a\nb"))
    vectors = load_vectors(path)
    assert vectors.words == ["the", "Ünïcode", "a\N{REPLACEMENT CHARACTER}b", "42", "#"]
    np.testing.assert_array_equal(vectors.matrix, MATRIX)


@pytest.mark.parametrize("damage", ["vectors.f32", "words.txt", "figures.json"])
def test_a_damaged_cache_is_made_anew(tmp_path, damage):
    path = tmp_path / "v"
    path.write_bytes(glove())
    folder = Path(load_vectors(path).matrix.filename).parent
    (folder / damage).write_bytes(b"")
    np.testing.assert_array_equal(load_vectors(path).matrix, MATRIX)


def test_what_is_no_file_and_a_cache_that_is_no_folder(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="is no file"):
        load_vectors(tmp_path)
    path = tmp_path / "v"
    path.write_bytes(glove())
    monkeypatch.setenv("NER_WINDOW_CACHE", str(path))
    with pytest.raises(InputError, match="cannot convert vectors"):
        load_vectors(path)
    monkeypatch.setenv("NER_WINDOW_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / "ner-window"


def test_the_matrix_is_read_only(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())
    with pytest.raises(ValueError, match="read-only"):
        load_vectors(path).matrix[0] = 0
