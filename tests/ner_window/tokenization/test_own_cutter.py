"""A tokenizer that someone hands over: what it may give, and slips told in words."""

import numpy as np
import pytest

from ner_window.errors import InputError
from ner_window.tokenization.own_cutter import CheckedCutter

TEXT = "Oslo is cold."


class Fixed:
    """Gives the same whatever the text."""

    def __init__(self, found):
        self.found = found

    def cut(self, text):
        return self.found


class OfClass:
    @staticmethod
    def cut(text):
        return [[(0, 4)]]


class Called:
    """What is called itself, as the pipelines of spaCy are."""

    def __call__(self, text):
        return text.split()


class WithData:
    cut = "Oslo"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nl", "the tokenizer is a string, which has no cut(text)"),
        (str.split, "the tokenizer is a method_descriptor, which has no cut(text)"),
        (lambda text: [], "the tokenizer is a function, which has no cut(text)"),
        (Called(), "the tokenizer is a Called, which has no cut(text)"),
        (WithData(), "the tokenizer is a WithData, which has no cut(text)"),
        (Fixed, "the tokenizer is the class Fixed itself: hand over Fixed(...)"),
        (Called, "the tokenizer is a type, which has no cut(text)"),
    ],
)
def test_what_cannot_cut_is_refused_at_once(given, words):
    with pytest.raises(InputError) as raised:
        CheckedCutter(given)
    assert words in str(raised.value)
    assert given is Fixed or "[[(0, 4), (5, 7)], [(8, 12)]]" in str(raised.value)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "what the tokenizer's cut(text) returned is None"),
        ("Oslo", "what the tokenizer's cut(text) returned is a string"),
        (7, "what the tokenizer's cut(text) returned is an int"),
        (np.array(7), "what the tokenizer's cut(text) returned is a"),
        ([None], "sentence 1 that the tokenizer's cut(text) returned is None"),
        ([[(0, 4)], "is cold"], "sentence 2 that the tokenizer's cut(text) returned is a string"),
        (["Oslo", "is"], "sentence 1 that the tokenizer's cut(text) returned is a string"),
        ([(0, 4), (5, 7)], "token 1 of sentence 1 that the tokenizer's cut(text) returned is 0"),
        ([[(0, 4), "is"]], "token 2 of sentence 1 that the tokenizer's cut(text) returned is 'is'"),
        ([[(0.0, 4.0)]], "is (0.0, 4.0), which is no start and end in whole numbers"),
        ([[(0, 4, "Oslo")]], "is (0, 4, 'Oslo'), which is no start and end"),
        ([[(0, None)]], "is (0, None), which is no start and end"),
        ([[None]], "is None, which is no start and end"),
    ],
)
def test_what_is_no_cut_is_told_with_the_right_form(found, words):
    with pytest.raises(InputError) as raised:
        CheckedCutter(Fixed(found)).cut(TEXT)
    assert words in str(raised.value)
    assert "cut has to return a list of tokens for each sentence" in str(raised.value)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([[(0, 14)]], "from 0 to 14 after one that ends at 0, in a text of 13 characters"),
        ([[(-1, 2)]], "from -1 to 2"),
        ([[(0, 4)], [(3, 5)]], "from 3 to 5 after one that ends at 4"),
    ],
)
def test_tokens_are_stretches_of_the_text_in_order(found, words):
    with pytest.raises(InputError, match=words):
        CheckedCutter(Fixed(found)).cut(TEXT)


def test_anything_that_gives_places_will_do():
    expected = [[(0, 4), (5, 7)], [(8, 12)]]
    found = (np.array(tokens) for tokens in [*expected, np.empty((0, 2), np.int64)])
    cut = CheckedCutter(Fixed(found)).cut(TEXT)
    assert cut == expected
    assert {type(place) for tokens in cut for token in tokens for place in token} == {int}
    assert CheckedCutter(Fixed(())).cut(TEXT) == []
    assert CheckedCutter(OfClass).cut(TEXT) == CheckedCutter(OfClass()).cut(TEXT) == [[(0, 4)]]


def test_what_goes_wrong_in_a_tokenizer_is_left_to_it():
    def broken():
        yield [(0, 4)]
        raise TypeError("of its own")

    with pytest.raises(TypeError, match="of its own"):
        CheckedCutter(Fixed(broken())).cut(TEXT)
