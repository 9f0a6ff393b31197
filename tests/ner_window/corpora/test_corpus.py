"""Reading corpora, and the messages where a file is none."""

import gzip
import itertools

import numpy as np
import pytest

from ner_window.corpora import scratch
from ner_window.corpora.conll import Layout
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.files import Lines
from ner_window.corpora.tags import broken_at, spans_of
from ner_window.errors import InputError
from tests.small_files import CORPUS


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_sentences_documents_and_lines(corpus_file):
    corpus = read_corpus(corpus_file)
    assert [len(s.tokens) for s in corpus] == [5, 6, 3]
    assert [s.document for s in corpus] == [1, 1, 2]
    assert [s.lines[0] for s in corpus] == [3, 9, 18]
    assert corpus[0].tags == ["B-PER", "I-PER", "O", "B-LOC", "O"]
    assert (corpus.document_count, corpus.borders) == (2, "-DOCSTART-")
    assert corpus.token_count == 14
    assert corpus.entity_counts() == {"PER": 2, "LOC": 2, "ORG": 1}
    assert corpus.scheme == "iob2"


@pytest.mark.parametrize(
    "content",
    [
        b"a x O\nb x B-X\n\nc x O",
        b"a x O\r\nb x B-X\r\n\r\nc x O\r\n",
        b"\xef\xbb\xbfa\tx\tO\nb\tx\tB-X\n\t\t\nc\tx\tO\n",
        b"\n\na  x  O\nb  x B-X \n \n\nc x O\n\n\n",
    ],
)
def test_line_ends_blank_lines_tabs_and_spaces(tmp_path, content):
    corpus = read_corpus(write(tmp_path / "f", content))
    assert [s.tokens for s in corpus] == [["a", "b"], ["c"]]
    assert corpus[0].tags == ["O", "B-X"]


def test_other_white_space_is_part_of_a_token(tmp_path):
    corpus = read_corpus(write(tmp_path / "f", "a\u00a0b\tO\n\u2028\tO\n"))
    assert corpus[0].tokens == ["a\u00a0b", "\u2028"]


def test_columns_are_chosen(tmp_path):
    path = write(tmp_path / "f", "1 a B-X -\n2 b I-X -\n")
    corpus = read_corpus(path, Layout(token=1, tag=2, columns={"number": 0}))
    assert corpus[0].tokens == ["a", "b"]
    assert corpus[0].tags == ["B-X", "I-X"]
    assert corpus.tokens.columns["number"].categories == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no tokens"),
        ("-DOCSTART- O\n\n", "holds no tokens"),
        ("a O\nb x O\n", r"f:2: 3 columns where line 1 has 2"),
        ("a O\nb\n", r"f:2: 1 column where line 1 has 2"),
        ("a O\nb LOC\n", r"f:2: 'LOC' is no tag"),
        ("a O\rb O\r", r"f:1: a carriage return within the line"),
        (b"a O\nb\xe9 O\n", r"f:2: byte 0xe9 at offset 5 is not UTF-8; convert the file"),
        (gzip.compress(b"a O\n", mtime=0), r"f is gzipped; unpack it first"),
    ],
)
def test_bad_files_are_told_with_their_place(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_corpus(write(tmp_path / "f", content))


def test_a_column_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="f:1: no column 5 for the tag among 2 columns"):
        read_corpus(write(tmp_path / "f", "a O\n"), Layout(tag=5))


def test_a_column_that_is_asked_for_twice(tmp_path):
    with pytest.raises(InputError, match="would both be column 1 of 2 columns"):
        read_corpus(write(tmp_path / "f", "a O\n"), Layout(token=1))


def test_an_empty_token_is_no_border(tmp_path):
    with pytest.raises(InputError, match="f:2: the token is empty"):
        read_corpus(write(tmp_path / "f", "a\tO\n\tO\n"))


def test_documents_where_the_token_is_not_first(tmp_path):
    path = write(tmp_path / "f", "1 -DOCSTART- O\n\n1 a O\n")
    assert [s.tokens for s in read_corpus(path, Layout(token=1))] == [["a"]]
    for border in ("-DOCSTART-", "-DOCSTART- -X- O"):
        path = write(tmp_path / "f", f"{border}\n\n1 a O\n{border}\n1 b O\n")
        corpus = read_corpus(path, Layout(token=1))
        assert [(s.tokens, s.document) for s in corpus] == [(["a"], 1), (["b"], 2)]


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match=str(tmp_path / "nowhere")):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is a folder; name a file"):
        read_corpus(tmp_path)


def test_the_ending_of_jsonl_in_any_case(tmp_path):
    path = write(tmp_path / "F.JSONL", '{"text": "a", "entities": []}')
    assert read_corpus(path)[0].tokens == ["a"]


def test_comments_are_passed_over_where_they_are_asked_for(tmp_path):
    path = write(tmp_path / "f", "# text = a b\na O\n# within\nb O\n#c O\n")
    corpus = read_corpus(path, Layout(comment="# "))
    assert [s.tokens for s in corpus] == [["a", "b", "#c"]]
    assert corpus[0].lines == [2, 4, 5]
    with pytest.raises(InputError, match="f:2: 2 columns where line 1 has 5"):
        read_corpus(path)


def test_two_blank_lines_part_documents_where_nothing_else_does(tmp_path):
    path = write(tmp_path / "f", "\n\na O\n\nb O\n\n\n\nc O\n \n\t\nd O\n\n\n")
    corpus = read_corpus(path)
    assert [s.document for s in corpus] == [1, 1, 2, 3]
    assert corpus.borders == "two blank lines"
    with_borders = read_corpus(write(tmp_path / "g", CORPUS + "\n\n\nMore O\n"))
    assert [s.document for s in with_borders] == [1, 1, 2, 2]
    assert read_corpus(write(tmp_path / "h", "a O\n\nb O\n")).borders == "none"


def test_other_encodings_are_read_by_name(tmp_path):
    path = write(tmp_path / "f", "Zürich B-LOC\n".encode("latin-1"))
    with pytest.raises(InputError, match="is not UTF-8"):
        read_corpus(path)
    assert read_corpus(path, Layout(encoding="latin-1"))[0].tokens == ["Zürich"]
    wide = write(tmp_path / "g", "Zürich B-LOC\n".encode("utf-16"))
    assert read_corpus(wide, Layout(encoding="utf-16"))[0].tokens == ["Zürich"]


@pytest.mark.parametrize("name", ["nonsense", "rot13", "undefined", "utf-8\0"])
def test_an_encoding_that_does_not_exist(tmp_path, name):
    with pytest.raises(InputError, match="no text encoding is called"):
        read_corpus(write(tmp_path / "f", "a O\n"), Layout(encoding=name))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_blocks_of_a_file_join_seamlessly(tmp_path, size):
    def lines(content):
        return list(Lines(write(tmp_path / "f", content), block_bytes=size))

    assert lines("\ufeffZürich B\r\n\r\n東京 B\r\n".encode()) == [
        "Zürich B\r",
        "\r",
        "東京 B\r",
        "",
    ]
    with pytest.raises(InputError, match=r"f:3: byte 0xff at offset 10 is not UTF-8"):
        lines(b"aa O\nbb O\n\xff O\n")
    with pytest.raises(InputError, match=r"f:2: byte 0xe6 at offset 6 is not UTF-8"):
        lines(b"aa O\nb\xe6\x9d")


def test_broken_tags_are_told_and_refused_where_that_is_asked_for(tmp_path):
    path = write(tmp_path / "f", "a B-X\nb O\nc I-X\n\nd I-X\ne B-Y\nf B-Y\n")
    corpus = read_corpus(path)
    assert corpus.scheme == "iob2"
    assert corpus.broken_lines == [3, 5]
    with pytest.raises(InputError, match="f:3: 2 tags break the scheme iob2, lines 3, 5; mend"):
        read_corpus(path, strict=True)
    assert len(read_corpus(write(tmp_path / "g", CORPUS), strict=True)) == 3


def test_a_large_corpus_is_the_same_in_scratch_files(tmp_path):
    rng = np.random.default_rng(0)
    tags = ["O", "B-X", "I-X", "B-Y", "I-Y"]
    lines = [
        f"w{rng.integers(50)} {rng.choice(tags)}\n" if rng.random() < 0.9 else "\n"
        for _ in range(500)
    ]
    path = write(tmp_path / "f", "".join(lines))
    small = read_corpus(path)
    with scratch.limits(most_bytes=100, chunk=7):
        large = read_corpus(path)
        assert isinstance(large.tokens.words.codes.base, np.memmap)
        assert list(large) == list(small)
        mentions = large.mentions(sentences_at_once=3)
        counts = large.tokens.words.counts()
    assert mentions == small.mentions()
    assert mentions == {
        (span.type, *sentence.tokens[span.start : span.end])
        for sentence in small
        for span in spans_of(sentence.tags)
    }
    assert large.tag_pairs == small.tag_pairs
    assert large.entity_counts() == small.entity_counts()
    np.testing.assert_array_equal(counts, small.tokens.words.counts())


def test_a_subset_knows_nothing_of_the_other_sentences(corpus_file):
    corpus = read_corpus(corpus_file)
    part = corpus.subset(np.array([False, False, True]))
    assert list(part) == [corpus[2]]
    assert part.tokens.words.categories == ["Oslo", "is", "cold"]
    assert part.tags.categories == ["O", "B-LOC"]
    assert part.tokens.words.codes.dtype == np.int32


def test_pairs_of_tags_are_those_of_the_sentences(tmp_path):
    path = write(tmp_path / "f", "a B-X\nb I-X\n\nc I-X\n\nd O\ne B-X\n")
    corpus = read_corpus(path)
    pairs = [pair for s in corpus for pair in itertools.pairwise(["O", *s.tags, "O"])]
    assert corpus.tag_pairs == {pair: pairs.count(pair) for pair in pairs}
    assert corpus.broken_lines == [
        s.lines[i] for s in corpus for i in broken_at(s.tags, corpus.scheme)
    ]
