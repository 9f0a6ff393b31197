"""The formats of corpora: what one writes, it reads again, wherever it is defined."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ner_window.cli import main
from ner_window.corpora.conll import Layout
from ner_window.corpora.conversion import converted, targets
from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.formats import FORMATS, CorpusFormat, format_of, register
from ner_window.corpora.tags import convert, spans_of
from ner_window.errors import InputError

TAGS = ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
TOKENS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4)
SENTENCES = st.lists(
    st.lists(st.tuples(TOKENS, st.sampled_from(TAGS)), min_size=1, max_size=5), min_size=1
)


class Slashes(CorpusFormat):
    """A sentence a line: Oslo/B-LOC is/O cold/O."""

    name, title, endings = "slashes", "tokens with slashes", (".pos",)

    def read(self, path, lines, layout, builder):
        for number, line in enumerate(lines, start=1):
            pairs = [token.rpartition("/") for token in line.split()]
            if not all(slash for _, slash, _ in pairs):
                raise InputError(f"{path}:{number}: a token has no tag")
            if pairs:
                words, _, tags = zip(*pairs, strict=True)
                builder.add(words, tags, [number] * len(words))

    def written(self, sentences, documents, scheme):
        for sentence in sentences:
            tags = convert(sentence.tags, scheme)
            yield " ".join(map("/".join, zip(sentence.tokens, tags, strict=True)))
        yield ""


@pytest.fixture(autouse=True)
def own_format():
    register(Slashes)
    yield
    del FORMATS["slashes"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("f.conll", "conll"), ("f", "conll"), ("f.JSONL", "jsonl"), ("f.pos", "slashes")],
)
def test_names_of_files_tell_formats(name, expected, tmp_path):
    assert format_of(tmp_path / name).name == expected


@settings(suppress_health_check=list(HealthCheck))
@given(SENTENCES)
def test_what_is_written_is_read_again(tmp_path, sentences):
    path = tmp_path / "f.conll"
    path.write_text("\n\n".join("\n".join(map(" ".join, s)) for s in sentences) + "\n", "utf-8")
    expected = [([token for token, _ in s], spans_of([tag for _, tag in s])) for s in sentences]
    for target in set(targets()) - {"io"}:  # which joins entities that touch
        written = tmp_path / f"g{next(iter(FORMATS.get(target, FORMATS['conll']).endings), '')}"
        written.write_text("\n".join(converted(path, Layout(), target)), "utf-8")
        assert [(s.tokens, spans_of(s.tags)) for s in read_corpus(written)] == expected


def test_the_command_line_reads_formats_from_elsewhere(tmp_path, monkeypatch, capsys):
    path = tmp_path / "f.pos"
    path.write_text("Anna/B-PER left/O\nOslo/B-LOC\n", "utf-8")
    monkeypatch.setattr(sys, "argv", ["", "data", "convert", str(path), "-", "--to", "iobes"])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert capsys.readouterr().out == "Anna\tS-PER\nleft\tO\n\nOslo\tS-LOC\n"


def test_errors_of_a_format_name_their_place(tmp_path):
    path = tmp_path / "f.pos"
    path.write_text("Anna/B-PER\nleft\n", "utf-8")
    with pytest.raises(InputError, match=r"f.pos:2: a token has no tag"):
        read_corpus(path)


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="a format is called 'conll' already"):
        register(type("Other", (Slashes,), {"name": "conll"}))
