"""Fetching well-known vectors by name, through gensim's downloader.

It is always asked for the path: its other way of loading imports code that it has downloaded.
"""

from __future__ import annotations

import difflib
import io
import logging
import shutil
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ner_window.errors import InputError

SECONDS_TO_ANSWER = 60.0


def available_vectors() -> dict[str, str]:
    """Return name and description of the vectors there are. InputError without an answer."""
    downloader = _downloader()
    with _told(downloader.DATA_LIST_URL, "the list of vectors"), _quietly():
        models: dict[str, dict[str, Any]] = downloader.info()["models"]
        return {
            name: str(facts.get("description", ""))
            for name, facts in models.items()
            if not name.startswith("__")
        }


def fetch_vectors(name: str) -> Path:
    """Return the file of some vectors, downloading it where it is not there yet.

    Raises InputError for an unknown name, and where the download fails.
    """
    names = available_vectors()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=3)
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InputError(f"there are no vectors {name!r}{meant}\nthere are: {', '.join(names)}")
    downloader = _downloader()
    folder = Path(downloader.BASE_DIR)
    with _told(downloader.DOWNLOAD_BASE_URL, name), _quietly(), _temporaries_in(folder):
        # What a download that was killed left behind would be in the way.
        shutil.rmtree(folder / f"{name}_tmp", ignore_errors=True)
        return Path(downloader.load(name, return_path=True))


def _downloader() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import gensim.downloader  # type: ignore[import-untyped]
    return gensim.downloader


@contextmanager
def _told(url: str, what: str) -> Iterator[None]:
    """Turn whatever goes wrong into a sentence: the downloader raises all kinds of errors."""
    try:
        yield
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise InputError(
            f"cannot fetch {what} from {urlsplit(url).netloc}: {reason}; "
            "look at the connection, or try again later"
        ) from None


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the downloader's bar out of stdout, and its log, with tracebacks, out of sight."""
    shown = sys.stderr if sys.stderr.isatty() else io.StringIO()
    logger = logging.getLogger("gensim.downloader")
    patience, level = socket.getdefaulttimeout(), logger.level
    socket.setdefaulttimeout(SECONDS_TO_ANSWER)
    logger.setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(shown):
            yield
    finally:
        logger.setLevel(level)
        socket.setdefaulttimeout(patience)


@contextmanager
def _temporaries_in(folder: Path) -> Iterator[None]:
    """Let half a download lie on the disk of the whole one, and remove it when the rest fails."""
    folder.mkdir(parents=True, exist_ok=True)
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        tempfile.tempdir = temporary
        try:
            yield
        finally:
            tempfile.tempdir = before
