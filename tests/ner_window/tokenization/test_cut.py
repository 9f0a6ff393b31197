"""The cut of text into sentences and tokens by rules: nothing is lost, and it is as one reads."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.tokenization.rules import rule_offsets
from ner_window.tokenization.sentences import sentence_ends


@given(st.text())
def test_tokens_are_the_text_without_its_white_space(text):
    offsets = rule_offsets(text)
    assert all(left[1] <= right[0] for left, right in pairwise(offsets))
    assert "".join(text[start:end] for start, end in offsets) == "".join(text.split())


@given(st.text())
def test_sentences_end_in_order_and_after_all_but_white_space(text):
    ends = sentence_ends(text, "en")
    assert ends == sorted(set(ends))
    assert not text[ends[-1] if ends else 0 :].strip()


@pytest.mark.parametrize("space", "\u00a0\u0085\u2028\u3000")
def test_any_white_space_may_stand_before_a_full_stop(space):
    text = "Zoë B{}. Smith left."
    assert sentence_ends(text.format(space), "en") == sentence_ends(text.format(" "), "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He's in the U.S. now.", "He|'s|in|the|U.S.|now|."),
        ("Jean-Luc O'Brien's e-mail", "Jean-Luc|O'Brien|'s|e-mail"),
        ("(1,000.5, 12:30)", "(|1,000.5|,|12:30|)"),
        ("Paris,London", "Paris|,|London"),
        ("東京 😀!", "東京|😀|!"),
    ],
)
def test_tokens_of_ordinary_text(text, expected):
    assert "|".join(text[start:end] for start, end in rule_offsets(text)) == expected
