"""Sentences that two files have in common."""

import pytest

from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.shared_sentences import LEAST_TOKENS, shared_sentences

LONG = [f"{letter}" for letter in "abcdefghij"]
DATE = ["Oslo", "1997-01-02"]


@pytest.fixture
def corpus(tmp_path):
    def written(name, *sentences, tag="O"):
        path = tmp_path / name
        lines = ["".join(f"{word} {tag}\n" for word in words) for words in sentences]
        path.write_text("\n".join(lines), "utf-8")
        return read_corpus(path)

    return written


def test_a_short_sentence_is_no_leak(corpus):
    one = corpus("one", LONG, DATE, [*LONG, "k"])
    other = corpus("other", DATE, LONG)
    shared = shared_sentences(one, other)
    assert (shared.count, shared.total, shared.least) == (1, 2, LEAST_TOKENS)
    assert str(shared) == "1 of its 2 sentences of at least 8 tokens"
    assert not shared.are_most
    assert shared_sentences(corpus("one", LONG, LONG, LONG[1:]), other).are_most


def test_tags_make_no_difference(corpus):
    assert shared_sentences(corpus("one", LONG), corpus("other", LONG, tag="B-X")).count == 1


def test_where_all_sentences_are_short_each_of_them_counts(corpus):
    shared = shared_sentences(corpus("one", DATE, ["Rome"]), corpus("other", LONG, DATE))
    assert str(shared) == "1 of its 2 sentences"
