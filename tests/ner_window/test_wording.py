"""Numbers in sentences agree with what is counted."""

import pytest

from ner_window.wording import agreeing, counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (1, "sentence", "1 sentence is"),
        (0, "entity", "0 entities are"),
        (1, "entity", "1 entity is"),
        (1200, "entity", "1,200 entities are"),
    ],
)
def test_what_is_counted_and_its_verb_agree(number, noun, words):
    assert f"{counted(number, noun)} {agreeing(number, 'is', 'are')}" == words
