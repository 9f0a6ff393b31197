"""Tags of all kinds: strategies that draw them, and the columns that hold them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from ner_window.corpora.categorical import StringsBuilder
from ner_window.corpora.tags import Span

SCHEMES = ["io", "iob1", "iob2", "iobes", "bilou"]

wild_tags = st.sampled_from(["O", *(f"{p}-{t}" for p in "BIESLU" for t in ("X", "Y-Z"))])
tagged_texts = st.lists(st.lists(wild_tags, max_size=8), max_size=6)


def column(sentences):
    """The tags of sentences as a text holds them: one column, and where each sentence ends."""
    builder = StringsBuilder()
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


@st.composite
def spanned_sentences(draw):
    """A length with spans that do not overlap; neighbors may touch."""
    spans, position = [], 0
    for gap, size, entity_type in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from("XY")))
    ):
        spans.append(Span(position + gap, position + gap + size, entity_type))
        position += gap + size
    return spans, position + draw(st.integers(0, 2))
