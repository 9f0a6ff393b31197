"""A sentence with the entities of several sides, misaligned ones among them."""

import numpy as np

from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans
from ner_window.report.marked_sentence import Layer, marked_segments

WORDS = Strings.of(["He", "met", "Oslo/Smith", ".", "Bergen", "won"])


def spans(*rows):
    starts, ends, types = np.array(rows).T
    return Spans(starts, ends, types, ["LOC", "PER"], np.array([4, 6]))


def marked(layer, bounds):
    return [
        (segment.text, segment.labels[0] and segment.labels[0].name)
        for segment in marked_segments(WORDS, bounds, [Layer(layer)])
    ]


def test_entities_that_share_a_token_are_both_named():
    layer = spans((2, 3, 0), (2, 3, 1))
    assert marked(layer, slice(0, 4)) == [("He met", None), ("Oslo/Smith", "LOC PER"), (".", None)]


def test_an_entity_goes_on_over_the_end_of_a_sentence():
    layer = spans((3, 5, 0))
    assert marked(layer, slice(0, 4)) == [("He met Oslo/Smith", None), (".", "LOC")]
    assert marked(layer, slice(4, 6)) == [("Bergen", ""), ("won", None)]
