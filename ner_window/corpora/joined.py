"""Where a blank line is missing between two sentences, as where files were joined."""

from __future__ import annotations

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.corpus import Corpus
from ner_window.wording import counted, named

ENDS = frozenset(".!?")
LEAST_BEFORE, LEAST_AFTER = 2, 3  # tokens beside the full stop that are in the sentence
FEWEST_ENDED = 10  # sentences that end in such a mark, so that it is known to end sentences
MOST_SHARE = 0.01  # of the sentences; in tweets every fourth goes on after a full stop
MARK = "\ufeff"


def joined_lines(corpus: Corpus) -> list[int]:
    """Return the lines after which a sentence seems to be at its end, and goes on.

    They end in a full stop, and what follows has a capital. Where more than a few sentences are
    like that, as in tweets, it says nothing, and there are none. Of a file with a byte-order mark
    that was put behind another one, its first line tells.
    """
    words, text = corpus.tokens.words, corpus.tokens
    starts_file = np.array([word.startswith(MARK) for word in words.categories])[words.codes]
    marked: list[int] = corpus.lines[starts_file].tolist()
    places = _inner_ends(corpus)
    sentences = len(np.unique(np.searchsorted(text.ends, places, side="right")))
    is_end = np.array([word in ENDS for word in words.categories])
    ended = int(is_end[words.codes[text.ends - 1]].sum())
    if ended < FEWEST_ENDED or sentences > max(1, MOST_SHARE * len(corpus)):
        return marked
    return sorted({*marked, *corpus.lines[places].tolist()})


def _inner_ends(corpus: Corpus) -> IntArray:
    """Return the positions of full stops in the midst of a sentence with a capital after them."""
    words, ends = corpus.tokens.words, corpus.tokens.ends
    is_end, is_capital, is_initial = (
        np.array([test(word) for word in words.categories], bool)[words.codes]
        for test in (ENDS.__contains__, _is_capital, _is_initial)
    )
    places = np.flatnonzero(is_end[:-1] & is_capital[1:])
    sentence = np.searchsorted(ends, places, side="right")
    starts = ends[sentence] - corpus.tokens.lengths[sentence]
    is_inner = (places - starts >= LEAST_BEFORE) & (ends[sentence] - places > LEAST_AFTER)
    places = places[is_inner]
    found: IntArray = places[~is_initial[places - 1]]
    return found


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def describe_joined(lines: list[int]) -> str:
    """Return where sentences seem to go on after their end."""
    return (
        f"a sentence goes on after {counted(len(lines), 'full stop')}, {named(lines)}: is a blank "
        "line missing, as where files were joined?"
    )
