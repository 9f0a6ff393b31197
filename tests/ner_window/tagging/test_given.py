"""Slips in calls of the Tagger: what is wrong, where, and the right call."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from ner_window import InputError, Tagger
from tests.building import small_model
from tests.small_files import write_config

HALF = "Oslo \ud83d"


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    return Tagger(small_model(write_config(tmp_path_factory.mktemp("slips")))[0])


@pytest.mark.parametrize(
    ("method", "given", "words"),
    [
        ("tag", ["a"], "the text is a list, not a string: write tagger.tag("),
        ("tag", None, "the text is None, not a string: write tagger.tag("),
        ("tag", b"", "the text is bytes, not a string: write tagger.tag( ... ; decode it first"),
        ("tag", Path("a"), "the text is a PosixPath, not a string"),
        ("tag", HALF, "the text holds half a character (\\ud83d, at 5)"),
        (
            "tag_many",
            "Oslo",
            "several texts and got a string ... tag_many( ... tag(",
        ),
        ("tag_many", b"Oslo", "takes several texts and got bytes"),
        ("tag_many", None, "takes several texts and got None"),
        ("tag_many", 3, "takes several texts and got an int"),
        ("tag_many", ["Oslo", 1], "text 2 is an int, not a string: write tagger.tag_many("),
        ("tag_many", iter([["Oslo"]]), "text 1 is a list, not a string"),
        ("tag_many", ["Oslo", "", HALF], "text 3 holds half a character"),
        (
            "tag_tokens",
            "a string",
            "the document is a string, not a list of sentences ... tagger.tag_tokens(",
        ),
        ("tag_tokens", None, "the document is None, not a list of sentences"),
        (
            "tag_tokens",
            ["Oslo", "is"],
            "sentence 1 of the document is a string, not a list of word",
        ),
        ("tag_tokens", [["Oslo"], None], "sentence 2 of the document is None, not a list of words"),
        ("tag_tokens", [["Oslo"], ["is", None]], "word 2 of sentence 2 of the document is None"),
        ("tag_tokens", [["Oslo"], [["is"]]], "word 1 of sentence 2 of the document is a list"),
        ("tag_tokens", [[b"Oslo"]], "word 1 of sentence 1 of the document is bytes"),
        ("tag_tokens", [[HALF]], "sentence 1 of the document holds half a character"),
        ("tag_documents", "Oslo", "takes several documents and got a string: write tagger.tag_doc"),
        ("tag_documents", None, "takes several documents and got None"),
        (
            "tag_documents",
            ["Oslo"],
            "document 1 is a string ... write tagger.tag_documents(",
        ),
        ("tag_documents", [[], ["Oslo"]], "sentence 1 of document 2 is a string, not a list"),
        ("tag_documents", [[["Oslo"]], [[7]]], "word 1 of sentence 1 of document 2 is an int"),
    ],
)
def test_a_slip_is_told_with_the_right_call(tagger, method, given, words):
    with pytest.raises(InputError) as raised:
        list(getattr(tagger, method)(given))
    assert all(part in str(raised.value) for part in words.split(" ... "))


@pytest.mark.parametrize("method", ["tag_many", "tag_documents"])
def test_what_is_no_collection_is_refused_at_once(tagger, method):
    with pytest.raises(InputError):
        getattr(tagger, method)("Oslo")


def test_what_came_before_a_slip_is_tagged(tagger):
    found = tagger.tag_many(["Oslo", "Anna", None])
    assert list(islice(found, 2)) == [tagger.tag("Oslo"), tagger.tag("Anna")]
    with pytest.raises(InputError, match="text 3 is None"):
        next(found)
    tags = tagger.tag_documents([[["Oslo"]], [["Anna"]], ["Anna"]])
    assert list(islice(tags, 2)) == [tagger.tag_tokens([["Oslo"]]), tagger.tag_tokens([["Anna"]])]
    with pytest.raises(InputError, match="sentence 1 of document 3"):
        next(tags)


def test_anything_that_gives_words_will_do(tagger):
    expected = tagger.tag_tokens([["Oslo", "is"], ["cold"]])
    assert tagger.tag_tokens(tuple(words) for words in (["Oslo", "is"], ["cold"])) == expected
    assert tagger.tag_tokens(({"Oslo": 1, "is": 2}.keys(), ["cold"])) == expected
    assert list(tagger.tag_many(())) == list(tagger.tag_documents(())) == []
