"""Spans of a whole text are the spans of its sentences."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import spans_of, tags_of
from ner_window.corpora.text import ColumnBuilder, strings_at

SCHEMES = ["io", "iob1", "iob2", "iobes", "bilou"]

wild_tags = st.sampled_from(["O", *(f"{p}-{t}" for p in "BIESLU" for t in ("X", "Y-Z"))])
texts = st.lists(st.lists(wild_tags, max_size=8), max_size=6)


def column(sentences):
    builder = ColumnBuilder()
    for tags in sentences:
        builder.extend(tags)
    return builder.finished(), np.cumsum([len(tags) for tags in sentences], dtype=np.int64)


def in_sentences(spans, sentences):
    """The spans of each sentence, counted from its start."""
    starts = np.cumsum([0, *map(len, sentences)]).tolist()
    found = [[] for _ in sentences]
    for start, end, number in zip(spans.starts, spans.ends, spans.types, strict=True):
        sentence = int(np.searchsorted(starts, start, side="right")) - 1
        shift = starts[sentence]
        found[sentence].append((start - shift, end - shift, spans.names[number]))
    return found


@given(texts)
def test_spans_of_a_text_are_those_of_its_sentences(sentences):
    spans = Spans.of(*column(sentences))
    assert in_sentences(spans, sentences) == [list(map(tuple, spans_of(s))) for s in sentences]


@given(texts, st.sampled_from(SCHEMES))
def test_tags_of_a_text_are_those_of_its_sentences(sentences, scheme):
    tags, ends = column(sentences)
    written = Spans.of(tags, ends).tags(len(tags), scheme)
    start = 0
    for sentence, end in zip(sentences, ends.tolist(), strict=True):
        expected = tags_of(spans_of(sentence), len(sentence), scheme)
        assert strings_at(written, slice(start, end)) == expected
        start = end
