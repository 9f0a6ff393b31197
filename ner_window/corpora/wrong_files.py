"""What a file holds that is no corpus, and how to make one of it.

It is asked where reading has failed: the line that the reader stumbles over says little about a
spreadsheet's export.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections import Counter
from collections.abc import Sequence

from ner_window.corpora.column_evidence import column_evidence
from ner_window.corpora.conll import split_columns
from ner_window.corpora.files import ENCODING_KEYS, binary_kind
from ner_window.corpora.tags import is_tag
from ner_window.wording import shortened

LINES_LOOKED_AT = 50
WIDE = {"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
DOCUMENT_START = re.compile(r"\s*[\[{]\s*$|\s*\[\s*\{")
MARKUP = re.compile(r"<(\?xml|!doctype|html|[\w:]+( [^>]*)?>\s*($|<))", re.IGNORECASE)
CONFIG_KEY = re.compile(r"(extends|base|data|embeddings|features|model|training):( |$)")
SMALLEST_VECTOR = 5
FEW_LINES, FEW_WORDS = 2, 4
DELIMITERS = {",": "commas", ";": "semicolons", "|": "bars"}


def wrong_kind(
    start: bytes, encoding: str = "utf-8", encoding_keys: str = ENCODING_KEYS
) -> str | None:
    """Return what a file is, from its first bytes, and what to do; None where it may be columns.

    The sentence goes on after the name of the file: ``is ...; ...``. ``encoding_keys`` are what
    names another encoding.
    """
    if not start:
        return None
    is_wide = codecs.lookup(encoding).name in WIDE
    if not is_wide and (kind := binary_kind(start, encoding_keys)):
        return kind
    if not is_wide and start.count(0) > len(start) // 3:
        return "looks like UTF-16 without a mark; convert it: iconv -f utf-16le -t utf-8 IN > OUT"
    lines = _filled_lines(start, encoding)
    return next(filter(None, (tell(lines) for tell in KINDS)), None) if lines else None


def _filled_lines(start: bytes, encoding: str = "utf-8") -> list[str]:
    """Return the first lines that are not blank, without the last one, which may be cut."""
    try:
        text = start.decode(encoding, "replace").removeprefix("\ufeff")
    except UnicodeError:  # of a codec that replaces nothing
        return []
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    return lines[: max(1, min(len(lines) - 1, LINES_LOOKED_AT))]


def _objects(lines: Sequence[str]) -> str | None:
    if _is_object(lines[0]):
        return "holds a JSON object a line: it is read as such if its name ends in .jsonl"
    return None


def _document(lines: Sequence[str]) -> str | None:
    """Tell JSON that is one value over all lines."""
    if not DOCUMENT_START.match(lines[0]) or (len(lines) == 1 and len(lines[0]) < 3):
        return None
    return (
        "is one JSON value; what is read is an object a line, in a file that is called NAME.jsonl: "
        '{"text": "Oslo is cold.", "entities": [{"start": 0, "end": 4, "label": "LOC"}]}'
    )


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _markup(lines: Sequence[str]) -> str | None:
    if MARKUP.match(lines[0].lstrip()):
        return (
            "is XML or HTML; make a file of it that has one token a line, and its tag after a tab"
        )
    return None


def _vectors(lines: Sequence[str]) -> str | None:
    rows = [line.split() for line in lines[1:4]]  # the first may give the size
    if rows and all(len(row) > SMALLEST_VECTOR and all(map(_is_number, row[1:])) for row in rows):
        return "holds word vectors, and no sentences; they go to embeddings.path"
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _config(lines: Sequence[str]) -> str | None:
    if sum(map(bool, map(CONFIG_KEY.match, lines))) > 1:
        return "looks like a config, whose name ends in .yaml; here goes a file with sentences"
    return None


def _table(lines: Sequence[str]) -> str | None:
    """Tell a table whose columns are parted by something else than tabs or spaces."""
    for delimiter, plural in DELIMITERS.items():
        if _is_table(lines, delimiter):
            named = any(map(is_tag, _fields(lines[0], delimiter)))
            header = "" if named else f", without its header {shortened(lines[0])!r}"
            return (
                f"is a table whose columns are parted by {plural}, and only tabs and spaces part "
                f"columns here; save it as tab-delimited text{header}, the column of the tags "
                "last, with a blank line after each sentence"
            )
    return None


def _is_table(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether nearly all lines have as many fields; prose has spaces after its commas."""
    (width, alike), *_ = Counter(len(_fields(line, delimiter)) for line in lines).most_common(1)
    as_in_prose = sum(line.count(f"{delimiter} ") for line in lines)
    return (
        len(lines) > 1
        and width > 1
        and alike >= 0.9 * len(lines)
        and as_in_prose <= sum(line.count(delimiter) for line in lines) / 2
        and not any("\t" in line for line in lines)
    )


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _header(lines: Sequence[str]) -> str | None:
    """Tell columns that are well but for a first line that names them."""
    first, *others = map(split_columns, lines)
    if not others or len(first) < 2 or any(len(row) != len(first) for row in others):
        return None
    if any(map(is_tag, first)) or not all(is_tag(row[-1]) for row in others):
        return None
    return f"has a first line that looks like a header, {shortened(lines[0])!r}; take it out"


def _prose(lines: Sequence[str]) -> str | None:
    if is_prose(lines):
        return "looks like running text; a corpus has one token a line, and its tag after it"
    return None


def is_prose(lines: Sequence[str]) -> bool:
    """Tell running text by long lines of all lengths, of which few end in a tag."""
    rows = list(filter(None, map(split_columns, lines)))
    if not rows:
        return False
    (_, alike), *_ = Counter(map(len, rows)).most_common(1)
    is_uneven = alike <= len(rows) / 2 or len(rows) <= FEW_LINES
    tagged = sum(is_tag(row[-1]) for row in rows)
    is_long = sum(map(len, rows)) > FEW_WORDS * len(rows)
    return is_uneven and is_long and tagged <= len(rows) / 2


UNTAGGED_KINDS = (_document, _objects, _markup, _table)
KINDS = (*UNTAGGED_KINDS, _vectors, _config, _header, _prose)


def wrong_kind_to_tag(lines: Sequence[str]) -> str | None:
    """Return what lines are that are to be tagged as columns; tags need not be there."""
    filled = [line for line in lines if line.strip()][:LINES_LOOKED_AT]
    if not filled:
        return None
    if is_prose(filled):
        return "looks like running text: say --input raw"
    return next(filter(None, (tell(filled) for tell in UNTAGGED_KINDS)), None)


def not_as_named(start: bytes) -> str | None:
    """Return what a file is whose name says JSONL: columns, or JSON of another form."""
    lines = _filled_lines(start)
    if evidence := column_evidence(lines):
        return f"holds CoNLL columns ({evidence}): rename it, for example to NAME.conll"
    return _document(lines) if lines else None
