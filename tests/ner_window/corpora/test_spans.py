"""Spans of a whole text are the spans of its sentences."""

from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import spans_of, tags_of
from tests.tagged_text import SCHEMES, column, in_sentences, tagged_texts


@given(tagged_texts)
def test_spans_of_a_text_are_those_of_its_sentences(sentences):
    spans = Spans.of(*column(sentences))
    assert in_sentences(spans, sentences) == [list(map(tuple, spans_of(s))) for s in sentences]


@given(tagged_texts, st.sampled_from(SCHEMES))
def test_tags_of_a_text_are_those_of_its_sentences(sentences, scheme):
    tags, ends = column(sentences)
    written = Spans.of(tags, ends).tags(len(tags), scheme)
    start = 0
    for sentence, end in zip(sentences, ends.tolist(), strict=True):
        expected = tags_of(spans_of(sentence), len(sentence), scheme)
        assert written.part(slice(start, end)) == expected
        start = end


@given(tagged_texts, st.sets(st.sampled_from(["X", "Y-Z", "OTHER"])))
def test_spans_of_some_types_are_the_others_left_out(sentences, types):
    spans = Spans.of(*column(sentences))
    some = spans.of_types(types)
    assert set(some.names) == set(spans.names) & types
    assert in_sentences(some, sentences) == [
        [span for span in found if span[2] in types] for found in in_sentences(spans, sentences)
    ]
    assert some.counts() == {name: n for name, n in spans.counts().items() if name in types}
