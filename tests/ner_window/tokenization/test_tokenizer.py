"""The tokenizer: whatever cuts pieces, nothing is lost, and sentences are those of the language."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.errors import InputError
from ner_window.tokenization.characters import CharacterCut
from ner_window.tokenization.learned import LearnedCut
from ner_window.tokenization.rules import RuleCut
from ner_window.tokenization.spacy_cut import SpacyCut
from ner_window.tokenization.tokenizer import Tokenizer

DUTCH = "De heer Jansen van Bakker bv. Amsterdam en ir. De Vries kwamen. Zij gingen weer."


def cut_by(piece_cut, text, language=None):
    sentences = Tokenizer(language, piece_cut).cut(text)
    return [[text[start:end] for start, end in sentence] for sentence in sentences]


@pytest.mark.parametrize("piece_cut", [RuleCut(), LearnedCut(), CharacterCut()])
@pytest.mark.parametrize("language", ["en", "nl", None])
@given(text=st.text())
def test_tokens_are_the_text_without_its_white_space(piece_cut, language, text):
    sentences = Tokenizer(language, piece_cut).cut(text)
    offsets = list(chain.from_iterable(sentences))
    assert all(sentences)
    assert all(left[1] <= right[0] for left, right in pairwise(offsets))
    assert "".join(text[start:end] for start, end in offsets) == "".join(text.split())


def test_without_a_language_a_text_is_a_sentence():
    assert len(cut_by(RuleCut(), DUTCH)) == 1


def test_sentences_end_as_in_the_language():
    dutch, english = (len(cut_by(RuleCut(), DUTCH, language)) for language in ("nl", "en"))
    assert dutch == 2 < english


def test_a_character_is_a_letter_with_its_marks():
    assert cut_by(CharacterCut(), "e\u0308 東京") == [["e\u0308", "東", "京"]]


def test_a_tokenizer_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="import its module"):
        Tokenizer.restored({"language": "en", "name": "other"})
    with pytest.raises(TypeError):
        Tokenizer.restored({"language": 1, "name": "rules"})


def test_spacy_cuts_by_its_language():
    pytest.importorskip("spacy", reason="spaCy is not installed")
    assert cut_by(SpacyCut("en"), "He can't, (of course).") == [
        ["He", "ca", "n't", ",", "(", "of", "course", ")", "."]
    ]
    with pytest.raises(InputError, match="language 'qq'"):
        cut_by(SpacyCut("qq"), "a")
