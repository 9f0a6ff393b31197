"""Reading CoNLL columns, and the messages where they are none."""

import pytest

from ner_window.corpus import convert_text, read_corpus, tag_lines
from ner_window.errors import InputError


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_sentences_documents_and_lines(corpus_file):
    corpus = read_corpus(corpus_file)
    assert [len(s.tokens) for s in corpus.sentences] == [5, 6, 3]
    assert [s.document for s in corpus.sentences] == [1, 1, 2]
    assert [s.line for s in corpus.sentences] == [3, 9, 18]
    assert corpus.document_count == 2
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
    assert [s.tokens for s in corpus.sentences] == [["a", "b"], ["c"]]
    assert corpus.sentences[0].tags == ["O", "B-X"]


def test_other_white_space_is_part_of_a_token(tmp_path):
    corpus = read_corpus(write(tmp_path / "f", "a\u00a0b\tO\n\u2028\tO\n"))
    assert corpus.sentences[0].tokens == ["a\u00a0b", "\u2028"]


def test_columns_are_chosen(tmp_path):
    path = write(tmp_path / "f", "1 a B-X -\n2 b I-X -\n")
    corpus = read_corpus(path, token_column=1, tag_column=2)
    assert corpus.sentences[0].tokens == ["a", "b"]
    assert corpus.sentences[0].tags == ["B-X", "I-X"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no tokens"),
        ("-DOCSTART- O\n\n", "holds no tokens"),
        ("a O\nb x O\n", r"f:2: 3 columns where line 1 has 2"),
        ("a O\nb\n", r"f:2: 1 column where line 1 has 2"),
        ("a O\nb LOC\n", r"f:2: 'LOC' is no tag"),
        (b"a O\nb\xe9 O\n", r"f:2: byte 0xe9 at offset 5 is not UTF-8"),
    ],
)
def test_bad_files_are_told_with_their_place(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_corpus(write(tmp_path / "f", content))


def test_a_column_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="f:1: no column 5 for the tag among 2 columns"):
        read_corpus(write(tmp_path / "f", "a O\n"), tag_column=5)


def test_a_column_that_is_asked_for_twice(tmp_path):
    with pytest.raises(InputError, match="would both be column 1 of 2 columns"):
        read_corpus(write(tmp_path / "f", "a O\n"), token_column=1)


def test_an_empty_token_is_no_border(tmp_path):
    with pytest.raises(InputError, match="f:2: the token is empty"):
        read_corpus(write(tmp_path / "f", "a\tO\n\tO\n"))
    with pytest.raises(InputError, match="line 2: the token is empty"):
        tag_lines("a\n\tb\n", lambda sentences: sentences)


def test_documents_where_the_token_is_not_first(tmp_path):
    path = write(tmp_path / "f", "1 -DOCSTART- O\n\n1 a O\n")
    assert [s.tokens for s in read_corpus(path, token_column=1).sentences] == [["a"]]


def test_tagging_finds_the_token_in_its_column():
    tagging = lambda sentences: [["O"] * len(tokens) for tokens in sentences]  # noqa: E731
    assert tag_lines("1 a\nb\n", tagging, token_column=1) == "a\tO\nb\tO\n"


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match=str(tmp_path / "nowhere")):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(InputError, match="cannot read"):
        read_corpus(tmp_path)


def test_converting_changes_the_tags_and_nothing_else(tmp_path):
    path = write(tmp_path / "f", "-DOCSTART- -X- O\n\na N I-X\nb N I-X\n\n\nc N B-X\nd\tN\tI-X\n")
    with pytest.raises(InputError):
        convert_text(tmp_path / "nowhere", "iobes")
    assert convert_text(path, "iobes") == (
        "-DOCSTART- -X- O\n\na N B-X\nb N E-X\n\n\nc N B-X\nd\tN\tE-X\n"
    )


def test_tagging_keeps_every_line_in_its_place():
    def shout(sentences):
        return [[f"B-{token.upper()}" for token in tokens] for tokens in sentences]

    text = "-DOCSTART- -X- O\n\na x\nb y\n\n\nc z\n-DOCSTART-\nd\n"
    assert tag_lines(text, shout) == (
        "-DOCSTART-\tO\n\na\tB-A\nb\tB-B\n\n\nc\tB-C\n-DOCSTART-\tO\nd\tB-D\n"
    )
    assert tag_lines("", shout) == ""
