"""Vector files in every format, the cache, and the messages where a file is damaged."""

import gzip
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from ner_window.errors import InputError
from ner_window.vectors.formats import detect_format, read_blocks
from ner_window.vectors.word_vectors import WordVectors, cache_folder, load_vectors
from tests.places import shared

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from gensim.models import KeyedVectors, Word2Vec

WORDS = ["the", "Ünïcode", "a.b", "42", "#"]
MATRIX = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


def words_of(loaded):
    return [loaded.index.word(row) for row in range(len(loaded))]


def converted():
    """The converted files of the cache."""
    return list(cache_folder().glob("*.safetensors"))


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
    "fastText .vec": word2vec_text().replace(b"\n", b" \n").replace(b"3 \n", b"3\n", 1),
    "carriage returns": glove().replace(b"\n", b"\r\n"),
    "word2vec binary": word2vec_binary(),
}


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
def test_values_are_those_of_gensim(tmp_path, name):
    path = tmp_path / "vectors"
    path.write_bytes(FILES[name])
    theirs = KeyedVectors.load_word2vec_format(path, binary=name.endswith("binary"))
    np.testing.assert_array_equal(load_vectors(path).matrix, theirs.vectors)


def test_values_of_real_vectors_are_those_of_gensim(tmp_path):
    with gzip.open(shared("vectors/glove.6B.50d.txt.gz"), "rb") as file:
        lines = list(islice(file, 20_000))
    path = tmp_path / "vectors"
    path.write_bytes(b"20000 50\n" + b"".join(lines))
    theirs, ours = KeyedVectors.load_word2vec_format(path), load_vectors(path)
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


def test_the_source_is_read_once(tmp_path):
    """It is known by its size and time: what it holds is not looked at again."""
    path = tmp_path / "v"
    path.write_bytes(glove())
    status = path.stat()
    load_vectors(path)
    path.write_bytes(bytes(status.st_size))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert words_of(load_vectors(path)) == WORDS
    os.utime(path)
    with pytest.raises(InputError):
        load_vectors(path)


def test_a_changed_file_is_converted_anew_and_an_equal_one_shared(tmp_path):
    path, copy = tmp_path / "v", tmp_path / "copy"
    path.write_bytes(glove())
    copy.write_bytes(glove())
    load_vectors(path), load_vectors(copy)
    assert len(converted()) == 1
    path.write_bytes(b"new 1 2\n")
    assert words_of(load_vectors(path)) == ["new"]


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


def zeroed(content):
    return b"\0" * len(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:7],
        lambda content: content[:5000],
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: zeroed(content[:4096]) + content[4096:],
        lambda content: content.replace(b'"F32"', b'"I32"'),
        lambda content: content.replace(b"[5, 3]", b"[3, 5]"),
        lambda content: content.replace(b"deviation", b"diversion"),
        lambda content: content.replace(b'{"__meta', b'["__meta'),
        lambda content: b"\xf8\x0f" + bytes(6) + b"[" * 4088 + content[4096:],
    ],
)
def test_a_damaged_cache_is_made_anew(tmp_path, damage):
    path = tmp_path / "v"
    path.write_bytes(glove())
    load_vectors(path)
    (file,) = converted()
    file.write_bytes(damage(file.read_bytes()))
    np.testing.assert_array_equal(load_vectors(path).matrix, MATRIX)
    assert converted() == [file]


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


def test_a_converted_file_is_what_safetensors_reads(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())  # 5 x 3 numbers: the 8-byte offsets need padding to be aligned
    loaded = load_vectors(path)
    (file,) = converted()
    arrays = load_file(file)
    np.testing.assert_array_equal(arrays["vectors"], MATRIX)
    assert bytes(arrays["words"]).decode() == "".join(WORDS)
    assert all(getattr(loaded.index, name).flags.aligned for name in ("offsets", "hashes", "rows"))


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


RESIDENT = """
import sys
from pathlib import Path
import numpy as np
from ner_window.vectors.word_vectors import load_vectors

def resident():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024

loaded = load_vectors(Path(sys.argv[1]))
before = resident()
loaded.rows(np.arange(0, len(loaded), 40))
sum(block[0, 0] for _, block in loaded.blocks())
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_follows_the_rows_read(tmp_path):
    matrix = np.ones((100_000, 150), np.float32)  # 60 MB
    path = tmp_path / "v.bin"
    with path.open("wb") as file:
        file.write(b"100000 150\n")
        for number in range(len(matrix)):
            file.write(b"w%d " % number + matrix[number].tobytes())
    load_vectors(path)
    script = [sys.executable, "-c", RESIDENT, str(path)]
    grown = float(subprocess.run(script, capture_output=True, text=True, check=True).stdout)
    assert grown < 12


CONVERT = """
import sys
from pathlib import Path
from ner_window.vectors.word_vectors import load_vectors
print(len(load_vectors(Path(sys.argv[1]))))
"""


def conversion(path):
    return subprocess.Popen(
        [sys.executable, "-c", CONVERT, str(path)], stdout=subprocess.PIPE, text=True
    )


def large_file(path):
    line = " ".join(["0.12345"] * 50)
    path.write_text("".join(f"w{number} {line}\n" for number in range(60_000)))
    return path


def test_two_processes_converting_at_once(tmp_path):
    path = large_file(tmp_path / "v")
    processes = [conversion(path), conversion(path)]
    assert [process.communicate()[0] for process in processes] == ["60000\n"] * 2
    names = {file.name.split("-")[0] for file in cache_folder().iterdir()}
    assert names == {"v2", "seen"}
    assert len(converted()) == 1


def test_threads_converting_at_once(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())
    with ThreadPoolExecutor(4) as pool:
        for loaded in pool.map(load_vectors, [path] * 8):
            np.testing.assert_array_equal(loaded.matrix, MATRIX)


def test_a_conversion_that_is_killed(tmp_path):
    path = large_file(tmp_path / "v")
    process = conversion(path)
    while not (started := list(cache_folder().glob("converting-*"))):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not converted()
    assert len(load_vectors(path)) == 60_000
    assert started[0].exists()  # it might belong to a conversion that is under way
    os.utime(started[0], (0, 0))
    other = tmp_path / "other"
    other.write_bytes(glove())
    load_vectors(other)
    assert not list(cache_folder().glob("converting-*"))


def saved_by_gensim(path, **options):
    saved = KeyedVectors(3)
    saved.add_vectors(WORDS, MATRIX)
    saved.save(str(path), **options)
    return path


@pytest.mark.parametrize("options", [{}, {"separately": ["vectors"]}])
def test_pickles_are_read_with_trust_only(tmp_path, options):
    path = saved_by_gensim(tmp_path / "v.kv", **options)
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


def test_a_whole_model_of_gensim(tmp_path):
    model = Word2Vec([["a", "b"]] * 5, vector_size=3, min_count=1)
    model.save(str(tmp_path / "model"))
    loaded = load_vectors(tmp_path / "model", allow_pickle=True)
    np.testing.assert_array_equal(loaded.matrix, model.wv.vectors)


def test_arrays_beside_a_pickle_count(tmp_path):
    path = saved_by_gensim(tmp_path / "v.kv", separately=["vectors"])
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


def test_the_header_of_a_glove_file_that_somebody_put_in_front(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(b"5 3\r\n" + glove())
    assert words_of(load_vectors(path)) == WORDS


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
