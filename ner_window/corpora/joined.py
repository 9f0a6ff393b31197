"""Where a blank line is missing between two sentences, as where files were joined."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.scratch import chunks
from ner_window.wording import counted, named

ENDS = frozenset(".!?")
LEAST_BEFORE, LEAST_AFTER = 2, 3  # tokens beside the full stop that are in the sentence
FEWEST_ENDED = 10  # sentences that end in such a mark, so that it is known to end sentences
MOST_SHARE = 0.1  # of the sentences; in tweets every fourth goes on after a full stop
LONGEST_MEAN = 100  # tokens of a sentence; in news, tweets and encyclopedias they have 13 to 23
MARK = "\ufeff"


def joined_lines(corpus: Corpus) -> list[int]:
    """Return the lines after which a sentence seems to be at its end, and goes on.

    They end in a full stop, and what follows has a capital. Where more than a tenth of the
    sentences is like that, as in tweets, it says nothing, and there are none. Of a file with a
    byte-order mark that was put behind another one, its first line tells.
    """
    words, text = corpus.tokens.words, corpus.tokens
    starts_file = _holds(words, lambda word: word.startswith(MARK))
    marked = {int(corpus.lines[place]) for place in _places(words, starts_file)}
    is_end = _holds(words, ENDS.__contains__)
    places = _inner_ends(corpus, is_end)
    sentences = len(np.unique(np.searchsorted(text.ends, places, side="right")))
    ended = int(is_end[words.codes[text.ends - 1]].sum())
    if ended < FEWEST_ENDED or sentences > max(1, MOST_SHARE * len(corpus)):
        return sorted(marked)
    return sorted(marked | set(corpus.lines[places].tolist()))


def _holds(words: Strings, test: Callable[[str], bool]) -> BoolArray:
    """Return of which words a test is true, (categories,)."""
    return np.array([test(word) for word in words.categories], bool)


def _places(words: Strings, is_first: BoolArray, is_next: BoolArray | None = None) -> IntArray:
    """Return the positions of some words that are followed by some others, or by any.

    What is held at a time does not grow with the tokens.
    """
    found = []
    for chunk in chunks(len(words)):
        is_wanted = is_first[words.codes[chunk]]
        if is_next is not None:
            following = is_next[words.codes[chunk.start + 1 : chunk.stop + 1]]
            is_wanted = is_wanted[: len(following)] & following
        found.append(chunk.start + np.flatnonzero(is_wanted))
    return np.concatenate(found)


def _inner_ends(corpus: Corpus, is_end: BoolArray) -> IntArray:
    """Return the positions of full stops in the midst of a sentence with a capital after them."""
    words, ends = corpus.tokens.words, corpus.tokens.ends
    places = _places(words, is_end, _holds(words, _is_capital))
    sentence = np.searchsorted(ends, places, side="right")
    starts = ends[sentence] - corpus.tokens.lengths[sentence]
    is_inner = (places - starts >= LEAST_BEFORE) & (ends[sentence] - places > LEAST_AFTER)
    places = places[is_inner]
    is_initial = _holds(words, _is_initial)[words.codes[places - 1]]
    found: IntArray = places[~is_initial]
    return found


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def describe_joined(corpus: Corpus) -> str | None:
    """Return where sentences seem to go on after their end, or that all do; else None."""
    if corpus.token_count > LONGEST_MEAN * len(corpus):
        tokens, sentences = counted(corpus.token_count, "token"), counted(len(corpus), "sentence")
        return f"{tokens} in {sentences}: are the blank lines missing that end a sentence?"
    lines = joined_lines(corpus)
    if not lines:
        return None
    return (
        f"a sentence goes on after {counted(len(lines), 'full stop')}, {named(lines)}: is a blank "
        "line missing, as where files were joined?"
    )
