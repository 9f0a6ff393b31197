"""Pretrained word vectors, converted once and then memory-mapped.

The first reading of a vector file converts it to one file of the cache, named by the SHA-256 of the
source's content. Later readings find that file by the source's path, size and time, without reading
the source again. The cache is found in ``NER_WINDOW_CACHE``, by default in the user's cache folder;
it can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ner_window.arrays import BoolArray, FloatArray, IntArray
from ner_window.errors import InputError
from ner_window.vectors.file import Precision, VectorFile, open_vector_file, write_vector_file
from ner_window.vectors.formats import (
    VectorBlock,
    content_files,
    detect_format,
    read_blocks,
    refuse_pickle,
)
from ner_window.vectors.word_index import WordIndex

if TYPE_CHECKING:
    from ner_window.progress import Progress


FORMAT = 2
ROWS_AT_ONCE = 256  # each may bring the 64 KB around it into memory: 16 MB
BLOCK_BYTES = 1 << 22
TEMPORARY = "converting-"
ABANDONED_AFTER = 24 * 3600.0  # seconds


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors ``matrix`` (V, d): float32 or float16, read-only where mapped.

    ``deviation`` is the standard deviation of all numbers of the source file, ``sha256`` its hash,
    ``name`` its name, where it is known. ``kept`` is the number of its first words that are here
    beside some others, None where all are. ``file`` is what is mapped, None for vectors that are
    in memory.
    """

    index: WordIndex
    matrix: FloatArray
    deviation: float
    sha256: str
    file: VectorFile | None = None
    name: str | None = None
    kept: int | None = None

    @classmethod
    def of(
        cls, words: Sequence[str], matrix: FloatArray, deviation: float = 1.0, sha256: str = ""
    ) -> WordVectors:
        """Return vectors that are in memory.

        Parameters
        ----------
        words
            A word for each row.
        matrix
            Their vectors, (V, d).
        deviation
            The standard deviation of all numbers of the source file.
        sha256
            That of the source file.
        """
        return cls(WordIndex.of(words), matrix, deviation, sha256)

    @classmethod
    def open(cls, path: Path) -> WordVectors:
        """Map a converted file. Raises OSError or ValueError as ``open_vector_file`` does."""
        file = open_vector_file(path)
        return cls(file.index, file.matrix, file.figures["deviation"], file.sha256, file)

    def __len__(self) -> int:
        return len(self.index)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.matrix.shape[1])

    @property
    def precision(self) -> Precision:
        """In which precision the vectors are stored."""
        return self.file.precision if self.file else "float32"

    def find(self, words: Sequence[str]) -> IntArray:
        """Return the row of each word, (n,) int64: -1 where it is missing, the first of several."""
        found = self.index.find(words)
        self._release()
        return found

    def rows(self, numbers: IntArray) -> FloatArray:
        """Return the vectors (n, d) of the rows ``numbers`` (n,), as float32.

        They are read in the order of the file, and what was read around them is let go of.
        """
        result = np.empty((len(numbers), self.dimension), np.float32)
        order = np.argsort(numbers, kind="stable")
        for start in range(0, len(order), ROWS_AT_ONCE):
            chunk = order[start : start + ROWS_AT_ONCE]
            result[chunk] = self.matrix[numbers[chunk]]
            self._release()
        return result

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[tuple[int, FloatArray]]:
        """Yield all vectors in order, (n, d) at a time, each with the number of its first row.

        A block is to be used before the next one is asked for.
        """
        rows = max(block_bytes // (4 * self.dimension), 1)
        for first in range(0, len(self), rows):
            yield first, self.matrix[first : first + rows].astype(np.float32, copy=False)
            self._release()

    def save(
        self, path: Path, precision: Precision = "float32", is_kept: BoolArray | None = None
    ) -> None:
        """Write a converted file, in bounded memory.

        ``is_kept`` (V,) tells which words to write, by default all. Raises InputError where a
        number is beyond the range of the precision.
        """
        if self.file is not None and is_kept is None and self.file.precision == precision:
            self.file.copy_to(path)
            return
        known = {"sha256": self.sha256, "deviation": repr(self.deviation), "format": "memory"}
        metadata = self.file.metadata if self.file else known
        write_vector_file(path, self._parts(is_kept), metadata, precision)

    def _parts(self, is_kept: BoolArray | None) -> Iterator[VectorBlock]:
        """Yield the words that are kept with their vectors, in order."""
        for first, block in self.blocks():
            words = self.index.encoded_words(first, first + len(block))
            if is_kept is None:
                yield VectorBlock(list(words), block)
                continue
            chosen = is_kept[first : first + len(block)]
            if chosen.any():
                yield VectorBlock(list(compress(words, chosen)), block[chosen])

    def _release(self) -> None:
        if self.file is not None:
            self.file.release()


def load_vectors(path: Path, allow_pickle: bool = False) -> WordVectors:
    """Return the vectors of a file, converting it on first sight.

    To read a pickle, which ``allow_pickle`` allows, runs code from the file. Raises InputError
    where the file is missing, damaged or not trusted; nothing is left in the cache then.
    """
    note = _note(path)
    if not allow_pickle:
        refuse_pickle(path)  # also where it was converted before: the same config, the same answer
    try:
        return replace(_known(note) or _convert(path, note, allow_pickle), name=path.name)
    except OSError as error:
        reason = f"{error.strerror}: {error.filename or cache_folder()}"
        raise InputError(f"cannot convert vectors {path.absolute()}: {reason}") from None


def converted_path(vectors_sha256: str) -> Path:
    """Return where the cache keeps the vectors of a source file."""
    return cache_folder() / f"v{FORMAT}-{vectors_sha256[:32]}.safetensors"


def cache_folder() -> Path:
    """Return the folder that converted vectors are kept in."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "ner-window"
    return Path(os.environ.get("NER_WINDOW_CACHE") or default)


def _known(note: Path) -> WordVectors | None:
    """Return the vectors of a file that was converted before and has not changed since."""
    try:
        sha256 = note.read_text("ascii")
    except (OSError, ValueError):
        return None
    return _open_whole(converted_path(sha256))


def _open_whole(path: Path) -> WordVectors | None:
    """Open a file of the cache; None where there is none, or it is damaged."""
    try:
        return WordVectors.open(path)
    except (OSError, ValueError):
        return None


def _note(path: Path) -> Path:
    """Return where the cache remembers the content hash of a file by path, size and time."""
    try:
        path.stat()
    except (OSError, ValueError):
        raise InputError(f"no such vector file: {path.absolute()}") from None
    if not path.is_file():
        raise InputError(f"{path.absolute()} is no file; vectors are read twice, so from no pipe")
    seen = "\n".join(map(_identity, content_files(path)))
    return cache_folder() / f"seen-{hashlib.sha256(seen.encode()).hexdigest()[:32]}"


def _identity(path: Path) -> str:
    status = path.stat()
    return f"{path.resolve()}\n{status.st_size}\n{status.st_mtime_ns}"


def _convert(path: Path, note: Path, allow_pickle: bool) -> WordVectors:
    """Convert a vector file into the cache.

    All is written under a temporary name and renamed at the end, so that a conversion that is
    killed, or that runs twice at once, leaves no half-written file.
    """
    cache_folder().mkdir(parents=True, exist_ok=True)
    _remove_abandoned()
    sha256 = file_hash(*content_files(path))
    target = converted_path(sha256)
    vectors = _open_whole(target)
    if vectors is None:
        with _Temporary(target) as temporary:
            _write(path, temporary, sha256, allow_pickle)
        vectors = WordVectors.open(target)
    with _Temporary(note) as temporary:
        temporary.write_text(sha256, "ascii")
    return vectors


def _write(path: Path, target: Path, sha256: str, allow_pickle: bool) -> None:
    from ner_window.progress import Progress  # loading a model is to take no longer than it must

    metadata = {"sha256": sha256, "format": detect_format(path)}
    with Progress(f"converting {path.name}", None, "words", stays=True) as progress:
        write_vector_file(target, _checked(path, allow_pickle, progress), metadata)


def _checked(path: Path, allow_pickle: bool, progress: Progress) -> Iterator[VectorBlock]:
    """Yield the blocks of a file. InputError where a number is not finite, or there are none."""
    size = 0
    for block in read_blocks(path, allow_pickle):
        finite = np.isfinite(block.vectors)
        if not finite.all():
            word = block.words[int(finite.all(axis=1).argmin())].decode("utf-8")
            raise InputError(f"{path}: the vector of {word!r} holds a number that is not finite")
        yield block
        size += block.vectors.size
        progress.advance(len(block.words))
    if size == 0:
        raise InputError(f"{path.absolute()} holds no word vectors")


class _Temporary:
    """A temporary name in the cache: renamed to ``target`` at the end, removed on failure."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __enter__(self) -> Path:
        handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=cache_folder())
        os.close(handle)
        self.path = Path(name)
        return self.path

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        try:
            if error is None:
                self.path.replace(self.target)
        finally:
            self.path.unlink(missing_ok=True)


def _remove_abandoned() -> None:
    """Remove what conversions that were killed left behind."""
    for path in cache_folder().glob(f"{TEMPORARY}*"):
        with suppress(OSError):  # another process may be faster
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                path.unlink()


def file_hash(*paths: Path) -> str:
    """Return the SHA-256 of the content of files, one after the other, in hexadecimal."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            hashlib.file_digest(file, lambda: digest)
    return digest.hexdigest()
