"""Text rebuilt from tokens: as people write it, and every token where it is said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.tokenization.rebuilding import rebuilt
from ner_window.tokenization.tokenizer import BY_RULES

TOKENS = st.lists(st.text(st.sampled_from("ab.,\"'(s$-% "), min_size=1, max_size=3), max_size=9)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("Peru 's mines closed Thursday , he said .", "Peru's mines closed Thursday, he said."),
        ('" It fell , " he said , " by $ 90 . "', '"It fell," he said, "by $90."'),
        ("( It did n't rain ) ; we 're wet !", "(It didn't rain); we're wet!"),
        ("up 4 % [ from 3.5 % ] : see ?", "up 4% [from 3.5%]: see?"),
        ("`` No '' , he said ...", "``No'', he said..."),
        ("He \u2019ll say it is n\u2019t", "He\u2019ll say it isn\u2019t"),
        ("the players ' union - 3 / 4", "the players ' union - 3 / 4"),
        ('" one', '"one'),
        ("j' ai lu l' Humanité d' hier", "j'ai lu l'Humanité d'hier"),
        ("dell' arte all' alba , un\u2019 ora", "dell'arte all'alba, un\u2019ora"),
        ("goin' to the boys ' club", "goin' to the boys ' club"),
        ("東 京 に 行 く 。", "東京に行く。"),
        ("iPhone を 買う NHK", "iPhone を買う NHK"),
        ("서울 은 크다", "서울 은 크다"),
        ('6 " and 7 "', '6 "and 7"'),
        ("", ""),
    ],
)
def test_spaces_go_where_punctuation_tells_so(tokens, expected):
    assert rebuilt(tokens.split())[0] == expected


@given(TOKENS)
def test_every_token_is_where_it_is_said_to_be(tokens):
    text, offsets = rebuilt(tokens)
    assert [text[start:end] for start, end in offsets] == tokens
    assert len(text) <= len(" ".join(tokens))


@given(TOKENS)
def test_there_is_nothing_but_the_tokens_and_single_spaces_between_them(tokens):
    text, offsets = rebuilt(tokens)
    ends = [0, *(end for _, end in offsets)]
    gaps = [text[end:start] for end, (start, _) in zip(ends, offsets, strict=False)]
    assert set(gaps) <= {"", " "}
    assert gaps[:1] in ([], [""])
    assert len(text) == ends[-1]


def test_what_was_cut_comes_together_again():
    text = "Anna Kovac (of Oslo) said: \"It isn't, they're closed.\""
    assert rebuilt(BY_RULES.tokens_of(text))[0] == text
