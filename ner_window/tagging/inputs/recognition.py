"""What format a file is of where nobody says: its name tells, or else its first lines.

A corpus in columns is often called ``train.txt``, and comes through pipes. As running text it would
be tagged without a word of complaint, columns and all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ner_window.corpora.files import head_of, is_text_encoding
from ner_window.corpora.wrong_files import wrong_kind_to_tag
from ner_window.errors import InputError
from ner_window.tagging.inputs.input_format import INPUTS, STDIN, InputFormat, input_format_of

HEAD_BYTES = 1 << 14


@dataclass(frozen=True)
class Recognized:
    """The format of a file, and what in its lines says so where its name said something else.

    ``head`` is what had to be read of standard input for that.
    """

    format: InputFormat
    evidence: str | None = None
    head: bytes = b""


def recognize(path: Path, encoding: str = "utf-8") -> Recognized:
    """Tell the format of a file from its name and, where any text could have that, its first lines.

    A file that cannot be read is left to its reader. Raises InputError where the name says nothing
    and the lines are no columns.
    """
    named = input_format_of(path)
    if named.is_told_by(path) and not named.is_any_text:
        return Recognized(named)
    head = head_of(path, HEAD_BYTES)
    kept = head if str(path) == STDIN else b""
    lines = first_lines(head, encoding)
    if not named.is_told_by(path):
        if kind := wrong_kind_to_tag(lines):
            raise InputError(f"{path} {kind}")
        return Recognized(named)
    for known in INPUTS.values():
        if evidence := known.evidence(lines):
            return Recognized(known, evidence, kept)
    return Recognized(named, head=kept)


def first_lines(head: bytes, encoding: str) -> list[str]:
    """Return the lines of the start of a file, without one that may have been cut."""
    text = head.decode(encoding if is_text_encoding(encoding) else "utf-8", "replace")
    text = text.removeprefix("\ufeff")
    *lines, last = text.split("\n")
    if len(head) < HEAD_BYTES:
        lines.append(last)
    return [line.rstrip("\r") for line in lines]
