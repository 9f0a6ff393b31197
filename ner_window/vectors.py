"""Pretrained word vectors, converted once and then memory-mapped.

The first reading of a vector file converts it to a folder of the cache, named by the SHA-256 of the
file's content: the matrix as plain float32, the words, and a few figures. Later readings find that
folder by the file's path, size and time, without reading the file again. The cache is found in
``NER_WINDOW_CACHE``, by default in the user's cache folder; it can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ner_window.errors import InputError
from ner_window.vector_formats import Block, read_blocks

Array = NDArray[Any]

FORMAT = 1
MATRIX, WORDS, FIGURES = "vectors.f32", "words.txt", "figures.json"


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors ``matrix`` (V, d): float32, read-only, usually memory-mapped.

    ``deviation`` is the standard deviation of all numbers; ``sha256`` that of the source file.
    """

    words: list[str]
    matrix: Array
    deviation: float
    sha256: str

    @property
    def dimension(self) -> int:
        return int(self.matrix.shape[1])

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each word; of a word that occurs twice, the first."""
        last = len(self.words) - 1
        return dict(zip(reversed(self.words), range(last, -1, -1), strict=True))

    def find(self, words: Sequence[str]) -> Array:
        return np.array([self.index.get(word, -1) for word in words], np.int64)

    def rows(self, numbers: Array) -> Array:
        return self.matrix[numbers]


def load_vectors(path: Path) -> WordVectors:
    """Return the vectors of a file, converting it on first sight.

    Raises InputError where the file is missing or damaged; nothing is left in the cache then.
    """
    try:
        folder = _known_folder(path) or _convert(path)
    except OSError as error:
        reason = f"{error.strerror}: {error.filename or cache_folder()}"
        raise InputError(f"cannot convert vectors {path.absolute()}: {reason}") from None
    figures = json.loads((folder / FIGURES).read_text("utf-8"))
    shape = (figures["words"], figures["dimension"])
    return WordVectors(
        words=(folder / WORDS).read_bytes().decode("utf-8").split("\n"),
        matrix=np.memmap(folder / MATRIX, np.float32, "r", shape=shape),
        deviation=figures["deviation"],
        sha256=figures["sha256"],
    )


def cache_folder() -> Path:
    """Return the folder that converted vectors are kept in."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "ner-window"
    return Path(os.environ.get("NER_WINDOW_CACHE") or default)


def _known_folder(path: Path) -> Path | None:
    """Return the cache folder of a file that was converted before and has not changed since."""
    try:
        folder = cache_folder() / _note(path).read_text("utf-8")
    except OSError:
        return None
    return folder if _is_whole(folder) else None


def _is_whole(folder: Path) -> bool:
    """Tell whether a folder of the cache holds all of what was written there."""
    try:
        figures = json.loads((folder / FIGURES).read_text("utf-8"))
        sizes = (4 * figures["words"] * figures["dimension"], figures["word_bytes"])
        return sizes == tuple((folder / name).stat().st_size for name in (MATRIX, WORDS))
    except (OSError, ValueError, KeyError):
        return False


def _note(path: Path) -> Path:
    """Return where the cache remembers the content hash of a file by path, size and time."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise InputError(f"no such vector file: {path.absolute()}") from None
    if not path.is_file():
        raise InputError(f"{path.absolute()} is no file; vectors are read twice, so from no pipe")
    seen = f"{path.resolve()}\n{status.st_size}\n{status.st_mtime_ns}"
    return cache_folder() / f"seen-{hashlib.sha256(seen.encode()).hexdigest()[:32]}"


def _convert(path: Path) -> Path:
    """Convert a vector file into the cache and return its folder.

    All is written under a temporary name and renamed at the end, so that a conversion that is
    killed, or that runs twice at once, leaves no half-written folder.
    """
    note = _note(path)
    sha256 = file_hash(path)
    name = f"v{FORMAT}-{sha256[:32]}"
    folder = cache_folder() / name
    cache_folder().mkdir(parents=True, exist_ok=True)
    if not _is_whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix="converting-", dir=cache_folder()))
        try:
            _write_folder(path, work, sha256)
            _rename_folder(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    _write_atomically(note, name)
    return folder


def _write_folder(path: Path, folder: Path, sha256: str) -> None:
    words: list[str] = []
    total = squares = 0.0
    dimension = 0
    progress = tqdm(desc=f"converting {path.name}", unit=" words", disable=None)
    with progress, (folder / MATRIX).open("wb") as matrix:
        for block in read_blocks(path):
            words += block.words
            _check_finite(path, block)
            dimension = block.vectors.shape[1]
            total += float(block.vectors.sum(dtype=np.float64))
            squares += float(np.square(block.vectors, dtype=np.float64).sum())
            matrix.write(block.vectors.tobytes())
            progress.update(len(block.words))
    count = len(words) * dimension
    word_bytes = "\n".join(words).encode("utf-8")
    if count == 0:
        raise InputError(f"{path.absolute()} holds no word vectors")
    figures = {
        "words": len(words),
        "word_bytes": len(word_bytes),
        "dimension": dimension,
        "deviation": float(np.sqrt(max(squares / count - (total / count) ** 2, 0.0))),
        "sha256": sha256,
    }
    (folder / WORDS).write_bytes(word_bytes)
    (folder / FIGURES).write_text(json.dumps(figures), "utf-8")


def _check_finite(path: Path, block: Block) -> None:
    finite = np.isfinite(block.vectors).all(axis=1)
    if not finite.all():
        word = block.words[int(finite.argmin())]
        raise InputError(f"{path}: the vector of {word!r} holds a number that is not finite")


def _rename_folder(work: Path, folder: Path) -> None:
    try:
        work.rename(folder)
    except OSError:
        if not folder.exists():  # otherwise another process was faster: its folder is as good
            raise


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
