"""The tokenizer: whatever cuts pieces, nothing is lost, and sentences are those of the language."""

from __future__ import annotations

import json
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.errors import InputError
from ner_window.tokenization.characters import CharacterCut
from ner_window.tokenization.learned import LearnedCut
from ner_window.tokenization.normalization import NormalizedText
from ner_window.tokenization.rebuilding import rebuilt
from ner_window.tokenization.rules import RuleCut
from ner_window.tokenization.spacy_cut import SpacyCut
from ner_window.tokenization.tokenizer import Tokenizer

DUTCH = "De heer Jansen van Bakker bv. Amsterdam en ir. De Vries kwamen. Zij gingen weer."


def cut_by(piece_cut, text, language=None):
    sentences = Tokenizer(language, piece_cut).cut(text)
    return [[text[start:end] for start, end in sentence] for sentence in sentences]


def seen(text):
    return NormalizedText.of(text).text


@pytest.mark.parametrize("piece_cut", [RuleCut(), LearnedCut(), CharacterCut()])
@pytest.mark.parametrize("language", ["en", "nl", None])
@given(text=st.text())
def test_tokens_are_all_of_the_text_that_is_seen(piece_cut, language, text):
    sentences = Tokenizer(language, piece_cut).cut(text)
    offsets = list(chain.from_iterable(sentences))
    assert all(sentences)
    assert all(left[1] <= right[0] for left, right in pairwise(offsets))
    tokens = "".join(text[start:end] for start, end in offsets)
    assert seen(tokens) == seen("".join(text.split()))


@pytest.mark.parametrize("piece_cut", [RuleCut(), LearnedCut(), CharacterCut()])
def test_texts_that_read_the_same_are_cut_alike(piece_cut):
    text = "\ufeff“Zoe\u0308’s co\u00adop”, said\u200b she.\u200e"
    tokens = list(chain.from_iterable(cut_by(piece_cut, text, "en")))
    plain = list(chain.from_iterable(cut_by(piece_cut, seen(text), "en")))
    assert list(map(seen, tokens)) == plain
    assert Tokenizer("en", piece_cut).tokens_of(text) == tokens
    assert tokens[0] == "“" and tokens[-1] == "."


def test_one_learns_from_the_form_that_is_cut():
    sentences = [("he\u00adllo ‘Tis", [(0, 6), (7, 9), (9, 11)])] * 9
    tokenizer = Tokenizer(None, LearnedCut()).like(sentences)
    assert tokenizer.tokens_of("say 'Tis") == ["say", "'T", "is"]
    assert tokenizer.tokens_of("say ‘T\u00adis") == ["say", "‘T", "is"]


def test_without_a_language_a_text_is_a_sentence():
    assert len(cut_by(RuleCut(), DUTCH)) == 1


@pytest.mark.parametrize("language", ["en", None])
@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\n\n\n\n"])
def test_blank_lines_end_sentences(language, gap):
    assert cut_by(RuleCut(), f"Oslo wins{gap}Anna left", language) == [
        ["Oslo", "wins"],
        ["Anna", "left"],
    ]
    assert len(cut_by(RuleCut(), "Oslo\nwins", language)) == 1


def test_sentences_end_as_in_the_language():
    dutch, english = (len(cut_by(RuleCut(), DUTCH, language)) for language in ("nl", "en"))
    assert dutch == 2 < english


def test_no_sentence_ends_after_an_abbreviation_of_the_corpus():
    lines = 3 * [["Zij", "zag", "mevr.", "De", "Vries", "."], ["Zij", "ging", "."]]
    tokenizer = Tokenizer("nl", LearnedCut()).like(map(rebuilt, lines))
    text = "Hij zag mevr. De Vries. Zij ging (mevr. De Vries)."
    assert len(Tokenizer("nl", LearnedCut()).cut(text)) > 2
    first, _ = tokenizer.cut(text)
    assert [text[start:end] for start, end in first] == ["Hij", "zag", "mevr.", "De", "Vries", "."]
    assert len(tokenizer.cut("Zij zag mevr.\n\nDe Vries")) == 2


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("He left Oslo.\u0344Peru won.", "won."),
        ("Good!\u200d\ufe0f Peru", "Peru"),
        ("See \U0001d15e\u1160@Oslo now", "@Oslo now"),
        ("See \U000e0001\u09c7\u09beOslo in Peru", "Oslo in Peru"),
    ],
)
def test_a_character_with_its_marks_is_in_one_token_of_one_sentence(text, last):
    offsets = list(chain.from_iterable(Tokenizer("en", RuleCut()).cut(text)))
    assert all(left[1] <= right[0] for left, right in pairwise(offsets))
    covered = {place for start, end in offsets for place in range(start, end)}
    assert covered.issuperset(
        place for place in range(len(text) - len(last), len(text)) if not text[place].isspace()
    )


def test_a_character_is_a_letter_with_its_marks():
    assert cut_by(CharacterCut(), "e\u0308 東京") == [["e\u0308", "東", "京"]]


def test_a_tokenizer_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="import its module"):
        Tokenizer.restored({"language": "en", "cut": {"name": "other"}})
    with pytest.raises(TypeError):
        Tokenizer.restored({"language": 1, "cut": {"name": "rules"}})


@pytest.mark.parametrize("piece_cut", [RuleCut(), CharacterCut(), SpacyCut("nl")])
def test_what_cuts_is_plain_data(piece_cut):
    stored = json.loads(json.dumps(Tokenizer("en", piece_cut).stored()))
    restored = Tokenizer.restored(stored)
    assert (restored.language, restored.stored()) == ("en", stored)
    assert str(restored) == str(Tokenizer("en", piece_cut))


def test_spacy_cuts_by_its_language():
    pytest.importorskip("spacy", reason="spaCy is not installed")
    assert cut_by(SpacyCut("en"), "He can't, (of course).") == [
        ["He", "ca", "n't", ",", "(", "of", "course", ")", "."]
    ]
    with pytest.raises(InputError, match="language 'qq'"):
        cut_by(SpacyCut("qq"), "a")
