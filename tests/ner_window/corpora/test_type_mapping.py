"""The types of a file in the words of another one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.corpus import Corpus, read_corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import tags_of
from ner_window.corpora.tokens import Tokens
from ner_window.corpora.type_mapping import (
    LeftOut,
    check_complete,
    check_mapping,
    guessed_mapping,
    mapped,
)
from ner_window.errors import InputError
from tests.tagged_text import SCHEMES, column, in_sentences, spanned_sentences, tagged_texts

MAPPINGS = st.dictionaries(
    st.sampled_from(["X", "Y-Z"]), st.sampled_from(["X", "Y-Z", "NEW", None]), min_size=1
)


def corpus_of(sentences):
    """A corpus of these tags, as a file would have them."""
    sentences = [tags for tags in sentences if tags] or [["O"]]
    tokens = Tokens.of([["word"] * len(tags) for tags in sentences])
    tags, ends = column(sentences)
    return sentences, Corpus(Path("file"), tokens, tags, "none", ends, "")


def spans_of(corpus, sentences):
    return in_sentences(Spans.of(corpus.tags, corpus.tokens.ends), sentences)


@given(tagged_texts, MAPPINGS)
def test_spans_keep_their_extent_and_have_the_type_they_are_mapped_to(sentences, types):
    sentences, corpus = corpus_of(sentences)
    expected = [
        [(start, end, types.get(name, name)) for start, end, name in spans]
        for spans in spans_of(corpus, sentences)
    ]
    kept = [[span for span in spans if span[2] is not None] for spans in expected]
    assert spans_of(mapped(corpus, types), sentences) == kept
    left_out = sum(map(len, expected)) - sum(map(len, kept))
    assert sum(mapped(corpus, types).left_out.values()) == left_out


@given(tagged_texts)
def test_types_that_keep_their_names_change_no_tag(sentences):
    _, corpus = corpus_of(sentences)
    same = mapped(corpus, {name: name for name in corpus.entity_counts()})
    assert same.tags.strings == corpus.tags.strings
    assert mapped(corpus, {}) is corpus


@given(spanned_sentences(), st.sampled_from(SCHEMES[1:]))
def test_merged_types_break_no_scheme(sentence, scheme):
    spans, length = sentence
    _, corpus = corpus_of([tags_of(spans, length, scheme)])
    merged = mapped(corpus, {"X": "Z", "Y": "Z"})
    assert merged.entity_counts().total() == len(spans)
    assert len(set(merged.tags.categories)) == len(merged.tags.categories)
    assert len(merged.broken_lines) <= len(corpus.broken_lines)


def test_entities_that_touch_stay_two_when_their_types_become_one(tmp_path):
    path = tmp_path / "io.conll"
    path.write_text("Paris I-city\nHilton I-person\nsings O\n", "utf-8")
    merged = mapped(read_corpus(path), {"city": "NAME", "person": "NAME"})
    assert merged.tags.strings == ["I-NAME", "B-NAME", "O"]
    assert merged.shared_types == {"NAME"}


def test_what_is_left_out_is_counted_by_the_types_of_the_file(tmp_path):
    path = tmp_path / "file.conll"
    path.write_text("a B-x\nb I-x\nc B-y\nd B-x\n", "utf-8")
    found = mapped(read_corpus(path), {"x": None})
    assert (found.left_out, found.shared_types) == ({"x": 2}, {"y"})
    assert found.tags.strings == ["O", "O", "B-y", "O"]


def test_what_is_left_out_is_said_of_both_sides():
    both = LeftOut({"creative-work": 1140, "product": 12}, {"MISC": 37})
    assert str(both) == (
        "left out: 1,140 creative-work, 12 product; predictions of a type that this set has not: "
        "37 MISC"
    )
    assert str(LeftOut({}, {})) == "left out: nothing"


@pytest.mark.parametrize(
    ("types", "message"),
    [
        (
            {"persn": "PER"},
            r"place: the file has no type 'persn', but location, person; .*'person'",
        ),
        ({"person": "PERS"}, r"place: train has no type 'PERS', but LOC, PER; did you mean 'PER'"),
        ({"person": "per"}, "did you mean 'PER'"),
        ({"person": "O"}, "null leaves person out"),
    ],
)
def test_a_mapping_of_types_that_are_not_there_is_refused(types, message):
    with pytest.raises(InputError, match=message):
        check_mapping(types, {"person": 2, "location": 1}, ["LOC", "PER"], "place", "train")


def test_a_mapping_that_misses_an_unknown_type_is_refused_with_the_one_to_write():
    counts, known = {"person": 2, "thing": 1, "LOC": 1}, ["LOC", "PER"]
    with pytest.raises(InputError) as error:
        check_complete({"thing": None}, counts, known, "place", str)
    assert "place: nothing is said of person (2); a type that is none of LOC" in str(error.value)
    assert str(error.value).endswith(str({"thing": None, "person": "PER"}))
    check_complete({"thing": None, "person": "PER"}, counts, known, "place", str)


def test_a_mapping_is_guessed_by_names_alone():
    assert guessed_mapping(["person", "geo-loc", "Loc", "group"], ["LOC", "ORG", "PER"]) == {
        "Loc": "LOC",
        "geo-loc": "?",
        "group": "?",
        "person": "PER",
    }
