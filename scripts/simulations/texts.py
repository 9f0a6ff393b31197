"""Corpora with known truth: documents of sentences, and what two systems find in them.

In a document, a system finds each mention with a probability whose logit is that of an average one,
plus what this document, this sentence, and this system in this document, are easier by. It also
predicts what is none, the more of it the less it finds. The two systems judge some mentions by the
same draw, as two models that have learned from the same data do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.signal import lfilter
from scipy.special import expit, logit

from ner_window.corpora.categorical import Strings
from ner_window.corpora.tokens import Tokens

MANY = 50_000  # documents, whose F1 is taken for the truth


@dataclass(frozen=True)
class Draw:
    """A corpus: its sentences, as ``text``, and the ``counts`` (sentences, 2, 3) of two systems.

    Counts are of gold, predicted and correct mentions.
    """

    text: Tokens
    counts: np.ndarray


@dataclass(frozen=True)
class TextSetting:
    """How corpora come about.

    Parameters
    ----------
    documents
        How many a corpus has.
    sentences
        How many a document has: so many each, or on average, where they are ``unequal``.
    mentions
        Gold ones of a sentence, on average (Poisson).
    found
        The share of them that is found in an average document.
    of_document, of_sentence, of_system
        Deviations, in logits: of documents, of sentences, and of a system in a document.
    neighbors
        The correlation of the ease of a sentence with that of the next one.
    alike
        The share of mentions that both systems judge by the same draw.
    effect
        By how much the second system is better, in logits.
    unequal
        Whether documents differ in length (geometric).
    of_length
        Deviation of the logarithm of their length (lognormal).
    harder
        By how many logits a document is harder that is e times as long as the average.
    marked
        Whether the text tells where documents begin.
    """

    documents: int
    sentences: int = 20
    mentions: float = 1.5
    found: float = 0.85
    of_document: float = 0.0
    of_sentence: float = 0.3
    of_system: float = 0.0
    neighbors: float = 0.0
    alike: float = 0.7
    effect: float = 0.0
    unequal: bool = False
    of_length: float = 0.0
    harder: float = 0.0
    marked: bool = True

    def __str__(self) -> str:
        size = f"{self.documents} document{'s' * (self.documents > 1)}"
        if self.documents < 5:
            size += f" of {self.sentences} sentences"
        if self.of_document:
            size += " that differ" + " much" * (self.of_document > 1)
        if self.unequal:
            size += ", unequal in length"
        parts = [size]
        if self.of_length:
            parts.append(f"lengths lognormal ({self.of_length:g})")
        if self.harder:
            parts.append("long ones harder")
        if self.neighbors:
            parts.append(f"neighbors alike ({self.neighbors:g})")
        if self.mentions != TextSetting.mentions:
            parts.append(f"{self.mentions:g} mentions a sentence")
        if self.alike != TextSetting.alike:
            parts.append("systems nearly equal")
        if self.found != TextSetting.found:
            parts.append(f"{100 * self.found:g}% found")
        return ", ".join(parts)

    def draw(self, rng: np.random.Generator) -> Draw:
        """Draw a corpus."""
        lengths = np.full(self.documents, self.sentences)
        if self.unequal:
            lengths = rng.geometric(1 / self.sentences, self.documents)
        if self.of_length:
            middle = np.log(self.sentences) - self.of_length**2 / 2
            lengths = np.ceil(rng.lognormal(middle, self.of_length, self.documents)).astype(int)
        document = np.repeat(np.arange(self.documents), lengths)
        ease = logit(self.found) + rng.normal(0, self.of_document, self.documents)[document]
        if self.harder:
            ease -= self.harder * np.log(lengths / self.sentences)[document]
        if self.of_sentence:
            ease += self.of_sentence * _correlated(rng, lengths, self.neighbors)
        by_system = rng.normal(0, self.of_system, (self.documents, 2)) + (0, self.effect)
        share = expit(ease[:, np.newaxis] + by_system[document])
        counts = _counts(rng, rng.poisson(self.mentions, len(document)), share, self.alike)
        words = Strings(["word"], np.zeros(len(document), np.int32))
        documents = document if self.marked else None
        return Draw(Tokens(words, np.ones_like(document), documents=documents), counts)

    def draws(self, rng: np.random.Generator, repeats: int) -> Iterator[Draw]:
        """Draw corpora."""
        return (self.draw(rng) for _ in range(repeats))

    def truth(self) -> np.ndarray:
        """Return F1 (2,) of the systems over very many documents, in percent."""
        return _truth(self)


@cache
def _truth(setting: TextSetting) -> np.ndarray:
    many = TextSetting(**{**vars(setting), "documents": MANY, "sentences": 20})
    gold, predicted, correct = many.draw(np.random.default_rng(0)).counts.sum(axis=0).T
    return 200 * correct / (gold + predicted)


def _correlated(rng: np.random.Generator, lengths: np.ndarray, neighbors: float) -> np.ndarray:
    """Return a number for each sentence, of deviation 1, that goes on as an AR(1) in a document."""
    noise = rng.normal(size=(len(lengths), lengths.max()))
    noise[:, 1:] *= np.sqrt(1 - neighbors**2)
    return lfilter([1], [1, -neighbors], noise)[np.arange(lengths.max()) < lengths[:, np.newaxis]]


def _counts(
    rng: np.random.Generator, gold: np.ndarray, share: np.ndarray, alike: float
) -> np.ndarray:
    """Return gold, predicted and correct (sentences, 2, 3) where shares (sentences, 2) are found.

    As many as 0.9 of what is missed are predicted where nothing is, on average.
    """
    common = rng.binomial(gold, alike)
    better = share.max(axis=1, keepdims=True)
    worse = share.min(axis=1)
    both = rng.binomial(common, worse)
    more = rng.binomial(common - both, (better[:, 0] - worse) / (1 - worse))
    correct = both[:, np.newaxis] + more[:, np.newaxis] * (share == better)
    correct += rng.binomial((gold - common)[:, np.newaxis], share)
    missed = 0.9 * gold[:, np.newaxis] * (1 - share)
    spurious = rng.poisson(alike * missed.min(axis=1))[:, np.newaxis]
    spurious = spurious + rng.poisson(alike * (missed - missed.min(axis=1, keepdims=True)))
    spurious += rng.poisson((1 - alike) * missed)
    return np.stack(
        (np.broadcast_to(gold[:, np.newaxis], share.shape), correct + spurious, correct), -1
    )
