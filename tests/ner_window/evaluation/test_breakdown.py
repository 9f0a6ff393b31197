"""Groups of mentions and kinds of errors: counted by hand, and adding up to all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ner_window.corpora.categorical import Categorical
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import spans_of
from ner_window.corpora.tokens import Tokens
from ner_window.evaluation.breakdown import breakdown
from ner_window.evaluation.mentions import (
    Mentions,
    by_length,
    by_seen,
    by_type,
    by_word_status,
    everything,
)
from ner_window.evaluation.mistakes import KINDS, confusion, error_split
from ner_window.evaluation.units import Units
from ner_window.scoring.score import score
from tests.tagged_text import column, wild_tags

SENTENCES = [
    ["Anna", "Kovac", "met", "Nordbank", "of", "Oslo"],
    ["Bank", "of", "Oslo", "paid", "Bergen"],
    ["Rijeka"],
]
GOLD = [
    ["B-PER", "I-PER", "O", "B-ORG", "I-ORG", "I-ORG"],
    ["B-ORG", "I-ORG", "I-ORG", "O", "B-LOC"],
    ["B-LOC"],
]
PREDICTED = [
    ["B-PER", "I-PER", "B-LOC", "B-ORG", "O", "B-LOC"],
    ["B-PER", "I-PER", "I-PER", "B-LOC", "B-ORG"],
    ["O"],
]
KNOWN = [("LOC", "Oslo"), ("ORG", "Bergen"), ("PER", "Anna", "Kovac"), ("ORG", "Bank", "of", "X")]


def mentions_of(gold, predicted):
    (golds, ends), (found, _) = column(gold), column(predicted)
    return Mentions.of(Spans.of(golds, ends), Spans.of(found, ends))


def counts(mentions, grouping):
    """Gold, predicted and correct of each group."""
    ends = mentions.gold.sentence_ends
    units = Units("sentences", np.arange(len(ends)), len(ends))
    (table,) = breakdown(mentions, [grouping], units)
    groups = {name: row.counts for name, row in table.rows.items()}
    return {name: (c.gold, c.predicted, c.correct) for name, c in groups.items()}


EXAMPLE = mentions_of(GOLD, PREDICTED)
TOKENS = Tokens.of(SENTENCES).words


def test_by_type():
    assert counts(EXAMPLE, by_type(EXAMPLE)) == {
        "LOC": (2, 3, 0),
        "ORG": (2, 2, 0),
        "PER": (1, 2, 1),
    }


def test_by_length():
    assert counts(EXAMPLE, by_length(EXAMPLE)) == {
        "1": (2, 5, 0),
        "2": (1, 1, 1),
        "3": (2, 1, 0),
        "4+": (0, 0, 0),
    }


def test_by_novelty():
    # Gold: Anna Kovac; Nordbank of Oslo in part; Bank of Oslo in part; Bergen as ORG; Rijeka.
    # Predicted: Anna Kovac, Oslo and Bergen as in training; Bank of Oslo in part; the rest is new.
    assert counts(EXAMPLE, by_seen(EXAMPLE, TOKENS, KNOWN)) == {
        "seen with the type": (1, 3, 1),
        "seen with another": (1, 0, 0),
        "partly seen": (2, 1, 0),
        "unseen": (1, 3, 0),
    }


def test_by_word_status():
    # A table of five rows: Anna and Kovac are known, Oslo is beyond the table, Rijeka unknown (1).
    ids = {"Anna": 2, "Kovac": 3, "Oslo": 7, "Rijeka": 1}
    words = Categorical(np.array([ids.get(word, 4) for word in TOKENS.categories]), TOKENS.codes)
    assert counts(EXAMPLE, by_word_status(EXAMPLE, words, 5)) == {
        "all in training": (2, 5, 1),
        "some only in vectors": (2, 2, 0),
        "some unknown": (1, 0, 0),
    }


def test_confusion():
    table = confusion(EXAMPLE)
    assert table.as_dict() == {
        "LOC": {"LOC": 0, "ORG": 1, "PER": 0, "O": 1},
        "ORG": {"LOC": 0, "ORG": 0, "PER": 1, "O": 1},
        "PER": {"LOC": 0, "ORG": 0, "PER": 1, "O": 0},
        "O": {"LOC": 3, "ORG": 1, "PER": 0, "O": 0},
    }
    assert str(table).splitlines()[-1].split() == ["others", "3", "1", "0"]


def test_kinds_of_errors():
    split = error_split(EXAMPLE)
    # Gold: Nordbank of Oslo is cut short, Bank of Oslo and Bergen have another type, Rijeka missed.
    assert dict(zip(KINDS, split.gold, strict=True)) == {
        "correct": 1,
        "boundary": 1,
        "type": 2,
        "boundary and type": 0,
        "no overlap": 1,
    }
    # Predicted: Nordbank is cut short, Oslo is cut short and of another type; met and paid.
    assert split.predicted == [1, 1, 2, 1, 2]
    assert split.as_dict()["predicted"]["spurious"] == 2


PAIRS = st.lists(st.lists(st.tuples(wild_tags, wild_tags), min_size=1, max_size=8), min_size=1)
WORDS = st.sampled_from(["a", "b", "c", "d", "e"])


@given(PAIRS, st.lists(st.tuples(st.sampled_from(["X", "Y-Z"]), WORDS, WORDS)), st.randoms())
def test_everything_adds_up(sentences, known, random):
    gold, predicted = (
        [[pair[side] for pair in sentence] for sentence in sentences] for side in (0, 1)
    )
    mentions = mentions_of(gold, predicted)
    tokens = Tokens.of([[random.choice("abcdef") for _ in tags] for tags in gold]).words
    words = Categorical(np.array([random.randrange(6) for _ in tokens.categories]), tokens.codes)
    (golds, ends), (founds, _) = column(gold), column(predicted)
    whole = score(golds, founds, ends).total
    total = (whole.gold, whole.predicted, whole.correct)
    for grouping in (
        everything(mentions),
        by_type(mentions),
        by_length(mentions),
        by_seen(mentions, tokens, known),
        by_word_status(mentions, words, 4),
    ):
        groups = counts(mentions, grouping).values()
        assert tuple(map(sum, zip(*groups, strict=True))) == (total if groups else ())
    table = confusion(mentions).counts
    by_types = counts(mentions, by_type(mentions)).values()
    expected = np.array([*by_types]).reshape(-1, 3)
    np.testing.assert_array_equal(table.sum(axis=1)[:-1], expected[:, 0])
    np.testing.assert_array_equal(table.sum(axis=0)[:-1], expected[:, 1])
    np.testing.assert_array_equal(np.diag(table)[:-1], expected[:, 2])
    split = error_split(mentions)
    assert (sum(split.gold), sum(split.predicted)) == total[:2]
    assert split.gold[0] == split.predicted[0] == total[2]
    off_diagonal = int(table[:-1, :-1].sum() - np.trace(table[:-1, :-1]))
    assert split.gold[2] == split.predicted[2] == off_diagonal


@given(PAIRS)
def test_kinds_of_errors_are_those_of_a_loop(sentences):
    gold, predicted = (
        [[pair[side] for pair in sentence] for sentence in sentences] for side in (0, 1)
    )
    expected = [0] * len(KINDS)
    for tags, found in zip(gold, predicted, strict=True):
        others = spans_of(found)
        for span in spans_of(tags):
            near = [o for o in others if o.start < span.end and span.start < o.end]
            if span in others:
                kind = 0
            elif any(o[:2] == span[:2] for o in near):
                kind = 2
            elif any(o.type == span.type for o in near):
                kind = 1
            else:
                kind = 3 if near else 4
            expected[kind] += 1
    assert error_split(mentions_of(gold, predicted)).gold == expected


@given(PAIRS)
def test_intervals_hold_the_figures_of_many_sentences(sentences):
    repeated = sentences * 20
    gold, predicted = ([[p[i] for p in sentence] for sentence in repeated] for i in (0, 1))
    mentions = mentions_of(gold, predicted)
    units = Units("sentences", np.arange(len(repeated)), len(repeated))
    for table in breakdown(mentions, [everything(mentions), by_type(mentions)], units):
        for row in table.rows.values():
            for name, interval in row.intervals.items():
                if interval is not None:
                    low, high = interval
                    assert low - 1e-9 <= getattr(row.counts, name) <= high + 1e-9
