"""From a config to a tokenizer."""

from __future__ import annotations

import pytest

from ner_window.config import TextSettings
from ner_window.errors import InputError
from ner_window.tokenizers import tokenizer_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            {},
            "tokens by rules: training says nothing else; sentences end by the rules of en",
        ),
        (
            {"tokenizer": "rules", "language": "nl"},
            "tokens by rules; sentences end by the rules of nl",
        ),
        (
            {"tokenizer": "characters", "language": None},
            "tokens one a character; sentences end at blank lines alone",
        ),
    ],
)
def test_a_config_says_how_text_is_cut(text, expected):
    assert str(tokenizer_of(TextSettings(**text))) == expected


def test_spacy_cuts_by_the_language_of_the_text_or_its_own():
    pytest.importorskip("spacy", reason="spaCy is not installed")
    of_text = TextSettings(tokenizer="spacy", language="nl")
    own = TextSettings(tokenizer={"name": "spacy", "language": "de"})
    assert str(tokenizer_of(of_text)).startswith("tokens by spaCy for nl; ")
    assert str(tokenizer_of(own)) == "tokens by spaCy for de; sentences end by the rules of en"


def test_what_cannot_cut_is_known_before_training():
    pytest.importorskip("spacy", reason="spaCy is not installed")
    with pytest.raises(InputError, match="no tokenizer for the language 'qq'"):
        tokenizer_of(TextSettings(tokenizer={"name": "spacy", "language": "qq"}))
