"""Numbers in sentences agree with what is counted; commands can be copied."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.wording import agreeing, command_line, counted


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


def test_apostrophes_are_put_between_double_quotes():
    assert (
        command_line(["explain", "Peru 's Congress", "a b"])
        == """explain "Peru 's Congress" 'a b'"""
    )


@given(st.lists(st.text(st.sampled_from("ab '\"$`\\!\n"))))
def test_a_shell_reads_the_words_of_a_command(words):
    assert shlex.split(command_line(words)) == words
