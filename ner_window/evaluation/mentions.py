"""What is known of each gold and each predicted mention: the groups that figures are broken into.

A grouping depends on the extent and the type of a mention only, so that a correct prediction is in
the group of its gold mention, and the counts of the groups add up to those of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Categorical, Strings
from ner_window.corpora.spans import Mention, Spans, aligned
from ner_window.encoding.vocabulary import UNKNOWN

LENGTHS = ["1", "2", "3", "4+"]
SEEN_GROUPS = ["seen with the type", "seen with another", "partly seen", "unseen"]
WORD_STATUSES = ["all in training", "some only in vectors", "some unknown"]


@dataclass(frozen=True)
class Mentions:
    """The gold and the predicted mentions of a text, with common numbers for their types.

    ``is_found`` (gold,) and ``is_correct`` (predicted,) tell which of them are in both.
    """

    gold: Spans
    predicted: Spans
    is_found: BoolArray
    is_correct: BoolArray

    @classmethod
    def of(cls, gold: Spans, predicted: Spans) -> Mentions:
        """Return the mentions of two sets of spans of one text."""
        gold, predicted = aligned(gold, predicted)
        return cls(gold, predicted, gold.found_in(predicted), predicted.found_in(gold))

    @property
    def names(self) -> list[str]:
        """The types, sorted."""
        return self.gold.names


@dataclass(frozen=True)
class Grouping:
    """The group of each gold (gold,) and each predicted (predicted,) mention, a number of names."""

    title: str
    names: list[str]
    gold: IntArray
    predicted: IntArray


def everything(mentions: Mentions) -> Grouping:
    """Put all mentions into one group."""
    sides = (np.zeros(len(side), np.int64) for side in (mentions.gold, mentions.predicted))
    return Grouping("all", ["all"], *sides)


def by_type(mentions: Mentions) -> Grouping:
    """Group by type."""
    return Grouping("type", mentions.names, mentions.gold.types, mentions.predicted.types)


def by_length(mentions: Mentions) -> Grouping:
    """Group by the number of tokens: 1, 2, 3, 4 or more."""
    sides = (
        np.minimum(side.lengths, len(LENGTHS)) - 1 for side in (mentions.gold, mentions.predicted)
    )
    return Grouping("length in tokens", LENGTHS, *sides)


def by_seen(mentions: Mentions, tokens: Strings, known: Sequence[Mention]) -> Grouping:
    """Group by what training showed of a mention; ``known`` are the mentions of training.

    Its tokens were a mention of its type, or of other types only; or some of its tokens are in some
    mention of training; or none is. Case matters. The groups follow Taille et al. 2020,
    who leave function words and other types out of what counts as seen in part.
    """
    exact = set(known)
    names = {mention[1:] for mention in known}
    words = set(chain.from_iterable(names))
    is_word = np.array([value in words for value in tokens.categories], bool)[tokens.codes]

    def seen_group(side: Spans) -> IntArray:
        seen = [
            0 if mention in exact else 1 if mention[1:] in names else 3
            for mention in side.mentions(tokens)
        ]
        groups = np.array(seen, np.int64)
        groups[(groups == 3) & (side.count_within(is_word) > 0)] = 2
        return groups

    return Grouping(
        "novelty", SEEN_GROUPS, seen_group(mentions.gold), seen_group(mentions.predicted)
    )


def by_word_status(mentions: Mentions, words: Categorical[IntArray], table_size: int) -> Grouping:
    """Group by where the words of a mention are found: the worst of them counts.

    ``words`` are the ids that the vocabulary gives them: rows of the trainable table, of
    ``table_size`` rows, are words of training in one of their spellings; ids beyond it are rows of
    the pretrained vectors.
    """
    is_out_of_table = (words.categories >= table_size)[words.codes]
    is_unknown = (words.categories == UNKNOWN)[words.codes]

    def status(side: Spans) -> IntArray:
        worst = np.where(side.count_within(is_out_of_table) > 0, 1, 0)
        return np.where(side.count_within(is_unknown) > 0, 2, worst)

    return Grouping("words", WORD_STATUSES, status(mentions.gold), status(mentions.predicted))
