"""The container of tokens: however it is made, sentences, strings and codes agree."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.categorical import Strings, StringsBuilder
from ner_window.corpora.tokens import Tokens, TokensBuilder

WORDS = st.text("abc", min_size=1, max_size=2)
SENTENCES = st.lists(st.lists(WORDS, max_size=5), max_size=6)


def built(sentences):
    builder = TokensBuilder(["upper"])
    for words in sentences:
        builder.add(words, {"upper": [word.upper() for word in words]})
    return builder.finished(None)


@given(SENTENCES)
def test_sentences_come_back(sentences):
    for tokens in (Tokens.of(sentences), Tokens.of_documents([sentences]), built(sentences)):
        assert list(tokens) == [tokens[n] for n in range(len(tokens))] == sentences
        assert tokens.strings == [word for words in sentences for word in words]
        assert tokens.token_count == len(tokens.strings)
        assert tokens.sentence_of.tolist() == [
            n for n, words in enumerate(sentences) for _ in words
        ]


@given(st.lists(WORDS, max_size=20), st.slices(20))
def test_lists_and_codes_are_two_forms_of_the_same_strings(words, part):
    builder = StringsBuilder()
    builder.extend(words)
    listed, coded = Strings.of(words), builder.finished()
    assert listed.categories == coded.categories
    np.testing.assert_array_equal(listed.codes, coded.codes)
    assert listed.strings == coded.strings == words
    assert listed.part(part) == coded.part(part) == words[part]
    assert len(listed) == len(coded) == listed.counts().sum()


@given(st.lists(st.tuples(SENTENCES, st.integers(0, 2)), max_size=4))
def test_parts_are_joined_by_document(parts):
    parts = sorted(parts, key=lambda part: part[1])
    tokens = Tokens.joined([built(part) for part, _ in parts], [number for _, number in parts])
    assert list(tokens) == [words for part, _ in parts for words in part]
    assert tokens.document_of.tolist() == [number for part, number in parts for _ in part]
    if parts:
        assert tokens.columns["upper"].strings == [word.upper() for word in tokens.strings]


def test_offsets_are_those_of_the_text():
    text = "Oslo is  cold. Go"
    tokens = Tokens.cut_from(text, [(0, 4), (5, 7), (9, 13), (13, 14), (15, 17)], [4, 1])
    assert list(tokens) == [["Oslo", "is", "cold", "."], ["Go"]]
    start, end = tokens.extent(1, 2)
    assert text[start:end] == "is  cold"


def test_nothing_marks_documents():
    assert Tokens.of([["a"], ["b"]]).documents is None
    assert Tokens.of([["a"], ["b"]]).document_of.tolist() == [0, 0]
    assert Tokens.of_documents([[["a"], ["b"]], [], [["c"]]]).document_of.tolist() == [0, 0, 2]


@given(st.lists(WORDS, max_size=20), st.sampled_from([str.upper, lambda word: word[:1]]))
def test_a_function_is_asked_once_for_each_word(words, function):
    asked = []
    mapped = Strings.of(words).mapped(lambda word: asked.append(word) or function(word))
    assert mapped.strings == list(map(function, words))
    assert len(mapped.categories) == len(set(mapped.categories))
    assert sorted(asked) == sorted(set(words))


@given(st.lists(st.lists(st.sampled_from(["a", "é", "e\u0301", "a\u200b", "\u2019s"])), max_size=6))
def test_words_in_their_normalized_form(sentences):
    plain = {"e\u0301": "é", "a\u200b": "a", "\u2019s": "'s"}
    tokens = Tokens.of(sentences)
    assert list(tokens.normalized) == [[plain.get(word, word) for word in s] for s in sentences]
    assert list(tokens) == sentences
    assert tokens.normalized.normalized is tokens.normalized
