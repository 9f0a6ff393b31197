"""Texts that read the same have one form, with a way back to the text as given."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from ner_window.tokenization.normalization import (
    NormalizedText,
    is_normalized,
    normalized_word,
)
from ner_window.tokenization.tokenizer import BY_RULES

UNSEEN = (
    "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062"
    "\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa"
    "\ufffb"
)
QUOTES = "‘’‚‛“”„‟"
SIGNS = (
    "aZ 1.'\"éñ가각한ش\u0995\u09be\u09bc\u0958Ω\u212b\u2001東\u1100\u1161\u11a8"
    "\u0301\u0308\u0323\u0338\u094d\ufe0f\u200d↔👩❤🏽🏴" + UNSEEN + QUOTES
)
texts = st.text(st.sampled_from(SIGNS)) | st.text()
plain_texts = st.text(st.characters(exclude_characters=UNSEEN + QUOTES + "\u200d"))


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_is_not_seen_is_gone(unseen):
    text = f"{unseen}Os{unseen}lo{unseen} is"
    assert NormalizedText.of(text).text == "Oslo is"
    assert NormalizedText.of(text).original(0, 4) == (1, 6)
    assert BY_RULES.tokens_of(text) == [f"Os{unseen}lo", "is"]
    assert normalized_word(text) == "Oslo is"


@given(texts)
def test_the_form_of_the_form_is_itself(text):
    normalized = NormalizedText.of(text).text
    assert is_normalized(normalized)
    assert NormalizedText.of(normalized) == NormalizedText(normalized)
    assert unicodedata.is_normalized("NFC", normalized)
    assert not set(normalized) & {*UNSEEN, *QUOTES}


@given(plain_texts)
def test_of_text_without_unseen_characters_it_is_nfc(text):
    assert NormalizedText.of(text).text == unicodedata.normalize("NFC", text)


@given(texts)
def test_the_way_back_is_in_order_and_leaves_out_only_what_is_not_seen(text):
    normalized = NormalizedText.of(text)
    places = [normalized.original(at, at + 1) for at in range(len(normalized.text))]
    covered = set()
    for start, end in places:
        assert 0 <= start < end <= len(text)
        covered.update(range(start, end))
    for (start, end), (next_start, next_end) in pairwise(places):
        assert (start, end) == (next_start, next_end) or end <= next_start
    assert all(text[at] in UNSEEN + "\u200d" for at in set(range(len(text))) - covered)
    for start, end in places:  # nor are they at the edges
        assert text[start] not in UNSEEN and text[end - 1] not in UNSEEN


@given(texts)
def test_a_stretch_of_the_form_is_the_form_of_its_place(text):
    normalized = NormalizedText.of(text)
    places = [normalized.original(at, at + 1) for at in range(len(normalized.text))]
    for at, (start, end) in enumerate(places):
        if text[start] != "\u200d" and places.count((start, end)) == 1:
            assert NormalizedText.of(text[start:end]).text == normalized.text[at]


@given(texts, st.data())
def test_tokens_go_to_the_form_and_back(text, data):
    normalized = NormalizedText.of(text)
    borders = data.draw(st.sets(st.integers(0, len(normalized.text))))
    tokens = list(pairwise(sorted(borders)))
    back = normalized.originals(tokens)
    assert all(before[1] <= start for before, (start, _) in pairwise(back))
    assert normalized.originals(normalized.places_of(back)) == back


@given(texts)
@example("🏴\u200d\u21ae")  # an arrow with a stroke, which is no emoji
def test_composed_and_decomposed_text_have_one_form(text):
    composed = NormalizedText.of(unicodedata.normalize("NFC", text))
    assert composed.text == NormalizedText.of(unicodedata.normalize("NFD", text)).text


@given(texts, st.sampled_from(UNSEEN), st.data())
def test_an_unseen_character_anywhere_changes_nothing(text, sign, data):
    at = data.draw(st.integers(0, len(text)))
    assert NormalizedText.of(text[:at] + sign + text[at:]).text == NormalizedText.of(text).text


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("Zoe\u0308 Smith", "Zoë Smith", ["Zoe\u0308", "Smith"]),
        ("\ufeffco\u00adoperate\u200b now", "cooperate now", ["co\u00adoperate", "now"]),
        ("«Don’t» “we”", '«Don\'t» "we"', ["«Don’t»", "“we”"]),
        ("می\u200cخواهم", "میخواهم", ["می\u200cخواهم"]),
        (
            "👩\u200d❤\ufe0f\u200d👩 \u200da\u200db",
            "👩\u200d❤\ufe0f\u200d👩 ab",
            ["👩\u200d❤\ufe0f\u200d👩", "a\u200db"],
        ),
        ("𝔸e\u0301\U0001f3fd ok", "𝔸é\U0001f3fd ok", ["𝔸e\u0301\U0001f3fd", "ok"]),
        ("e\u00ad\u0301x", "éx", ["e\u00ad\u0301x"]),
    ],
)
def test_words_are_found_in_the_text_as_given(text, form, words):
    normalized = NormalizedText.of(text)
    assert normalized.text == form
    places = [match.span() for match in regex.finditer(r"\S+", normalized.text)]
    assert [text[start:end] for start, end in normalized.originals(places)] == words


@pytest.mark.parametrize("text", ["plain", "Straße 東京 नमस्ते", "👩\u200d👩\u200d👧 ok", ""])
def test_text_that_needs_nothing_is_not_copied(text):
    normalized = NormalizedText.of(text)
    assert normalized.text is text
    offsets = [(0, 1)]
    assert normalized.originals(offsets) is offsets


def test_a_word_of_which_nothing_would_be_left_stays():
    assert normalized_word("\u200b") == "\u200b"
    assert normalized_word("co\u00adop") == "coop"


def test_a_run_of_unseen_characters_takes_linear_time():
    many = 100_000  # squared, they would take an hour
    assert NormalizedText.of("a" + "\u00ad" * many + "\u0301").text == "á"
    assert NormalizedText.of("\u200d\u00ad" * many).text == ""
