"""The cut that is learned: a corpus is cut as it was, and so is text like it."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_window.tokenization.learned import LearnedCut
from ner_window.tokenization.rebuilding import rebuilt
from ner_window.tokenization.rules import RuleCut
from ner_window.tokenization.tokenizer import Tokenizer

NEWS = """\
2. Jan Vries ( Netherlands ) 1:10.9
3. Ana Lima ( Brazil ) 1:11.0
J. Vries said -- and M. Lima agreed -- that it was late .
A. Moe did n't say so ... he was n't there .
Oslo vs. Lima was played in 1996 .
It was Lima vs. Oslo in 1997 .
The F.B.I.-led team of the U.S.-led force left .
The F.B.I.-led team of the U.S.-led force left .
It is Lima 's .
"""
TWEETS = """\
I'm at #Oslo with @jan :) http://t.co/aB1x
you're at #Lima with @ana_b :) http://t.co/Zz9
so ... I'm &amp; you're here ... lol :)
"""


def learned(lines: str) -> Tokenizer:
    sentences = 2 * [line.split() for line in lines.splitlines()]
    return Tokenizer(None, LearnedCut().like(map(rebuilt, sentences)))


@pytest.mark.parametrize(
    ("corpus", "text", "expected"),
    [
        (NEWS, "4. Eva Berg", "4.|Eva|Berg"),
        (NEWS, "It was 1998.", "It|was|1998|."),
        (NEWS, "B. Berg vs. Moe", "B.|Berg|vs.|Moe"),
        (NEWS, "Berg -- late... -- left.", "Berg|--|late|...|--|left|."),
        (NEWS, "He hasn't left.", "He|has|n't|left|."),
        (NEWS, "the U.N.-led team", "the|U.N.-led|team"),
        (NEWS, "Berg's (Norway)", "Berg|'s|(|Norway|)"),
        (TWEETS, "they're in #Bergen with @moe :)", "they're|in|#Bergen|with|@moe|:)"),
        (TWEETS, "http://t.co/9zzQ &amp; so", "http://t.co/9zzQ|&amp;|so"),
    ],
)
def test_text_is_cut_as_in_the_corpus(corpus, text, expected):
    assert "|".join(learned(corpus).tokens_of(text)) == expected


def test_where_the_corpus_says_nothing_the_rules_do():
    text = "He's in the U.S. (1,000.5 km), isn't he?"
    assert learned("a b c\n").tokens_of(text) == Tokenizer(None, RuleCut()).tokens_of(text)


# A mark that goes with no letter into one character: a corpus may cut before it.
TOKENS = st.lists(st.text("aB1.-'#\u0332", min_size=1, max_size=3), min_size=1, max_size=4)


@st.composite
def sentences_cut_in_one_way(draw):
    """Draw sentences in which a piece is always cut in the same way, each of them twice."""
    cut_of: dict[tuple[str, bool], list[str]] = {}
    sentences = []
    for pieces in draw(st.lists(st.lists(TOKENS, min_size=1, max_size=3), max_size=5)):
        text, offsets = "", []
        for number, drawn in enumerate(pieces):
            key = "".join(drawn), number == len(pieces) - 1
            text += " " if text else ""
            for token in cut_of.setdefault(key, drawn):
                offsets.append((len(text), len(text) + len(token)))
                text += token
        sentences.append((text, offsets))
    return 2 * sentences


@given(sentences_cut_in_one_way())
def test_a_corpus_that_cuts_in_one_way_is_cut_so(sentences):
    tokenizer = Tokenizer(None, LearnedCut()).like(sentences)
    for text, offsets in sentences:
        assert tokenizer.cut(text) == [offsets]


@given(sentences_cut_in_one_way(), st.text("aB1.-'# \u0308"))
def test_what_was_learned_is_plain_data(sentences, text):
    tokenizer = Tokenizer("en", LearnedCut()).like(sentences)
    restored = Tokenizer.restored(json.loads(json.dumps(tokenizer.stored())))
    assert restored.stored() == tokenizer.stored()
    assert (
        restored.cut(text) == tokenizer.cut(text) == pickle.loads(pickle.dumps(tokenizer)).cut(text)
    )
