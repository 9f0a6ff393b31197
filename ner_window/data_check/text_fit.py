"""How text is cut like a corpus: the share of its tokens and sentences that the cut gives back.

Where tokens came without their text, it is rebuilt from them, and what is told is of text as it may
have been.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from ner_window.corpora.tokens import Tokens
from ner_window.tokenization import CharacterCut, PieceCut, RuleCut, Tokenizer
from ner_window.tokenization.offsets import Offsets
from ner_window.wording import ordinal

MOST_SENTENCES = 3000  # whose tokens are compared; of larger corpora every k-th is
MOST_PARTED = 500  # sentences that are cut by the rules of several languages, to find a better one
LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru")
LEAST_GAIN = 0.5  # percent of tokens or sentences by which something else has to be better
FEW_WHOLE = 80  # percent; of fewer, the corpus has several sentences in one
Item = TypeVar("Item")


@dataclass(frozen=True)
class TextFit:
    """Shares of a corpus, in percent, of every k-th sentence, where k is ``step``.

    ``tokens_alike`` are those that the tokenizer gives back, ``by_rules`` those that the rules
    alone do. ``better_tokenizer`` is one that learns nothing and gives clearly more back, if any.
    ``whole_sentences`` are those that the rules of ``language`` leave whole; both are None where
    texts are not cut into sentences. ``better_language`` is one whose rules leave clearly more of
    them whole, if any.
    """

    step: int
    tokens_alike: float
    by_rules: float
    better_tokenizer: str | None
    language: str | None
    whole_sentences: float | None
    better_language: str | None

    @property
    def _looked_at(self) -> str:
        return f", of every {ordinal(self.step)} sentence" if self.step > 1 else ""

    def lines(self) -> Iterator[str]:
        """Yield the same in words."""
        tokenizer = self.better_tokenizer
        better = f"; text.tokenizer: {tokenizer} fits it better" if tokenizer else ""
        yield (
            f"tokenized like this corpus: {_percent(self.tokens_alike)} of its tokens "
            f"(by the rules alone {_percent(self.by_rules)}){self._looked_at}{better}"
        )
        if self.whole_sentences is None:
            return
        share = _percent(self.whole_sentences)
        start = f"the rules of {self.language} leave {share} of its sentences whole"
        if self.whole_sentences < FEW_WHOLE:
            yield f"{start}; text.language: null leaves all"
        elif self.better_language:
            yield f"{start}; text.language: {self.better_language} leaves more"
        else:
            yield start


def text_fit_of(tokens: Tokens, tokenizer: Tokenizer) -> TextFit:
    """Return how a tokenizer cuts text like a corpus whose tokens were given."""
    texts = list(map(tokens.text_of, _spread(range(len(tokens)), MOST_SENTENCES)))
    sentences = [text for text, _ in texts]
    has_rules = tokenizer.language is not None
    alike = _alike(texts, tokenizer.piece_cut)
    fixed = {cut.name: _alike(texts, cut) for cut in (RuleCut(), CharacterCut())}
    best = max(fixed, key=fixed.__getitem__)
    return TextFit(
        step=_step(len(tokens), MOST_SENTENCES),
        tokens_alike=alike,
        by_rules=fixed[RuleCut.name],
        better_tokenizer=best if fixed[best] > alike + LEAST_GAIN else None,
        language=tokenizer.language,
        whole_sentences=_whole(sentences, tokenizer) if has_rules else None,
        better_language=_better_language(sentences, tokenizer) if has_rules else None,
    )


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most so many of some items: all of them, or every k-th."""
    return [items[number] for number in range(0, len(items), _step(len(items), most))]


def _step(count: int, most: int) -> int:
    return -(-count // most) or 1


def _alike(texts: Sequence[tuple[str, Offsets]], cut: PieceCut) -> float:
    """Return the share of the tokens of some sentences that a way of cutting gives back."""
    tokenizer = Tokenizer(None, cut)
    alike = sum(
        len(set(tokens).intersection(chain.from_iterable(tokenizer.cut(text))))
        for text, tokens in texts
    )
    return 100 * alike / sum(len(tokens) for _, tokens in texts)


def _whole(texts: Sequence[str], tokenizer: Tokenizer) -> float:
    """Return the share of some sentences that a tokenizer leaves whole."""
    return 100 * sum(len(tokenizer.cut(text)) <= 1 for text in texts) / len(texts)


def _better_language(texts: Sequence[str], tokenizer: Tokenizer) -> str | None:
    """Return the language whose rules leave the most sentences whole, if that is clearly more."""
    parted = _spread(texts, MOST_PARTED)
    whole = _whole(parted, tokenizer)
    if whole > 100 - LEAST_GAIN:
        return None
    by_language = {name: replace(tokenizer, language=name) for name in LANGUAGES}
    shares = {name: _whole(parted, each) for name, each in by_language.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= whole + LEAST_GAIN else None


def _percent(share: float) -> str:
    """Return a share in words, rounded down: what is called 100% is all."""
    return f"{math.floor(10 * share) / 10:.1f}%"
