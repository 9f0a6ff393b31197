"""F1 on raw text, beside F1 on gold tokens: what a user of text gets who has no tokens.

The text of a corpus in tokens is rebuilt from them, each sentence as a paragraph of its own, and
cut by the model's own tokenizer, as ``tag`` does. Entities are compared as stretches of characters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.text_cut import as_tagged
from ner_window.corpora.tokens import Tokens
from ner_window.evaluation.predictions import gold_of
from ner_window.model.model import Model
from ner_window.scoring.score import Score, score_spans
from ner_window.tokenization.offsets import Offsets
from ner_window.tokenization.own_cutter import TextCutter


@dataclass(frozen=True)
class RawTextScore:
    """The counts of a corpus on its raw text, of whose ``tokens`` so many are cut alike."""

    score: Score
    tokens: int
    tokens_alike: int

    @property
    def share_alike(self) -> float:
        """The tokens that are cut as the corpus has them, in percent."""
        return 100 * self.tokens_alike / self.tokens if self.tokens else 0.0

    def __str__(self) -> str:
        return raw_text_phrase(self.score.f1, self.share_alike)

    def as_dict(self) -> dict[str, object]:
        """Return all figures as plain numbers, for JSON."""
        types = {name: counts.as_dict() for name, counts in sorted(self.score.by_type.items())}
        return {**self.score.total.as_dict(), "tokens_alike": self.share_alike, "types": types}


def raw_text_phrase(f1: float, share_alike: float) -> str:
    """Return an F1 on raw text in words, with the tokens that are cut alike, in percent."""
    return f"F1 on raw text {f1:.2f} ({share_alike:.1f}% of the tokens come back as tag cuts text)"


@dataclass(frozen=True)
class RawText:
    """The sentences of a corpus as text, cut anew, all in the characters of one long text.

    ``given`` are the corpus's own tokens, ``found`` those of the text, which are ``tokens``. The
    text has a character between two sentences; ``ends`` are the places after these.
    """

    given: Offsets
    found: Offsets
    tokens: Tokens
    ends: list[int]

    @classmethod
    def of(cls, text: Tokens, tokenizer: TextCutter) -> RawText:
        """Rebuild the text of sentences, and cut each of them as a text of its own."""
        given: Offsets = []
        found: Offsets = []
        words: list[str] = []
        lengths: list[int] = []
        sentence_of: list[int] = []
        ends: list[int] = []
        for number in range(len(text)):
            base = ends[-1] if ends else 0
            of_sentence, offsets = text.text_of(number)
            given += [(base + start, base + end) for start, end in offsets]
            for part in as_tagged(tokenizer.cut(of_sentence)):
                found += [(base + start, base + end) for start, end in part]
                words += [of_sentence[start:end] for start, end in part]
                lengths.append(len(part))
                sentence_of.append(number)
            ends.append(base + len(of_sentence) + 1)
        documents = None if text.documents is None else text.documents[sentence_of]
        tokens = Tokens(Strings.of(words), np.array(lengths, np.int64), documents=documents)
        return cls(given, found, tokens, ends)

    def in_characters(self, spans: Spans, tokens: Offsets) -> Spans:
        """Return spans of tokens as spans of characters."""
        bounds = np.array(tokens, np.int64).reshape(-1, 2)
        return Spans(
            starts=bounds[spans.starts, 0],
            ends=bounds[spans.ends - 1, 1],
            types=spans.types,
            names=spans.names,
            sentence_ends=np.array(self.ends),
            is_misaligned=spans.is_misaligned,
        )


def raw_text_score(model: Model, corpus: Corpus) -> RawTextScore | None:
    """Score a model on the raw text of a corpus.

    None where there is none beside that of its tokens: its texts came without tokens and have been
    cut already, or the model looks at columns, which raw text has not.
    """
    needs_column = any(table.feature.needed_column is not None for table in model.features)
    if corpus.raw_texts or needs_column:
        return None
    raw = RawText.of(corpus.tokens, model.tokenizer)
    if not raw.found:
        return None
    prediction = model.predict(model.encode(raw.tokens), with_confidences=False)
    if corpus.shared_types is not None:
        prediction = prediction.of_types(corpus.shared_types)
    gold = raw.in_characters(gold_of(model, corpus).spans, raw.given)
    predicted = raw.in_characters(prediction.spans, raw.found)
    score = score_spans(gold, predicted, is_equal=np.zeros(0, bool))
    alike = len(set(raw.given).intersection(raw.found))
    return RawTextScore(score, len(raw.given), alike)
