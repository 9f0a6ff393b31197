"""A corpus, perturbed: other words, the same entities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ner_window.arrays import BoolArray, IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tokens import Tokens
from ner_window.perturbation.perturbation import PERTURBATIONS, Perturbation, ShareOf


@dataclass(frozen=True)
class Perturbed:
    """A perturbed corpus, beside the tokens (tokens,) of the one that it was made from.

    ``is_kept`` tells which of them are there still, ``is_changed`` which are others or lost.
    """

    corpus: Corpus
    is_kept: BoolArray
    is_changed: BoolArray


def perturbed(corpus: Corpus, rates: Mapping[str, float], rng: np.random.Generator) -> Perturbed:
    """Perturb the sentences of a corpus.

    Letters of words come first, then the case of sentences, then punctuation. All
    sentences, documents and entities are kept; no entity loses a token.

    Parameters
    ----------
    corpus
        What is perturbed. It stays as it is.
    rates
        By the name of a perturbation, of how many of its words, sentences or marks; those of one
        kind sum to 1 at most.
    rng
        Draws which of them, and what becomes of each.
    """
    words = _Words(corpus.tokens.words)
    for share_of in ShareOf:
        kinds = [each for each in PERTURBATIONS.values() if each.share_of is share_of]
        asked = [each for each in kinds if rates.get(each.name)]
        if asked:
            tokens, places = _places(corpus, words.strings, share_of)
            kinds_of_tokens = _drawn([rates[each.name] for each in asked], places, rng)
            for number, each in enumerate(asked):
                words.change(tokens[kinds_of_tokens == number], each, rng)
    return _finished(corpus, words)


def _places(corpus: Corpus, words: Strings, share_of: ShareOf) -> tuple[IntArray, IntArray]:
    """Return the tokens that can be perturbed, and by number what each is drawn with."""
    if share_of is ShareOf.SENTENCES:
        return np.arange(len(words)), corpus.tokens.sentence_of
    counts = np.fromiter(map(share_of.counts, words.categories), bool, len(words.categories))
    is_place = counts[words.codes]
    if share_of is ShareOf.MARKS:
        is_place &= corpus.is_outside
    tokens = np.flatnonzero(is_place)
    return tokens, np.arange(len(tokens))


def _drawn(rates: Sequence[float], places: IntArray, rng: np.random.Generator) -> IntArray:
    """Draw which kind each token is perturbed in, the same for those of one place.

    One past the last is none.
    """
    draws = rng.random(int(places.max(initial=-1)) + 1)
    kinds: IntArray = np.searchsorted(np.cumsum(rates), draws, side="right")[places]
    return kinds


def _finished(corpus: Corpus, words: _Words) -> Perturbed:
    tokens, codes = corpus.tokens, words.codes
    is_kept = words.is_kept
    first = tokens.ends - tokens.lengths
    is_empty = np.add.reduceat(is_kept, first) == 0
    restored = first[is_empty]
    codes[restored], is_kept[restored] = tokens.words.codes[restored], True
    is_changed = codes != tokens.words.codes
    if is_kept.all():
        perturbed_tokens = replace(tokens, words=words.strings, offsets=None)
        return Perturbed(replace(corpus, tokens=perturbed_tokens), is_kept, is_changed)
    return Perturbed(_without_lost(corpus, words.strings, is_kept), is_kept, is_changed)


def _without_lost(corpus: Corpus, words: Strings, is_kept: BoolArray) -> Corpus:
    """Return a corpus with other words, of which only some are kept."""
    tokens, spans = corpus.tokens, Spans.of(corpus.tags, corpus.tokens.ends)
    before = np.concatenate(([0], np.cumsum(is_kept)))
    ends = before[tokens.ends]
    moved = replace(spans, starts=before[spans.starts], ends=before[spans.ends], sentence_ends=ends)
    # Entities may touch now that were apart, for which io has no tags.
    scheme = "iob1" if corpus.scheme == "io" else corpus.scheme
    kept = Tokens(
        words=_part(words, is_kept),
        lengths=np.diff(ends, prepend=0),
        columns={name: _part(column, is_kept) for name, column in tokens.columns.items()},
        documents=tokens.documents,
        texts=tokens.texts,
    )
    tags = moved.tags(kept.token_count, scheme)
    return replace(
        corpus,
        tokens=kept,
        tags=tags,
        lines=corpus.lines[is_kept],
        misaligned=corpus.misaligned and corpus.misaligned.among(is_kept, ends),
    )


def _part(column: Strings, is_kept: BoolArray) -> Strings:
    return Strings(column.categories, column.codes[is_kept])


class _Words:
    """The words of a text, of which some change; a lost one is the empty word."""

    def __init__(self, words: Strings) -> None:
        self.before = words
        self.codes = words.codes.copy()
        self._categories = list(words.categories)
        self._code_of = {word: code for code, word in enumerate(self._categories)}

    @property
    def is_kept(self) -> BoolArray:
        """Which words are not lost, (tokens,)."""
        is_kept: BoolArray = self.codes != self._code_of.get("", -1)
        return is_kept

    @property
    def strings(self) -> Strings:
        """The words as they are now."""
        return Strings(self._categories, self.codes)

    def change(
        self, tokens: IntArray, perturbation: Perturbation, rng: np.random.Generator
    ) -> None:
        """Perturb some tokens."""
        words = map(self._categories.__getitem__, self.codes[tokens].tolist())
        changed = map(perturbation.changed, words, rng.random(len(tokens)).tolist())
        self.codes[tokens] = np.fromiter(map(self._code, changed), np.int32, len(tokens))

    def _code(self, word: str) -> int:
        code = self._code_of.setdefault(word, len(self._categories))
        if code == len(self._categories):
            self._categories.append(word)
        return code
