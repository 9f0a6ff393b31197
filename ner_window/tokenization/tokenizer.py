"""What cuts a text into sentences of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any, Self

from ner_window.errors import InputError
from ner_window.tokenization.normalization import NormalizedText
from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.piece_cut import CUTS, PieceCut, piece_offsets
from ner_window.tokenization.rules import RuleCut
from ner_window.tokenization.sentences import paragraph_ends, sentence_ends

LONGEST_PIECE = 100  # characters that are looked at before the end of a sentence
LAST_PIECE = re.compile(r"(\S+)\s*\Z")


@dataclass(frozen=True)
class Tokenizer:
    """Cuts texts into sentences, and these into tokens.

    ``language`` is that of the rules for sentences, such as ``en``; None where each paragraph is
    one sentence. ``piece_cut`` cuts what stands between white space.
    """

    language: str | None
    piece_cut: PieceCut

    def __str__(self) -> str:
        """Return how text is cut, in a few words."""
        ends = f"by the rules of {self.language}" if self.language else "at blank lines alone"
        return f"tokens {self.piece_cut}; sentences end {ends}"

    def cut(self, text: str) -> list[Offsets]:
        """Return the tokens of each sentence of a text; no sentence is empty.

        It is the normalized text that is cut; the offsets are those in the text as given. Unseen
        characters, see :mod:`~ner_window.tokenization.normalization`, are in no token but within.
        """
        normalized, sentences, after = NormalizedText.of(text), [], 0
        for bounds in self._sentences(normalized.text):
            tokens = self._tokens(normalized.text, *bounds)
            if found := normalized.originals(tokens, after):
                sentences.append(found)
                after = found[-1][1]
        return sentences

    def tokens_of(self, sentence: str) -> list[str]:
        """Return the tokens of a text that is taken for one sentence."""
        tokens = chain.from_iterable(replace(self, language=None).cut(sentence))
        return [sentence[start:end] for start, end in tokens]

    def _sentences(self, text: str) -> Iterable[tuple[int, int]]:
        ends = sorted({*paragraph_ends(text), *self._ends(text)})
        return zip([0, *ends], [*ends, len(text)], strict=True)

    def _ends(self, text: str) -> list[int]:
        """Return where sentences end by the rules, but not after an abbreviation of the corpus."""
        ends = sentence_ends(text, self.language) if self.language else []
        return [end for end in ends if not self._goes_on(text, end)]

    def _goes_on(self, text: str, end: int) -> bool:
        """Tell whether what ends at a place is an abbreviation of the corpus."""
        found = LAST_PIECE.search(text[max(end - LONGEST_PIECE, 0) : end])
        return found is not None and self.piece_cut.is_abbreviation(found[1])

    def _tokens(self, text: str, start: int, end: int) -> Offsets:
        starts_in = self.piece_cut.starts
        tokens: Offsets = []
        pieces = piece_offsets(text, start, end)
        for first, stop in pieces:
            starts = starts_in(text[first:stop], stop == pieces[-1][1])
            if len(starts) == 1:
                tokens.append((first, stop))
            else:
                tokens += pairwise([*(first + place for place in starts), stop])
        return tokens

    def like(self, sentences: Iterable[tuple[str, Offsets]]) -> Self:
        """Return the tokenizer that cuts these sentences, each with its tokens, as they are cut."""
        normalized = ((NormalizedText.of(text), tokens) for text, tokens in sentences)
        cut = ((each.text, each.places_of(tokens)) for each, tokens in normalized)
        return replace(self, piece_cut=self.piece_cut.like(cut))

    def stored(self) -> dict[str, Any]:
        """Return what there is to know of it, as plain data."""
        cut = {"name": self.piece_cut.name, **self.piece_cut.stored()}
        return {"language": self.language, "cut": cut}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Return the tokenizer of which that was stored.

        Raises InputError where its way of cutting is not registered, and LookupError, TypeError or
        ValueError where it is nothing of the kind.
        """
        language, settings = stored["language"], dict(stored["cut"])
        name = settings.pop("name")
        if not (language is None or (isinstance(language, str) and language.isascii())):
            raise TypeError(f"the language is {language!r}")
        if name not in CUTS:
            raise InputError(
                f"the model cuts text by {name!r}, which nobody has registered; import its module "
                f"first (there are {', '.join(CUTS)})"
            )
        return cls(language, CUTS[name].restored(settings))


BY_RULES = Tokenizer("en", RuleCut())
"""The tokenizer of those who have no other."""
