"""The Tagger: offsets, confidences, laziness, threads; tokenization on whatever Unicode holds."""

import dataclasses
import re
import subprocess
import sys
import threading
from itertools import count, islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window import Entity, Tagger
from ner_window.corpora.tokens import Tokens
from ner_window.errors import InputError
from ner_window.model_folder.folder import load_model
from ner_window.tagging.pieces import cut
from ner_window.tokenization.normalization import NormalizedText
from ner_window.tokenization.offsets import LONGEST_SENTENCE
from tests.building import small_model
from tests.small_files import write_config

TEXT = "Anna Kovac visited Oslo.\n\u00a0Nordbank\thired Anna\u2019s \U0001f600 Oslo"
ODD = " .'\u2019\r\n\t\0\x0c\u2028\u00a0"
ANYTHING = st.text(st.characters() | st.sampled_from(ODD + "\ud800"))
WHOLE = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(ODD))


def test_entities_have_offsets_and_confidences(trained):
    tagger = Tagger.load(trained())
    entities = tagger.tag(TEXT)
    assert [(entity.text, entity.label) for entity in entities] == [
        ("Anna Kovac", "PER"),
        ("Oslo", "LOC"),
        ("Nordbank", "ORG"),
        *[(entity.text, entity.label) for entity in entities[3:]],
    ]
    for entity in entities:
        assert TEXT[entity.start : entity.end] == entity.text
        assert 0 < entity.confidence <= 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        entities[0].label = "LOC"
    assert not hasattr(entities[0], "__dict__")
    assert tagger.tag("") == tagger.tag(" \n ") == []


def test_the_margin_head_gives_no_confidence(trained):
    tagger = Tagger.load(trained("model.head=margin", "model.target=PER"))
    assert all(entity.confidence is None for entity in tagger.tag(TEXT))


@pytest.mark.parametrize("context", ["window", "document"])
def test_many_texts_are_tagged_as_if_one_by_one(trained, context):
    tagger = Tagger.load(trained(f"model.context={context}", "model.head=sentence"))
    texts = [TEXT, "", "Oslo is cold.", "Anna", TEXT * 3, " ", "Kovac"]
    together = list(tagger.tag_many(iter(texts), tokens_at_once=8))
    assert [len(found) for found in together] == [len(tagger.tag(text)) for text in texts]
    for found, text in zip(together, texts, strict=True):
        for one, other in zip(found, tagger.tag(text), strict=True):
            assert dataclasses.replace(one, confidence=0) == dataclasses.replace(
                other, confidence=0
            )
            assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_texts_are_taken_as_they_are_needed(trained):
    taken = []
    endless = (taken.append(number) or "Oslo is cold ." for number in count())
    found = list(islice(Tagger.load(trained()).tag_many(endless, tokens_at_once=8), 5))
    assert len(found) == 5
    assert len(taken) < 10


@pytest.mark.parametrize("context", ["window", "document"])
def test_tokens_are_tagged_as_the_model_does(trained, context, corpus_file):
    folder = trained(f"model.context={context}")
    tagger, model = Tagger.load(folder), load_model(folder)
    sentences = [["Anna", "Kovac", "visited", "Oslo", "."], [], ["Oslo", "is", "cold"]]
    expected = model.tag(dataclasses.replace(Tokens.of(sentences), documents=np.zeros(3, int)))
    assert tagger.tag_tokens(sentences) == expected
    assert tagger.tag_tokens([]) == []
    documents = [sentences, [], [["Oslo"]], sentences]
    assert list(tagger.tag_documents(documents)) == [
        tagger.tag_tokens(document) for document in documents
    ]


class Words:
    """Cuts at white space: what somebody may hand over."""

    def cut(self, text):
        return [[match.span() for match in re.finditer(r"\S+", text)], []]


class Wrong:
    def cut(self, text):
        return [[(0, 2), (1, 3)]]


def test_a_tokenizer_of_ones_own_cuts_text(trained):
    folder, text = trained(), "Anna Kovac,Oslo"
    assert "Oslo" in {entity.text for entity in Tagger.load(folder).tag(text)}
    own = Tagger.load(folder, tokenizer=Words())
    assert own.tag("Anna Kovac left") == Tagger.load(folder).tag("Anna Kovac left") != []
    assert "Oslo" not in {entity.text for entity in own.tag(text)}


def test_a_tokenizer_that_gives_no_tokens_of_the_text_is_refused(trained):
    with pytest.raises(InputError, match="a token from 1 to 3 after one that ends at 2"):
        Tagger.load(trained(), tokenizer=Wrong()).tag("Oslo")


def test_threads_share_a_tagger(trained):
    tagger = Tagger.load(trained("model.context=document"))
    texts = [f"{TEXT} Word{number} Anna" for number in range(40)]
    expected = [[entity.text for entity in tagger.tag(text)] for text in texts]
    found = {}

    def work(name):
        found[name] = [[entity.text for entity in each] for each in tagger.tag_many(texts)]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [expected] * 6


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(InputError, match="is no model folder"):
        Tagger.load(tmp_path)


def test_the_name_is_imported_when_it_is_asked_for():
    script = (
        "import sys, ner_window\n"
        "assert 'numpy' not in sys.modules\n"
        "from ner_window import Tagger, Entity\n"
        "assert Entity('Oslo', 'LOC', 0, 4, None).text == 'Oslo'\n"
        "try:\n    ner_window.nothing\nexcept AttributeError as error:\n    print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert b"has no attribute 'nothing'" in result.stdout


@given(ANYTHING)
def test_every_character_that_is_seen_is_in_one_token(text):
    tokens = cut(text)
    offsets = tokens.offsets
    assert tokens.lengths.sum() == len(offsets) == tokens.token_count
    assert all(left[1] <= right[0] for left, right in pairwise(offsets))
    covered = "".join(text[start:end] for start, end in offsets)
    seen = "".join(text.split())
    assert NormalizedText.of(covered).text == NormalizedText.of(seen).text
    assert all(start < end for start, end in offsets)


def test_endless_sentences_are_cut():
    tokens = cut("word " * (2 * LONGEST_SENTENCE + 3))
    assert tokens.lengths.tolist() == [LONGEST_SENTENCE, LONGEST_SENTENCE, 3]
    assert len(tokens.offsets) == tokens.token_count


@pytest.fixture(scope="module")
def any_tagger(tmp_path_factory):
    config = write_config(tmp_path_factory.mktemp("tagger"))
    return Tagger(small_model(config, "model={head: sentence, context: document, hidden: 5}")[0])


@given(st.lists(WHOLE, max_size=5))
def test_spans_are_the_text_at_their_offsets(any_tagger, texts):
    for text, entities in zip(texts, any_tagger.tag_many(texts), strict=True):
        assert all(isinstance(entity, Entity) for entity in entities)
        assert all(text[entity.start : entity.end] == entity.text for entity in entities)
        assert all(left.end <= right.start for left, right in pairwise(entities))
