"""Words of pages have one meaning, which the page tells."""

import pytest

from ner_window.pages.glossary import MEANINGS, Glossary


def test_a_word_has_its_meaning_as_a_tooltip_and_at_the_end():
    glossary = Glossary()
    assert glossary.term("missed", "not found") == (
        f'<abbr title="{MEANINGS["missed"]}">not found</abbr>'
    )
    glossary.term("spurious")
    glossary.term("missed")
    assert list(glossary) == [(word, MEANINGS[word]) for word in ("missed", "spurious")]


def test_a_heading_may_be_a_word_without_a_meaning():
    glossary = Glossary()
    assert glossary.heading("tokens") == "tokens"
    assert glossary.heading("MISC") == '<abbr title="miscellaneous name">MISC</abbr>'
    assert glossary.heading("F1") == f'<abbr title="{MEANINGS["F1"]}">F1</abbr>'
    assert len(glossary) == 2


def test_a_word_that_nobody_explained_is_an_error():
    with pytest.raises(KeyError):
        Glossary().term("gobbledygook")
