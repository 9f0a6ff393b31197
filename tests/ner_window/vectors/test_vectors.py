"""Vector files in every format, and the messages where a file is damaged."""

import gzip
import tempfile
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.errors import InputError
from ner_window.vectors.formats import detect_format, read_blocks
from ner_window.vectors.word_vectors import WordVectors, cache_folder, load_vectors
from tests.places import shared
from tests.vector_files import (
    FILES,
    MATRIX,
    WORDS,
    converted,
    glove,
    word2vec_binary,
    word2vec_text,
    words_of,
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_gives_the_same_vectors(tmp_path, name, packed):
    path = tmp_path / "vectors"
    path.write_bytes(gzip.compress(FILES[name]) if packed else FILES[name])
    formats = {"fastText .vec": "word2vec text", "carriage returns": "glove"}
    assert detect_format(path) == formats.get(name, name)
    loaded = load_vectors(path)
    assert words_of(loaded) == WORDS
    assert (len(loaded), loaded.dimension) == MATRIX.shape
    np.testing.assert_array_equal(loaded.matrix, MATRIX)
    assert loaded.deviation == pytest.approx(MATRIX.std())
    assert list(loaded.find([*WORDS, "nothing"])) == [0, 1, 2, 3, 4, -1]


def test_binary_without_line_ends(tmp_path):
    path = tmp_path / "vectors"
    path.write_bytes(word2vec_binary(newline=b""))
    np.testing.assert_array_equal(load_vectors(path).matrix, MATRIX)


def test_blocks_join_seamlessly(tmp_path):
    for name, content in FILES.items():
        path = tmp_path / name
        path.write_bytes(content)
        blocks = list(read_blocks(path, block_bytes=60))
        assert len(blocks) > 1
        assert [word.decode() for block in blocks for word in block.words] == WORDS
        np.testing.assert_array_equal(np.concatenate([b.vectors for b in blocks]), MATRIX)


@pytest.mark.parametrize("name", ["word2vec text", "word2vec binary"])
def test_values_are_those_of_gensim(tmp_path, name, gensim_models):
    path = tmp_path / "vectors"
    path.write_bytes(FILES[name])
    theirs = gensim_models.KeyedVectors.load_word2vec_format(path, binary=name.endswith("binary"))
    np.testing.assert_array_equal(load_vectors(path).matrix, theirs.vectors)


def test_values_of_real_vectors_are_those_of_gensim(tmp_path, gensim_models):
    with gzip.open(shared("vectors/glove.6B.50d.txt.gz"), "rb") as file:
        lines = list(islice(file, 20_000))
    path = tmp_path / "vectors"
    path.write_bytes(b"20000 50\n" + b"".join(lines))
    theirs = gensim_models.KeyedVectors.load_word2vec_format(path)
    ours = load_vectors(path)
    assert words_of(ours) == theirs.index_to_key
    np.testing.assert_array_equal(ours.matrix.view(np.int32), theirs.vectors.view(np.int32))


@pytest.mark.parametrize("content", [glove(), word2vec_text()])
def test_a_byte_order_mark_is_no_part_of_a_word(tmp_path, content):
    path = tmp_path / "vectors"
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert words_of(load_vectors(path)) == WORDS


def test_words_with_spaces(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"the 1 2 3\n. . . 4 5 6\nat name@domain.com 7 8 9\n")
    loaded = load_vectors(path)
    assert words_of(loaded) == ["the", ". . .", "at name@domain.com"]
    np.testing.assert_array_equal(loaded.matrix, np.arange(1, 10).reshape(3, 3))


def test_of_a_word_that_occurs_twice_the_first_vector_counts(tmp_path):
    path = tmp_path / "vectors"
    path.write_bytes(b"a 1 2\nb 3 4\na 5 6\n")
    loaded = load_vectors(path)
    assert list(loaded.find(["b", "a"])) == [1, 0]
    assert loaded.index.duplicate_count == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a 1 2 3\nb 1 2\n", r"v:2: 2 numbers where the file's vectors have 3"),
        (b"a 1 2 3\nb\n", r"v:2: 0 numbers"),
        (b"a 1 2 3\nb 1 x 3\n", r"v:2: 'x' is no number"),
        (b"2 3\na 1 2 3\nb 1 2 3 4\n", r"v:3: 4 numbers where the file's vectors have 3"),
        (b"3 3\na 1 2 3\nb 1 2 3\n", r"v:1: the header announces 3 words, the file holds 2; fetch"),
        (word2vec_binary()[:-5], r"ends after 4 words; its header announces 5"),
        (gzip.compress(glove(), mtime=0)[:-12], "damaged gzip"),
        (word2vec_binary() + b"x", "goes on after the 5 words"),
        (b"a 1 2\nb nan 3\n", "'b' holds a number that is not finite"),
        (b"the\nof\n", "v:1: 0 numbers"),
        (b"a\t1\t2\n", "v:1: 0 numbers .* parted by single spaces, not by tabs"),
        (b"PK\x03\x04rest", "v is a zip archive; unpack it"),
        (b"4" * 5000 + b" 3\na 1 2 3\n", "v:2: 3 numbers where the file's vectors have 1"),
        (b"1 2\na 1 2\nb 1 2\n", "v:1: the header announces 1 word, the file holds 2"),
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


def test_blank_lines_at_the_end_are_harmless(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove() + b"\n \n")
    assert words_of(load_vectors(path)) == WORDS


def test_a_line_end_within_a_word_shifts_nothing(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"5 3\n" + word2vec_binary()[4:].replace(b"a.b", b"a\nb"))
    loaded = load_vectors(path)
    assert words_of(loaded) == ["the", "Ünïcode", "a\nb", "42", "#"]
    np.testing.assert_array_equal(loaded.matrix, MATRIX)


def test_bytes_that_are_no_text_become_replacement_characters(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"a\xff 1 2\nb 3 4\n")
    assert words_of(load_vectors(path)) == ["a\N{REPLACEMENT CHARACTER}", "b"]


@given(st.integers(0, 5000), st.integers(0, 255))
def test_a_changed_byte_is_noticed_or_harmless(place, value):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "v"
        WordVectors.of(WORDS, MATRIX).save(path)
        content = bytearray(path.read_bytes())
        content[place % len(content)] = value
        path.write_bytes(content)
        with suppress(ValueError):
            loaded = WordVectors.open(path)
            loaded.find(WORDS)
            loaded.rows(np.arange(len(loaded)))


def test_a_copy_of_a_mapped_file_and_of_vectors_in_memory(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())
    loaded = load_vectors(path)
    (file,) = converted()
    content = file.read_bytes()
    file.unlink()  # the cache may be deleted at any time
    loaded.save(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    WordVectors.of(WORDS, MATRIX, 2.5, "abc").save(tmp_path / "own")
    own = WordVectors.open(tmp_path / "own")
    assert (words_of(own), own.deviation, own.sha256) == (WORDS, 2.5, "abc")
    np.testing.assert_array_equal(own.matrix, MATRIX)


def test_rows_in_any_order_and_blocks(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())
    loaded = load_vectors(path)
    numbers = np.random.default_rng(0).integers(0, len(loaded), 1000)  # many reads of the file
    np.testing.assert_array_equal(loaded.rows(numbers), MATRIX[numbers])
    assert loaded.rows(numbers[:0]).shape == (0, 3)
    blocks = list(loaded.blocks(block_bytes=2 * 4 * 3))
    assert [first for first, _ in blocks] == [0, 2, 4]
    np.testing.assert_array_equal(np.concatenate([block for _, block in blocks]), MATRIX)


def test_the_header_of_a_glove_file_that_somebody_put_in_front(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"5 3\r\n" + glove())
    assert words_of(load_vectors(path)) == WORDS


def test_the_matrix_is_read_only(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())
    with pytest.raises(ValueError, match="read-only"):
        load_vectors(path).matrix[0] = 0
