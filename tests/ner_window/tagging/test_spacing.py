"""Tokens as a text that people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.tagging.pieces import cut
from ner_window.tagging.spacing import as_read

TOKENS = st.lists(st.text(st.sampled_from("ab.,\"'(s$-"), min_size=1, max_size=3), max_size=9)


def joined(words):
    """Tokens joined by spaces, and their places."""
    text, places = "", []
    for word in words:
        start = len(text)
        text += f"{word} "
        places.append((start, start + len(word)))
    return text, places


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("Peru 's mines closed Thursday , he said .", "Peru's mines closed Thursday, he said."),
        ('" It fell , " he said , " by $ 90 . "', '"It fell," he said, "by $90."'),
        ("( It did n't rain ) ; we 're wet !", "(It didn't rain); we're wet!"),
        ("`` No '' , he said ...", "``No'', he said..."),
        ("the players ' union - 3 / 4", "the players ' union - 3 / 4"),
        ('" one', '"one'),
        ("a\tb   c", "a b c"),
        ("", ""),
    ],
)
def test_spaces_go_where_punctuation_tells_so(tokens, expected):
    words = tokens.split()
    assert as_read(*joined(words))[0] == expected


@given(TOKENS)
def test_no_token_is_lost_nor_moved(words):
    text, places = as_read(*joined(words))
    assert [text[start:end] for start, end in places] == words
    assert len(text) <= len(" ".join(words))


def test_what_was_cut_comes_together_again():
    text = "Anna Kovac (of Oslo) said: \"It isn't, they're closed.\""
    assert as_read(text, cut(text).offsets)[0] == text
