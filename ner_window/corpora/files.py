"""Reading text files as a stream of lines."""

from __future__ import annotations

import codecs
import hashlib
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BufferedIOBase
from pathlib import Path
from typing import cast

from ner_window.errors import InputError

BYTES_PER_BLOCK = 1 << 20
MOST_NAMED = 5  # files of a folder
BYTES_KEPT = 1 << 12  # of the start of a file, which tells what it is where it cannot be read
ENCODING_KEYS = "`data.encoding` or --encoding"
"""What names the encoding of a corpus, where it has no setting of its own."""
UTF16 = (
    "is UTF-16: convert it to UTF-8 (iconv -f utf-16 -t utf-8 IN > OUT) or, for a corpus, name the "
    "encoding ({keys})"
)
BINARY = {
    b"\x1f\x8b": "is gzipped; unpack it first (gunzip)",
    b"BZh": "is compressed; unpack it first (bunzip2)",
    b"\xfd7zXZ": "is compressed; unpack it first (unxz)",
    b"PK\x03\x04": "is a zip archive or an office document (xlsx, docx); unpack it, or save it as "
    "tab-delimited text",
    b"\xd0\xcf\x11\xe0": "is an office document (xls, doc); save it as tab-delimited text",
    b"%PDF": "is a PDF; save its text",
    b"PAR1": "is a Parquet file; write it as text, one token a line",
    b"SQLite format 3": "is a database of SQLite; write it as text, one token a line",
    b"\xff\xfe\x00\x00": UTF16.replace("16", "32"),
    b"\xff\xfe": UTF16,
    b"\xfe\xff": UTF16,
}
ESCAPES = {"unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape", "idna"}


class Lines:
    """The lines of a text file, without their line feeds, read once, as a stream.

    A byte-order mark is removed. ``start`` are the first bytes of what has been read.

    Parameters
    ----------
    path
        The file; ``-`` is standard input.
    encoding
        Its name, as Python has it.
    longest
        How many characters a line may have, None for any number.
    block_bytes
        How much is read at a time.
    head
        What has been read of the file already, where it can be read once only.
    encoding_keys
        What names another encoding, for messages.

    Raises
    ------
    InputError
        Where the file cannot be read, is not in ``encoding`` (naming line and byte), or has a line
        that is too long.
    """

    def __init__(
        self,
        path: Path,
        encoding: str = "utf-8",
        longest: int | None = None,
        block_bytes: int = BYTES_PER_BLOCK,
        head: bytes = b"",
        encoding_keys: str = ENCODING_KEYS,
    ) -> None:
        self.path = path
        self.encoding = encoding
        self.longest = longest
        self.block_bytes = block_bytes
        self.head = head
        self.encoding_keys = encoding_keys
        self.start = b""
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of the bytes that were read, in hexadecimal."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[str]:
        rest: list[str] = []
        for text in self.blocks():
            first, *others = text.split("\n")
            rest.append(first)
            if self.longest is not None and sum(map(len, rest)) > self.longest:
                raise InputError(f"{self.path} has a line of more than {self.longest:,} characters")
            if others:
                yield "".join(rest)
                yield from others[:-1]
                rest = [others[-1]]
        yield "".join(rest)

    def blocks(self) -> Iterator[str]:
        """Yield the text as it is read: what there is, up to ``block_bytes`` at a time."""
        decoder = _decoder(self.encoding)
        bytes_before = line_feeds = 0
        head = self.head
        with _opened(self.path) as file:
            while True:
                block, head = head or _read(file, self.path, self.block_bytes), b""
                self.start += block[: BYTES_KEPT - len(self.start)]
                pending = len(decoder.getstate()[0])
                try:
                    text = decoder.decode(block, final=not block)
                except UnicodeDecodeError as error:
                    line = line_feeds + error.object.count(b"\n", 0, error.start) + 1
                    raise self._error(error, line, bytes_before - pending) from None
                except UnicodeError as error:  # of the codecs that look for a byte-order mark
                    raise InputError(
                        f"{self.path} is not {self.encoding.upper()}: {error}"
                    ) from None
                self._check(text)
                yield text
                if not block:
                    return
                self._digest.update(block)
                bytes_before += len(block)
                line_feeds += block.count(b"\n")

    def _check(self, text: str) -> None:
        """Raise InputError where an encoding, such as UTF-7, has given half a character."""
        if not text.isascii() and codecs.lookup(self.encoding).name != "utf-8":
            try:
                text.encode("utf-8")
            except UnicodeEncodeError:
                raise InputError(
                    f"{self.path} is not {self.encoding.upper()}: it has half of a surrogate pair"
                ) from None

    def _error(self, error: UnicodeDecodeError, line: int, offset: int) -> InputError:
        if kind := binary_kind(self.start, self.encoding_keys):
            return InputError(f"{self.path} {kind}")
        return InputError(
            f"{self.path}:{line}: byte 0x{error.object[error.start]:02x} at offset "
            f"{offset + error.start} is not {self.encoding.upper()}; convert the file to UTF-8, "
            f"or, for a corpus, name the encoding that it is in ({self.encoding_keys})"
        )


def binary_kind(start: bytes, encoding_keys: str = ENCODING_KEYS) -> str | None:
    """Return what a file is that is no text, or no UTF-8, from its first bytes, and what to do.

    ``encoding_keys`` are what names another encoding.
    """
    kinds = (kind for signature, kind in BINARY.items() if start.startswith(signature))
    return next((kind.format(keys=encoding_keys) for kind in kinds), None)


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


def _opened(path: Path) -> AbstractContextManager[BufferedIOBase]:
    if str(path) == "-":
        return nullcontext(cast(BufferedIOBase, sys.stdin.buffer))
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise InputError(f"no such file: {path.absolute()}") from None
    except IsADirectoryError:
        raise InputError(f"{path.absolute()} is a folder; {_files_of(path)}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read {path.absolute()}: {reason}") from None


def _files_of(folder: Path) -> str:
    """Return which files of a folder can be named instead."""
    names = sorted(file.name for file in folder.iterdir() if file.is_file())
    more = ", ..." if len(names) > MOST_NAMED else ""
    return f"name a file in it: {', '.join(names[:MOST_NAMED])}{more}" if names else "name a file"


def _read(file: BufferedIOBase, path: Path, most: int) -> bytes:
    try:
        return file.read1(most)  # from a pipe, what has come in
    except OSError as error:
        raise InputError(f"cannot read {path.absolute()}: {error.strerror}") from None


def head_of(path: Path, most: int) -> bytes:
    """Return the first bytes of a file; none of one that cannot be read.

    Nothing is read of a pipe with a name, which could not be read again, nor of a terminal. What is
    read of standard input goes to :class:`Lines` as its ``head``.
    """
    if sys.stdin.isatty() if str(path) == "-" else not path.is_file():
        return b""
    try:
        with _opened(path) as file:
            head = b""
            while len(head) < most and (block := file.read1(most - len(head))):
                head += block
            return head
    except (InputError, OSError):
        return b""


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Return the text of a file. Raises InputError as :class:`Lines` does."""
    return "\n".join(Lines(path, encoding))
