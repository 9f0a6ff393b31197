"""Perturbed text: other words, the same entities, as often as asked for."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ner_window.config.augment import FAMILIES, AugmentSettings
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import tags_of
from ner_window.corpora.tokens import Tokens
from ner_window.perturbation import PERTURBATIONS, ShareOf, perturbed
from tests.tagged_text import SCHEMES, spanned_sentences

CASES = [name for name, each in PERTURBATIONS.items() if each.share_of is ShareOf.SENTENCES]
LETTERS = [name for name, each in PERTURBATIONS.items() if each.share_of is ShareOf.WORDS]

names = st.sampled_from(list(PERTURBATIONS))
words = st.one_of(
    st.sampled_from([".", ",", "--", "``", "(", "\N{RIGHT SINGLE QUOTATION MARK}", "$", "U.S."]),
    st.text("abzAZéÉжЖ019-'.", min_size=1, max_size=9),
)


def corpus_of(sentences, tags, documents=None):
    """The corpus of some sentences of words with their tags."""
    tokens = Tokens.of(sentences)
    if documents is not None:
        tokens = Tokens(tokens.words, tokens.lengths, documents=np.array(documents))
    column = Strings.of(list(chain.from_iterable(tags)))
    lines = np.arange(tokens.token_count) + 1
    return Corpus(Path("none.conll"), tokens, column, "none", lines, sha256="")


@st.composite
def corpora(draw):
    """A corpus in any scheme, with entities in it and marks in and out of them."""
    scheme = draw(st.sampled_from(SCHEMES))
    drawn = draw(
        st.lists(spanned_sentences().filter(lambda each: each[1] > 0), min_size=1, max_size=3)
    )
    sentences = [draw(st.lists(words, min_size=n, max_size=n)) for _, n in drawn]
    tags = [tags_of(spans, length, scheme) for spans, length in drawn]
    return corpus_of(sentences, tags, sorted(draw(st.integers(0, 2)) for _ in drawn))


def spans_of(corpus):
    return Spans.of(corpus.tags, corpus.tokens.ends)


def run(corpus, seed=1, **rates):
    return perturbed(corpus, rates, np.random.default_rng(seed))


@given(corpora(), st.lists(names, max_size=2), st.integers(0, 9))
def test_sentences_documents_and_entities_stay(corpus, kinds, seed):
    noisy = run(corpus, seed, **dict.fromkeys(kinds, 0.5))
    result = noisy.corpus
    before, after = spans_of(corpus), spans_of(result)
    kept_before = np.concatenate(([0], np.cumsum(noisy.is_kept)))
    assert len(result) == len(corpus)
    assert result.tokens.lengths.min() >= 1
    assert result.tokens.documents.tolist() == corpus.tokens.documents.tolist()
    assert result.lines.tolist() == corpus.lines[noisy.is_kept].tolist()
    assert after.starts.tolist() == kept_before[before.starts].tolist()
    assert after.lengths.tolist() == before.lengths.tolist()
    assert [after.names[n] for n in after.types] == [before.names[n] for n in before.types]


@given(corpora(), names, st.integers(0, 9))
def test_the_same_seed_gives_the_same_text(corpus, name, seed):
    one, other = (run(corpus, seed, **{name: 0.5}).corpus for _ in range(2))
    assert one.tokens.strings == other.tokens.strings
    assert one.tags.strings == other.tags.strings


@given(corpora(), st.sampled_from(CASES))
def test_a_case_that_is_there_already_changes_nothing(corpus, name):
    once = run(corpus, **{name: 1.0}).corpus
    twice = run(once, **{name: 1.0})
    assert not twice.is_changed.any()
    assert twice.corpus.tokens.strings == once.tokens.strings
    assert [s.casefold() for s in once.tokens.strings] == [
        s.casefold() for s in corpus.tokens.strings
    ]


@given(corpora(), st.sampled_from(LETTERS), st.integers(0, 9))
def test_a_slip_is_one_letter_and_leaves_the_first(corpus, name, seed):
    by_length = {"swapped": 0, "dropped": -1, "doubled": 1}[name]
    result = run(corpus, seed, **{name: 1.0})
    for before, after in zip(corpus.tokens.strings, result.corpus.tokens.strings, strict=True):
        if before != after:
            assert sum(map(str.isalpha, before)) >= 4
            assert (after[0], len(after)) == (before[0], len(before) + by_length)
            if name == "swapped":
                assert sorted(after) == sorted(before)


@given(corpora(), st.integers(0, 9))
def test_lost_marks_are_those_outside_of_entities(corpus, seed):
    noisy = run(corpus, seed, lost_punctuation=1.0)
    lost = np.flatnonzero(~noisy.is_kept)
    assert all(corpus.tags.strings[token] == "O" for token in lost)
    assert not any(any(map(str.isalnum, corpus.tokens.strings[token])) for token in lost)
    for before, after in zip(corpus, noisy.corpus, strict=True):
        marks = [
            not any(map(str.isalnum, word)) and word != "$" and tag == "O"
            for word, tag in zip(before.tokens, before.tags, strict=True)
        ]
        assert len(after.tokens) == max(marks.count(False), 1)


def test_entities_that_touch_once_a_comma_is_lost_are_still_two():
    corpus = corpus_of([["Oslo", ",", "Bergen", "."]], [["I-LOC", "O", "I-LOC", "O"]])
    result = run(corpus, lost_punctuation=1.0).corpus
    assert list(result.tokens) == [["Oslo", "Bergen"]]
    assert result.entity_counts() == {"LOC": 2}


def test_a_changed_mark_is_another_of_its_kind():
    corpus = corpus_of([["Yes", ",", "(", "$", "."]] * 50, [["O"] * 5] * 50)
    result = run(corpus, changed_punctuation=1.0).corpus
    assert {tuple(each.tokens[:1] + each.tokens[3:4]) for each in result} == {("Yes", "$")}
    assert {each.tokens[1] for each in result} == {";", ":"}
    assert {each.tokens[4] for each in result} == {"!", "?", "...", "…"}


@pytest.mark.parametrize("name", PERTURBATIONS)
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 1.0])
def test_a_rate_is_the_share_that_is_perturbed(name, rate):
    sentence, count = ["miXedly", "."], 4000
    corpus = corpus_of([sentence] * count, [["O", "O"]] * count)
    changed = run(corpus, **{name: rate}).is_changed
    assert abs(changed.sum() / count - rate) <= 4 * np.sqrt(rate * (1 - rate) / count)


def test_kinds_of_one_family_never_meet():
    corpus = corpus_of([["miXed"]] * 3000, [["O"]] * 3000)
    words = run(corpus, lower=0.3, upper=0.3, title=0.4).corpus.tokens.strings
    shares = {word: words.count(word) / 3000 for word in ("mixed", "MIXED", "Mixed", "miXed")}
    assert shares == pytest.approx(dict(zip(shares, (0.3, 0.3, 0.4, 0), strict=True)), abs=0.04)


@given(corpora(), names)
def test_the_corpus_stays_as_it_is(corpus, name):
    words, tags = list(corpus.tokens.strings), list(corpus.tags.strings)
    assume(len(words) > 1)
    run(corpus, **{name: 1.0})
    assert (corpus.tokens.strings, corpus.tags.strings) == (words, tags)


def test_each_perturbation_has_a_rate_in_training():
    assert set(AugmentSettings.model_fields) == set(PERTURBATIONS)
    families = [[n for n, p in PERTURBATIONS.items() if p.share_of is s] for s in ShareOf]
    assert sorted(families) == sorted([list(keys) for _, keys in FAMILIES])
