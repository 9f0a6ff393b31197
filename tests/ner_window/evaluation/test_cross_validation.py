"""What models find in parts of a text, put together, is as if one had found it in the whole."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import tags_of
from ner_window.corpora.tokens import Tokens
from ner_window.evaluation.cross_validation import CrossValidation, spans_in_whole
from ner_window.scoring.score import score
from tests.tagged_text import spanned_sentences

sentences = spanned_sentences().filter(lambda sentence: sentence[1] > 0)


@given(
    st.lists(st.tuples(sentences, st.integers(0, 2)), min_size=1, max_size=8),
    st.randoms(),
    st.sampled_from(["iob1", "iob2", "iobes"]),
)
def test_spans_found_in_folds_are_those_of_the_whole(drawn, random, scheme):
    tagged = [tags_of(spans, length, scheme) for (spans, length), _ in drawn]
    fold = np.array([number for _, number in drawn])
    text = Tokens.of([[str(random.random()) for _ in tags] for tags in tagged])
    tags = Strings.of([tag for sentence in tagged for tag in sentence])
    gold = Corpus(None, text, tags, "none", np.arange(len(tags)), "")
    found = []
    for number in (0, 1, 2):
        own = np.flatnonzero(fold == number)
        part = Strings.of([tag for sentence in own for tag in tagged[sentence]])
        spans = Spans.of(part, np.cumsum(text.lengths[own]))
        found.append(spans_in_whole(spans, own, text))
    validated = CrossValidation.of(gold, found, fold, [50.0, 60.0, 70.0])
    assert validated.tags.strings == Spans.of(tags, text.ends).tags(len(tags), gold.scheme).strings
    assert validated.score == score(tags, tags, text.ends)
    assert [line.split("\t")[0] for line in validated.lines() if line] == text.strings
