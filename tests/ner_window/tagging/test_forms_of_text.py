"""Texts that read the same have the same entities, each at its place in the text as given."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window import Tagger
from ner_window.tokenization.normalization import NormalizedText
from tests.building import trained_model
from tests.small_files import write_config

CORPUS = """\
-DOCSTART- O

Zoë B-PER
Müller I-PER
visited O
Škoda B-ORG
's O
Ålesund B-LOC
, O
don't O
know O
O'Brien B-PER
. O

" O
Hà B-LOC
Nội I-LOC
" O
is O
cold O

दिल्ली B-LOC
and O
Zoë B-PER
"""
WORDS = CORPUS.replace("-DOCSTART-", "").split()[::2]
UNSEEN = ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u202b", "\u2069"]
QUOTES = {"'": "'\u2018\u2019\u201a\u201b", '"': '"\u201c\u201d\u201e\u201f'}


@pytest.fixture(scope="module", params=["window", "document"])
def tagger(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("forms")
    config = write_config(folder)
    (folder / "corpus.conll").write_text(CORPUS, "utf-8")
    names = folder / "names.txt"
    names.write_text("Zoe\u0308 Müller\nO\u2019Brien\nHà Nô\u0323i\n", "utf-8")
    model = trained_model(
        config,
        f"data.train={folder / 'corpus.conll'}",
        f"data.dev={folder / 'corpus.conll'}",
        "training.epochs=40",
        f"model.context={request.param}",
        "features.suffixes={lengths: [2], dimension: 3}",
        "features.shape=3",
        f"features.gazetteers={{files: {{PER: {names}}}, dimension: 2}}",
    )
    return Tagger(model)


@st.composite
def written(draw, text):
    """Draw another way to write a text: marks apart, other quotes, unseen characters."""
    if draw(st.booleans()):
        text = unicodedata.normalize("NFD", text)
    signs = [draw(st.sampled_from(QUOTES.get(sign, sign))) for sign in text]
    for _ in range(draw(st.integers(0, 4))):
        signs.insert(draw(st.integers(0, len(signs))), draw(st.sampled_from(UNSEEN)))
    return "".join(signs)


@given(data=st.data())
def test_texts_that_read_the_same_have_the_same_entities(tagger, data):
    plain = " ".join(data.draw(st.lists(st.sampled_from(WORDS), max_size=8)))
    text = data.draw(written(plain))
    expected, entities = tagger.tag(plain), tagger.tag(text)
    assert [entity.label for entity in entities] == [entity.label for entity in expected]
    places = [(entity.start, entity.end) for entity in entities]
    normalized = NormalizedText.of(text)
    assert normalized.text == plain
    assert places == [normalized.original(each.start, each.end) for each in expected]
    for entity, other in zip(entities, expected, strict=True):
        assert entity.text == text[entity.start : entity.end]
        assert NormalizedText.of(entity.text).text == other.text
        assert entity.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_tokens_that_read_the_same_have_the_same_tags(tagger):
    plain = ["Zoë", "Müller", "visited", "Ålesund", ",", "O'Brien"]
    other = ["Zoe\u0308", "Mü\u00adller", "visited\u200b", "A\u030alesund", ",", "O\u2019Brien"]
    assert tagger.tag_tokens([plain]) == tagger.tag_tokens([other])
    assert set(tagger.tag_tokens([plain])[0]) > {"O"}
