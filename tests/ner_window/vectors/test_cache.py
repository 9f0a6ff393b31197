"""Vector files are converted once, whoever reads them, and whatever becomes of the conversion."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from safetensors.numpy import load_file

from ner_window.errors import InputError
from ner_window.vectors.word_vectors import cache_folder, load_vectors
from tests.vector_files import (
    MATRIX,
    WORDS,
    converted,
    glove,
    words_of,
)


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


def test_a_converted_file_is_what_safetensors_reads(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(glove())  # 5 x 3 numbers: the 8-byte offsets need padding to be aligned
    loaded = load_vectors(path)
    (file,) = converted()
    arrays = load_file(file)
    np.testing.assert_array_equal(arrays["vectors"], MATRIX)
    assert bytes(arrays["words"]).decode() == "".join(WORDS)
    assert all(getattr(loaded.index, name).flags.aligned for name in ("offsets", "hashes", "rows"))


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
