"""Readers of what is to be tagged: places, documents, bounds, errors."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.conll import Layout
from ner_window.errors import InputError
from ner_window.tagging.inputs import (
    INPUTS,
    LONGEST_DOCUMENT,
    LONGEST_LINE,
    Source,
    input_format_of,
)
from ner_window.tagging.inputs.long_text import LONGEST_TEXT
from ner_window.tagging.inputs.raw import paragraphs
from ner_window.tokenization.offsets import LONGEST_SENTENCE

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n \t\u2028."))


PLAIN = Layout()


def read(tmp_path, content, kind, layout=PLAIN, block=None):
    path = tmp_path / "input"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(Source(path, INPUTS[kind], layout, block).pieces())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("-", "raw"), ("a.txt", "raw"), ("a.MD", "raw"), ("a.jsonl", "jsonl")),
        *(("a.conll", "conll"), ("eng.testa", "conll"), ("a", "conll")),
    ],
)
def test_names_tell_formats(name, kind, tmp_path):
    assert input_format_of(Path(name)).name == kind


def test_paragraphs_know_their_places(tmp_path):
    text = "Oslo is\r\ncold.\r\n \r\n\r\n  Anna left.\n\n\n\x0c\n東京 \U0001f600 x"
    read_pieces = read(tmp_path, b"\xef\xbb\xbf" + text.encode(), "raw")
    assert [piece.text for piece in read_pieces] == [
        "Oslo is\r\ncold.",
        "Anna left.",
        "東京 \U0001f600 x",
    ]
    for piece in read_pieces:
        assert text[piece.start : piece.start + len(piece.text)] == piece.text
        assert piece.document == 0


@given(TEXTS, st.lists(st.integers(0, 40)), st.integers(2, 12))
def test_no_text_is_lost_between_paragraphs(text, cuts, longest):
    """However the text comes in, and wherever it is cut: outside the pieces is white space."""
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    blocks = [text[start:end] for start, end in pairwise(bounds)]
    rest = text
    for start, piece in reversed(list(paragraphs(blocks, longest))):
        assert text[start : start + len(piece)] == piece
        assert 0 < len(piece) <= longest
        rest = rest[:start] + rest[start + len(piece) :]
    assert not rest.strip()


def test_sentences_of_columns_keep_their_lines(tmp_path):
    content = "# c\n-DOCSTART- O\n\nAnna B-PER\nleft O\r\n\n\nOslo B-LOC\n\n"
    first, second = read(tmp_path, content, "conll", Layout(comment="#"))
    assert (first.tokens.strings, first.text, first.tokens.offsets) == (
        ["Anna", "left"],
        "Anna left",
        [(0, 4), (5, 9)],
    )
    assert first.rows.lines == ["# c", "-DOCSTART- O", "", "Anna B-PER", "left O\r"]
    assert first.rows.numbers == [4, 5]
    assert (second.rows.lines, second.rows.numbers) == (["", "", "Oslo B-LOC"], [8])
    assert (first.document, second.document) == (0, 0)


@pytest.mark.parametrize(
    ("content", "block", "documents"),
    [
        ("-DOCSTART- O\n\na O\n\n\nb O\n\n-DOCSTART- O\n\nc O\n", 1, [0, 0, 1]),
        ("a O\n\nb O\n\n\nc O\n", 1, [0, 0, 1]),
        ("a O\n\nb O\n\nc O\n", 2, [0, 0, 1]),
        ("a O\n\nb O\n\nc O\n", None, [0, 0, 0]),
    ],
)
def test_documents_of_columns(content, block, documents, tmp_path):
    found = read(tmp_path, content, "conll", block=block)
    assert [piece.document for piece in found] == documents


def test_one_column_is_the_token(tmp_path):
    assert read(tmp_path, "Oslo\nis\n", "conll", Layout(token=1))[0].tokens.strings == [
        "Oslo",
        "is",
    ]


def test_lines_of_tokens(tmp_path):
    found = read(tmp_path, "Anna\u00a0K.  left\tOslo\r\n\nBergen", "tokens")
    assert [piece.tokens.strings for piece in found] == [
        ["Anna\u00a0K.", "left", "Oslo"],
        ["Bergen"],
    ]
    assert [piece.start for piece in found] == [0, 21]
    assert [piece.document for piece in found] == [0, 1]


@pytest.mark.parametrize(
    ("content", "documents"),
    [
        ("\na\nb\nc\n\n", [0, 0, 1]),  # no document is told from another
        ("a\nb\nc\n \r\n\nd\n", [0, 0, 0, 1]),
        (f"{'a' * 19_000}\n" * 60 + "\nb\n", [n // 2 for n in range(60)] + [30]),  # too late
    ],
)
def test_documents_of_lines_of_tokens(content, documents, tmp_path):
    found = read(tmp_path, content, "tokens", block=2)
    assert [piece.document for piece in found] == documents


def test_objects_of_marked_documents_make_no_blocks(tmp_path):
    objects = [{"text": "a", "document": n} for n in (1, 1, 1, 2, 2)]
    found = read(tmp_path, "\n".join(map(json.dumps, objects)), "jsonl", block=2)
    assert [piece.document for piece in found] == [0, 0, 0, 1, 1]
    unmarked = [{**each, "document": None} for each in objects]
    found = read(tmp_path, "\n".join(map(json.dumps, unmarked)), "jsonl", block=2)
    assert [piece.document for piece in found] == [0, 0, 1, 1, 2]


def test_objects_keep_what_they_have(tmp_path):
    objects = [
        {"id": 7, "text": "Oslo is cold. Anna left.", "entities": "old"},
        {"text": "a  b", "tokens": [{"start": 3, "end": 4}, {"start": 0, "end": 1}], "document": 4},
        {"text": "", "document": 4},
        {"text": "c", "document": None},
    ]
    found = read(tmp_path, "\n\n".join(map(json.dumps, objects)), "jsonl")
    assert [piece.record for piece in found] == objects
    assert [piece.tokens.strings for piece in found][1:] == [["a", "b"], [], ["c"]]
    assert found[0].tokens.lengths.tolist() == [4, 3]
    assert [piece.document for piece in found] == [0, 1, 1, 2]
    assert found[1].place.endswith("input:3")


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("raw", b"Oslo\n\xff", "input:2: byte 0xff at offset 5 is not UTF-8"),
        ("jsonl", b'{"text": "\\ud800"}', "input:1: character 0 of the text is half of a surr"),
        ("jsonl", b'{"text": 1}', "input:1: text: input should be a valid string"),
        ("jsonl", b"[]", "input:1: the line: this should be an object"),
        ("jsonl", b"\n{", "input:2: not JSON"),
        ("jsonl", b'{"text": "a", "tokens": [{"start": 0, "end": 2}]}', "the token from 0 to 2"),
        ("conll", b"a O\nb\n", "input:2: 1 column where line 1 has 2"),
        ("conll", b"a\rb\n", "input:1: a carriage return within the line"),
    ],
)
def test_what_cannot_be_tagged_is_refused(kind, content, message, tmp_path):
    with pytest.raises(InputError, match=message.replace("(", "[(]")):
        read(tmp_path, content, kind)


def test_endless_input_is_cut(tmp_path):
    raw = read(tmp_path, "word " * 100_000, "raw")
    assert max(len(piece.text) for piece in raw) <= LONGEST_TEXT
    assert sum(piece.tokens.token_count for piece in raw) == 100_000
    assert len({piece.document for piece in raw}) >= 100_000 / LONGEST_DOCUMENT
    tokens = read(tmp_path, "word " * 20_000, "tokens")
    assert sum(piece.tokens.token_count for piece in tokens) == 20_000
    assert LONGEST_TEXT / 2 <= max(len(piece.text) for piece in tokens) <= LONGEST_TEXT
    rows = read(tmp_path, "word\n" * 5 * LONGEST_SENTENCE, "conll")
    assert [piece.tokens.token_count for piece in rows] == [LONGEST_SENTENCE] * 5


def test_an_endless_line_is_refused(tmp_path):
    with pytest.raises(InputError, match="has a line of more than 67,108,864 characters"):
        read(tmp_path, b'{"text": "%b"}' % bytes(LONGEST_LINE), "jsonl")


def test_another_encoding(tmp_path):
    content = "Zürich".encode("utf-16")
    assert read(tmp_path, content, "raw", Layout(encoding="utf-16"))[0].tokens.strings == ["Zürich"]
    with pytest.raises(InputError, match="half of a surrogate pair"):
        read(tmp_path, b"a +2AA- b", "raw", Layout(encoding="utf-7"))
