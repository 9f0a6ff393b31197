"""Reading text files as a stream of lines."""

from __future__ import annotations

import codecs
import hashlib
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from ner_window.errors import InputError

BYTES_PER_BLOCK = 1 << 20
GZIP = b"\x1f\x8b"
ESCAPES = {"unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape", "idna"}


class Lines:
    """The lines of a text file, without their line feeds; ``-`` is standard input.

    They are read once, as a stream. A byte-order mark is removed. Raises InputError where the file
    cannot be read, or is not in ``encoding`` (naming line and byte).
    """

    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        self.path = path
        self.encoding = encoding
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of the bytes that were read, in hexadecimal."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[str]:
        rest = ""
        for text in self._texts():
            first, *others = (rest + text).split("\n")
            if others:
                yield first
                yield from others[:-1]
            rest = others[-1] if others else first
        yield rest

    def _texts(self) -> Iterator[str]:
        decoder = _decoder(self.encoding)
        bytes_before = line_feeds = 0
        with _opened(self.path) as file:
            while True:
                block = _read(file, self.path)
                pending = len(decoder.getstate()[0])
                try:
                    yield decoder.decode(block, final=not block)
                except UnicodeDecodeError as error:
                    line = line_feeds + error.object.count(b"\n", 0, error.start) + 1
                    raise self._error(error, line, bytes_before - pending) from None
                except UnicodeError as error:  # of the codecs that look for a byte-order mark
                    raise InputError(
                        f"{self.path} is not {self.encoding.upper()}: {error}"
                    ) from None
                if not block:
                    return
                self._digest.update(block)
                bytes_before += len(block)
                line_feeds += block.count(b"\n")

    def _error(self, error: UnicodeDecodeError, line: int, offset: int) -> InputError:
        if offset == 0 and error.object.startswith(GZIP):
            return InputError(f"{self.path} is gzipped; unpack it first (gunzip)")
        return InputError(
            f"{self.path}:{line}: byte 0x{error.object[error.start]:02x} at offset "
            f"{offset + error.start} is not {self.encoding.upper()}; convert the file to UTF-8, "
            "or, for a corpus, name the encoding that it is in (`data.encoding` or --encoding)"
        )


def is_text_encoding(name: str) -> bool:
    """Tell whether text can be read in an encoding of this name.

    Escapes such as unicode_escape are left out: they make text that no file can hold.
    """
    try:
        "".encode(name)  # refuses the codecs that are not of text, such as rot13
        return codecs.lookup(name).name not in ESCAPES
    except (LookupError, ValueError):
        return False


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    if not is_text_encoding(encoding):
        raise InputError(f"no text encoding is called {encoding!r}; utf-8 is the usual")
    # Only this codec knows the byte-order mark.
    name = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    return codecs.getincrementaldecoder(name)()


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    if str(path) == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise InputError(f"no such file: {path.absolute()}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read {path.absolute()}: {reason}") from None


def _read(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.read(BYTES_PER_BLOCK)
    except OSError as error:
        raise InputError(f"cannot read {path.absolute()}: {error.strerror}") from None


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Return the text of a file. Raises InputError as :class:`Lines` does."""
    return "\n".join(Lines(path, encoding))
