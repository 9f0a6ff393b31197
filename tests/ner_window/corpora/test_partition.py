"""The kinds of parts: all is in one, units are whole, and each kind does what it says."""

import itertools
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_window.corpora.corpus import read_corpus
from ner_window.corpora.partition import DROPPED, KINDS, Units, partition
from ner_window.corpora.spans import Spans
from ner_window.errors import InputError

FAR_KINDS = ["order", "unseen-names", "far"]
SHARES = [0.6, 0.2, 0.2]


def corpus_of(text):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.conll"
        path.write_text(text, "utf-8")
        return read_corpus(path)


def newspaper(documents, seed, shared=0.3):
    """Documents with a place and a person a sentence, most of them their own, some everybody's."""
    rng = random.Random(seed)
    lines = []
    for number in range(documents):
        lines.append("-DOCSTART- O\n")
        for _ in range(rng.randint(2, 5)):
            place = "Rome" if rng.random() < shared else f"place{rng.randint(0, documents)}"
            person = f"Bo O{number}" if rng.random() < 0.7 else "Ann Lee"
            first, last = person.split()
            lines.append(f"{first} B-PER\n{last} I-PER\nsings{number} O\nin O\n{place} B-LOC\n")
    return corpus_of("\n".join(lines))


def by_document(corpus):
    return Units("documents", np.unique(corpus.tokens.document_of, return_inverse=True)[1])


def names_of(corpus):
    """Return the names of a corpus as the law has them: type and case do not matter."""
    return {" ".join(mention[1:]).casefold() for mention in corpus.mentions()}


def entities(corpus, is_member):
    spans = Spans.of(corpus.tags, corpus.tokens.ends)
    return np.bincount(spans.types[is_member[spans.sentences]], minlength=len(spans.names))


@settings(max_examples=25)
@given(st.integers(20, 40), st.integers(0, 99), st.sampled_from(list(KINDS)))
def test_documents_are_whole_and_the_seed_alone_decides(documents, seed, kind):
    corpus = newspaper(documents, seed)
    units = by_document(corpus)
    parted, again = (partition(corpus, units, SHARES, seed, kind) for _ in range(2))
    assert parted.of_sentence.tolist() == again.of_sentence.tolist()
    assert set(parted.of_sentence.tolist()) - {DROPPED} == {0, 1, 2}
    for unit in range(units.count):
        own = set(parted.of_sentence[units.of_sentence == unit].tolist())
        assert len(own) == 1 or own == {0, DROPPED}
    assert kind == "unseen-names" or not parted.is_dropped.any()


@pytest.mark.parametrize("shares", [[0.8, 0.1, 0.1], [0.9, 0.1]])
def test_another_seed_holds_out_other_documents(shares):
    rng = random.Random(1)
    rows = [
        "-DOCSTART- O\n\n"
        + "".join(f"Bo{n}-{m} B-{rng.choice(['PER', 'LOC', 'ORG'])}\nsings O\n\n" for m in range(n))
        for n in range(5, 65)  # no two documents are alike
    ]
    corpus = corpus_of("".join(rows))
    units = by_document(corpus)
    held_out = [
        set(np.flatnonzero(partition(corpus, units, shares, seed).of_sentence == 1).tolist())
        for seed in range(1, 11)
    ]
    pairs = list(itertools.combinations(held_out, 2))
    in_common = [len(one & other) / min(len(one), len(other)) for one, other in pairs]
    assert max(in_common) < 1
    assert np.mean(in_common) < 0.3
    assert len(set.union(*held_out)) > 0.4 * len(corpus)


@settings(max_examples=25)
@given(st.integers(20, 40), st.integers(0, 99), st.floats(0, 0.8))
def test_no_name_that_is_held_out_is_a_mention_of_the_rest(documents, seed, shared):
    corpus = newspaper(documents, seed, shared)
    parted = partition(corpus, by_document(corpus), SHARES, seed, "unseen-names")
    held_out = names_of(corpus.subset(parted.of_sentence > 0))
    assert held_out
    assert not held_out & names_of(corpus.subset(parted.of_sentence == 0))
    for sentence in np.flatnonzero(parted.is_dropped):  # none is dropped for nothing
        alone = np.arange(len(corpus)) == sentence
        assert held_out & names_of(corpus.subset(alone))


@pytest.mark.parametrize("seed", range(3))
def test_every_type_keeps_its_share_and_little_is_dropped(seed):
    common = "Rome B-LOC\nAnn B-PER\n\n"  # to hold out one of these documents costs the others
    own = [f"place{n} B-LOC\nBo{n} B-PER\nBo{n + 1} B-PER\n\n" for n in range(60)]
    texts = ["-DOCSTART- O\n\n" + (common if n % 2 else own[n]) for n in range(60)]
    corpus = corpus_of("".join(texts))
    parted = partition(corpus, by_document(corpus), [0.8, 0.2], seed, "unseen-names")
    held_out, whole = (entities(corpus, parted.of_sentence >= least) for least in (1, DROPPED))
    assert held_out / whole == pytest.approx(0.2, abs=0.05)
    assert parted.is_dropped.sum() < 15


def test_a_name_is_its_tokens_whatever_their_case_and_type():
    own = "".join(f"-DOCSTART- O\n\nown{n} B-LOC\n\n" for n in range(8))
    corpus = corpus_of(own + "-DOCSTART- O\n\nCHINA B-ORG\n\n-DOCSTART- O\n\nChina B-LOC\n\n")
    for seed in range(20):
        parted = partition(corpus, by_document(corpus), [0.5, 0.5], seed, "unseen-names")
        assert parted.of_sentence[-2:].tolist() in ([0, 0], [1, 1], [1, DROPPED], [DROPPED, 1])


def test_the_end_of_the_file_is_held_out_in_order():
    corpus = newspaper(30, 1)
    for seed in (1, 2):
        parted = partition(corpus, by_document(corpus), SHARES, seed, "order").of_sentence
        assert parted.tolist() == sorted(parted.tolist())
        assert np.bincount(parted) / len(corpus) == pytest.approx(SHARES, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_the_far_part_is_a_region_and_no_scattered_outliers(seed):
    rng = random.Random(seed)
    news = [[f"news{rng.randint(0, 15)}" for _ in range(12)] for _ in range(32)]
    sport = [[f"goal{rng.randint(0, 15)}" for _ in range(12)] for _ in range(8)]
    odd = [[f"odd{n}-{m}" for m in range(12)] for n in range(4)]  # like nothing else
    texts = [*news, *sport, *odd]
    order = rng.sample(range(len(texts)), len(texts))
    rows = ["-DOCSTART- O\n\nRome B-LOC\n" + "".join(f"{w} O\n" for w in texts[n]) for n in order]
    corpus = corpus_of("\n".join(rows))
    parted = partition(corpus, by_document(corpus), [36 / 44, 8 / 44], seed, "far")
    assert {order[n] for n in np.flatnonzero(parted.of_sentence)} == set(range(32, 40))


def test_parts_of_a_far_kind_without_an_entity_are_refused():
    only_first = corpus_of(
        "-DOCSTART- O\n\nRome B-LOC\n\n" + "-DOCSTART- O\n\nit O\nrains O\n\n" * 9
    )
    with pytest.raises(InputError, match=r"no entity is in the part .* hold out more"):
        partition(only_first, by_document(only_first), [0.8, 0.2], 1, "order")
    nowhere = corpus_of("-DOCSTART- O\n\nit O\nrains O\n\n" * 9)
    for kind in FAR_KINDS:
        with pytest.raises(InputError, match="no entity at all"):
            partition(nowhere, by_document(nowhere), [0.8, 0.2], 1, kind)
    everywhere = corpus_of("-DOCSTART- O\n\nRome B-LOC\n\n" * 9)
    with pytest.raises(InputError, match=r"no entity is left .* sentences .* are dropped; hold"):
        partition(everywhere, by_document(everywhere), [0.8, 0.2], 1, "unseen-names")


@pytest.mark.parametrize("kind", FAR_KINDS)
def test_too_few_documents_are_refused(kind):
    corpus = newspaper(2, 1)
    with pytest.raises(InputError, match="2 distinct documents cannot be divided into 3 parts"):
        partition(corpus, by_document(corpus), SHARES, 1, kind)
