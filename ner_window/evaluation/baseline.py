"""The shared task's baseline: entities of the training data, found again by the longest match.

Tjong Kim Sang and De Meulder 2003 describe a system that finds only the entities that have one
class in the training data, and the longest of those that match. This rule gives 68.81 on the
English development data, where they publish 71.18. Another one gives 71.18: an entity of several
classes has its most frequent one, and of equally frequent ones the first of the alphabet. That the
published figure was made so is inferred from the figure alone; other rules for ties give 70.9 to
71.3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tags import Span
from ner_window.evaluation.predictions import as_in_file, right_tags
from ner_window.scoring.score import Score, score_spans

TypeRule = Literal["most frequent type", "one type only"]
Lexicon = Mapping[tuple[str, ...], str]


def lexicon_of(train: Corpus, rule: TypeRule) -> Lexicon:
    """Return the type of each entity of the training data; case matters.

    Entities of several types have their most frequent one, or are not in it, as ``rule`` says.
    """
    types: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    spans = Spans.of(train.tags, train.tokens.ends)
    for name, *tokens in spans.mentions(train.tokens.words):
        types[tuple(tokens)][name] += 1
    return {
        tokens: min(counts, key=lambda name: (-counts[name], name))
        for tokens, counts in types.items()
        if rule == "most frequent type" or len(counts) == 1
    }


def matches(tokens: Sequence[str], lexicon: Lexicon, longest: int) -> list[Span]:
    """Return the entities of a sentence, from left to right, at each place the longest one.

    ``longest`` is the number of tokens of the longest entity of the lexicon.
    """
    found: list[Span] = []
    start = 0
    while start < len(tokens):
        ends = range(min(start + longest, len(tokens)), start, -1)
        end = next((end for end in ends if tuple(tokens[start:end]) in lexicon), None)
        if end is not None:
            found.append(Span(start, end, lexicon[tuple(tokens[start:end])]))
        start = end or start + 1
    return found


def baseline(train: Corpus, corpus: Corpus, rule: TypeRule = "most frequent type") -> Score:
    """Score the baseline that is learned from ``train`` on a corpus."""
    lexicon = lexicon_of(train, rule)
    longest = max(map(len, lexicon), default=0)
    ends, lengths = corpus.tokens.ends, corpus.tokens.lengths
    found = [
        Span(first + span.start, first + span.end, span.type)
        for first, tokens in zip((ends - lengths).tolist(), corpus.tokens, strict=True)
        for span in matches(tokens, lexicon, longest)
    ]
    predicted = _as_arrays(found, ends)
    tags = as_in_file(predicted, corpus)
    return score_spans(corpus.spans, predicted, right_tags(corpus, tags))


def _as_arrays(found: Sequence[Span], sentence_ends: IntArray) -> Spans:
    names = sorted({span.type for span in found})
    number_of = {name: number for number, name in enumerate(names)}
    rows = [(span.start, span.end, number_of[span.type]) for span in found]
    starts, ends, types = np.array(rows, np.int64).reshape(-1, 3).T
    return Spans(starts, ends, types, names, sentence_ends)
