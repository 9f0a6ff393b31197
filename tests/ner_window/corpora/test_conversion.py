"""From scheme to scheme and to JSONL and back: nothing is lost."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.conll import Layout
from ner_window.corpora.conversion import converted, losses
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.tags import spans_of, tags_of
from ner_window.corpora.text_cut import AS_TAGGED, AT_ENTITIES
from ner_window.errors import InputError
from tests.tagged_text import spanned_sentences

SCHEMES = ["iob1", "iob2", "iobes", "bilou"]
PLAIN = Layout()

tokens = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), min_size=1
).filter(lambda token: token != "-DOCSTART-" and token.strip(" "))


@st.composite
def corpora(draw):
    """Documents of sentences of (token, tag) pairs in IOB2, each with at least one token."""
    documents = []
    for _ in range(draw(st.integers(1, 3))):
        document = []
        for _ in range(draw(st.integers(1, 3))):
            spans, length = draw(spanned_sentences().filter(lambda sentence: sentence[1] > 0))
            words = draw(st.lists(tokens, min_size=length, max_size=length))
            document.append((words, tags_of(spans, length, "iob2")))
        documents.append(document)
    return documents


def write(path, lines):
    path.write_text("\n".join(lines), "utf-8", newline="\n")
    return path


def content_of(path):
    """The documents of a corpus file, as sentences of tokens and spans."""
    documents = {}
    for sentence in read_corpus(path):
        spans = [tuple(span) for span in spans_of(sentence.tags)]
        documents.setdefault(sentence.document, []).append((sentence.tokens, spans))
    return list(documents.values())


@given(corpora(), st.lists(st.sampled_from([*SCHEMES, "jsonl"]), max_size=5))
def test_nothing_is_lost_on_any_way_through_schemes_and_jsonl(documents, ways):
    with TemporaryDirectory() as folder:
        lines = []
        for document in documents:
            lines += ["-DOCSTART-\tO", ""]
            for words, tags in document:
                lines += [*map("\t".join, zip(words, tags, strict=True)), ""]
        path = write(Path(folder) / "start.conll", lines)
        start = content_of(path)
        assert start == [
            [(words, [tuple(span) for span in spans_of(tags)]) for words, tags in document]
            for document in documents
        ]
        for step, way in enumerate([*ways, "iob2"]):
            out = Path(folder) / f"{step}{'.jsonl' if way == 'jsonl' else '.conll'}"
            path = write(out, converted(path, PLAIN, way))
            assert content_of(path) == start


def test_from_scheme_to_scheme_only_the_tags_change(tmp_path):
    text = "-DOCSTART- -X- O\n\n# a\na N I-X\r\nb N I-X\n\n\nc N B-X\nd\tN\tI-X\n"
    path = tmp_path / "f"
    path.write_text(text, newline="")
    assert "\n".join(converted(path, Layout(comment="#"), "iobes")) == (
        "-DOCSTART- -X- O\n\n# a\na N B-X\r\nb N E-X\n\n\nc N B-X\nd\tN\tE-X\n"
    )


@pytest.mark.parametrize(
    ("tag", "before", "after"),
    [
        (-1, " a   N  I-X \r", " a   N  S-X \r"),
        (1, "a  I-X  N", "a  S-X  N"),
        (-1, "a\t\tI-X\t", "a\t\tS-X\t"),
        (0, "I-X\ta b", "S-X\ta b"),
    ],
)
def test_the_space_between_columns_stays(tmp_path, tag, before, after):
    path = write(tmp_path / "f", [before])
    layout = Layout(token=0 if tag else 1, tag=tag)
    assert list(converted(path, layout, "iobes")) == [after]


def read_jsonl(tmp_path, *records, text_cut=AS_TAGGED):
    lines = [json.dumps(record) if isinstance(record, dict) else record for record in records]
    return read_corpus(write(tmp_path / "f.jsonl", lines), text_cut=text_cut)


def entity(start, end, label="X"):
    return {"start": start, "end": end, "label": label}


def test_jsonl_is_cut_into_sentences_and_tokens(tmp_path):
    text = "Mr. Smith left Oslo. It rained."
    corpus = read_jsonl(tmp_path, {"text": text, "entities": [entity(15, 19, "LOC")], "id": 7})
    assert [s.tokens for s in corpus] == [
        ["Mr", ".", "Smith", "left", "Oslo", "."],
        ["It", "rained", "."],
    ]
    assert corpus[0].tags == ["O", "O", "O", "O", "B-LOC", "O"]
    assert (corpus.scheme, corpus.borders, corpus.document_count) == ("iob2", "records", 1)


def test_entities_cut_tokens_and_join_sentences(tmp_path):
    led = {"text": "UN-led. Oh. My", "entities": [entity(0, 2)]}
    corpus = read_jsonl(tmp_path, led, "", text_cut=AT_ENTITIES)
    assert corpus[0].tokens == ["UN", "-led", "."]
    assert corpus[0].tags == ["B-X", "O", "O"]
    assert (corpus.cuts, corpus.cut_entities) == (1, 1)
    over = {"text": "It is. He was. So", "entities": [entity(3, 9)]}
    joined = read_jsonl(tmp_path, over, text_cut=AT_ENTITIES)
    assert (joined.cuts, joined.cut_entities) == (0, 1)
    assert joined[0].tokens == ["It", "is", ".", "He", "was", "."]
    assert joined[0].tags == ["O", "B-X", "I-X", "I-X", "O", "O"]


AROUND_A_BLANK = [("a", None), ("b", 1), (" ", 2), ("c", 1)]


def test_conversion_tells_of_cut_tokens_and_loses_no_entity(tmp_path):
    led = {"text": "UN-led.", "entities": [entity(0, 2)]}
    path = write(tmp_path / "f.jsonl", [json.dumps(led)])
    assert list(converted(path, Layout(), "iob2"))[:2] == ["UN\tB-X", "-led\tO"]
    (note,) = losses(read_jsonl(tmp_path, led, text_cut=AT_ENTITIES), "iob2")
    assert note == "tokens cut where an entity starts or ends in them: 1"


def test_documents_of_jsonl(tmp_path):
    records = [{"text": "a", "entities": [], "document": n} for n in (4, 4, 2)]
    assert [s.document for s in read_jsonl(tmp_path, *records)] == [0, 0, 1]
    records = [{"text": "a", "entities": []}] * 2
    assert [s.document for s in read_jsonl(tmp_path, *records)] == [0, 1]
    records = [{"text": text, "entities": [], "document": n} for text, n in AROUND_A_BLANK]
    assert [s.document for s in read_jsonl(tmp_path, *records)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("{", "f.jsonl:1: not JSON"),
        ("[" * 100_000, "f.jsonl:1: "),
        ("[]", 'f.jsonl:1: the line: this should be an object; a line looks like {"text": '),
        ({"text": "a", "entities": [[0, 1, "X"]]}, "entities.0: this should be an object; a line"),
        ({"text": "a"}, "f.jsonl:1: entities: field required"),
        ({"text": 1, "entities": []}, "text: input should be a valid string"),
        ({"text": "a", "entities": [{"start": 0, "end": 1}]}, "entities.0.label: field required"),
        ({"text": "a", "entities": [entity(0, 1.5)]}, "entities.0.end"),
        ({"text": "a", "entities": [entity(-1, 1)]}, "entities.0.start"),
        ({"text": "a", "entities": [entity(0, 2)]}, "entity from 0 to 2 is no stretch of a text"),
        ({"text": "a", "entities": [entity(1, 1)]}, "entity from 1 to 1 is no stretch"),
        ({"text": "a b", "entities": [entity(0, 1, "a b")]}, "entities.0.label"),
        ({"text": "ab", "entities": [entity(0, 2), entity(1, 2)]}, "overlaps with the one from 0"),
        (
            {"text": "a  b", "entities": [entity(3, 4), entity(1, 2)]},
            "f.jsonl:1: the entity from 1 to 2 covers no letter or sign",
        ),
        ({"text": " ", "entities": [entity(0, 1)]}, "from 0 to 1 covers no letter or sign"),
        ({"text": "a\u200b", "entities": [entity(1, 2)]}, "from 1 to 2 covers no letter or sign"),
        (
            {"text": "a b", "entities": [entity(2, 3)], "tokens": [{"start": 0, "end": 1}]},
            "f.jsonl:1: the entity from 2 to 3 touches none of the `tokens`",
        ),
        ('{"text": "\\ud800", "entities": []}', "character 0 of the text is half of a surrogate"),
        ({"text": "a\tb", "entities": [], "tokens": [{"start": 0, "end": 3}]}, "cannot be a token"),
        ({"text": " ", "entities": []}, "holds no tokens"),
    ],
)
def test_jsonl_that_cannot_be_read(tmp_path, record, message):
    with pytest.raises(InputError, match=message):
        read_jsonl(tmp_path, record)


def test_jsonl_has_no_columns_for_features(tmp_path):
    path = write(tmp_path / "f.jsonl", ['{"text": "a", "entities": []}'])
    with pytest.raises(InputError, match="JSONL has no columns, so"):
        read_corpus(path, Layout(columns={"pos": 1}))


def test_a_file_that_marks_no_documents_does_not_after_jsonl(tmp_path):
    path = write(tmp_path / "f", ["a O", "", "b O", ""])
    jsonl = write(tmp_path / "f.jsonl", converted(path, PLAIN, "jsonl"))
    corpus = read_corpus(jsonl)
    assert (corpus.tokens.documents, corpus.borders) == (None, "none")


def test_what_a_conversion_loses_is_told(tmp_path):
    path = write(tmp_path / "f", ["a B-X", "b B-X", "c O", "d I-X", ""])
    corpus = read_corpus(path)
    mended = "1 tag breaks the scheme iob2, line 4: they are written as the scorer reads them"
    assert losses(corpus, "iobes") == [mended]
    assert losses(corpus, "io") == [mended, "1 time two entities of a type touch, and become one"]
