"""The cut of text in any script: marks belong to their letter, an emoji is one token."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from ner_window.tokenization.rules import rule_offsets

CHARACTERS = [
    *"नमसहदतशסצהسلاعதமழ한국Москваcolեւ",
    *("न\u093e", "ह\u093f", "स\u094d", "द\u0902", "ה\u05b7", "س\u0651\u064e", "а\u0301", "e\u0308"),
    *"019٣٫،।·״׳՞!?_²① 👩",
    *("❤\ufe0f", "👩🏽", "👩\u200d👩\u200d👧", "🇳🇴", "1\ufe0f\u20e3"),
]
BORDER = regex.compile(r"(?w)\b")  # of words, as the library has it from the annex


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Zoe\u0308 Smith", "Zoe\u0308|Smith"),
        ("नमस्ते दुनिया। क्या?", "नमस्ते|दुनिया|।|क्या|?"),
        ("ผู้หญิง ที่", "ผู้หญิง|ที่"),
        ("السَّلامُ عليكم، ١٬٢٣٤٫٥", "السَّلامُ|عليكم|،|١٬٢٣٤٫٥"),
        ('צה"ל ג\' ש״ס, "אמר"', 'צה"ל|ג\'|ש״ס|,|"|אמר|"'),
        ("تمی‌خواهم", "تمی‌خواهم"),
        ("col·lega, 5·6 안녕·한국", "col·lega|,|5|·|6|안녕·한국"),
        ("👩‍👩‍👧 🇳🇴🇸🇪👍🏽❤️ok 1️⃣#️⃣", "👩‍👩‍👧|🇳🇴|🇸🇪|👍🏽|❤️|ok|1️⃣|#️⃣"),
        ("\u0301a !\u0301", "\u0301a|!\u0301"),
        ("É.U. É.U.", "É.U.|É.U."),
        ("x² ½ m³", "x²|½|m³"),
    ],
)
def test_tokens_of_scripts_and_signs(text, tokens):
    assert "|".join(text[start:end] for start, end in rule_offsets(text)) == tokens


@given(st.lists(st.sampled_from(CHARACTERS)).map("".join))
def test_neither_a_word_nor_a_character_of_unicode_is_cut(text):
    words = {match.start() for match in BORDER.finditer(text)}
    clusters = {match.start() for match in regex.finditer(r"\X", text)}
    for place in {place for span in rule_offsets(text) for place in span} - {0, len(text)}:
        assert place in words
        assert place in clusters
