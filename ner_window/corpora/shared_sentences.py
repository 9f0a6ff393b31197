"""Sentences that two corpora have in common: what is learned from cannot be scored on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ner_window.corpora.corpus import Corpus
from ner_window.wording import counted

LEAST_TOKENS = 8
"""Of a sentence that is the same elsewhere by more than chance. On CoNLL-2003, where the dev set
has 193 of its 3,250 sentences in common with training, most are shorter: a place and a date, the
head of a table; 33 of the 2,137 that are as long as this are left."""


@dataclass(frozen=True)
class SharedSentences:
    """How many sentences of a corpus another one has too, of ``total`` that are looked at.

    ``least`` is how many tokens these have: ``LEAST_TOKENS``, or 1 in a corpus without any sentence
    that is as long.
    """

    count: int
    total: int
    least: int

    @property
    def are_most(self) -> bool:
        """Whether the other corpus has more than half of them."""
        return 2 * self.count > self.total

    def __str__(self) -> str:
        of_length = f" of at least {self.least} tokens" if self.least > 1 else ""
        return f"{self.count:,} of its {counted(self.total, 'sentence')}{of_length}"


def shared_sentences(corpus: Corpus, other: Corpus) -> SharedSentences:
    """Count the sentences of a corpus that another one has, whatever their tags."""
    least = LEAST_TOKENS if corpus.tokens.lengths.max() >= LEAST_TOKENS else 1
    times = Counter(tuple(words) for words in corpus.tokens if len(words) >= least)
    common = {words for words in map(tuple, other.tokens) if words in times}
    return SharedSentences(sum(times[words] for words in common), times.total(), least)
