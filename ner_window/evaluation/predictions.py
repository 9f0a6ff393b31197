"""What a model finds in a corpus, beside what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ner_window.arrays import BoolArray, FloatArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.type_mapping import LeftOut
from ner_window.encoding.encoded import Encoded
from ner_window.evaluation.mentions import Mentions
from ner_window.model.model import Model
from ner_window.model.prediction import Prediction
from ner_window.scoring.score import Score, equal, score_spans


def gold_of(model: Model, corpus: Corpus) -> Corpus:
    """Return the corpus that a model is held to: its one type alone, where it finds only one."""
    return corpus.only(model.target) if model.target else corpus


def as_in_file(predicted: Spans, corpus: Corpus) -> Strings:
    """Return predicted spans as tags in the scheme of the corpus's file."""
    # In io, entities that touch would become one: they are told apart when they are counted.
    return predicted.tags(corpus.token_count, "iob1" if corpus.scheme == "io" else corpus.scheme)


def right_tags(gold: Corpus, tags: Strings) -> BoolArray:
    """Tell which tags are those of the corpus, (tokens,): none where an entity is misaligned."""
    is_right = equal(gold.tags, tags)
    return is_right & ~gold.misaligned.touched(len(is_right)) if gold.misaligned else is_right


@dataclass(frozen=True)
class PredictedCorpus:
    """A corpus and what a model finds in it.

    ``gold`` is the corpus that the model is held to, ``tags`` are those of the ``prediction`` in
    the scheme of its file, ``encoded`` are its sentences as the model sees them. ``left_out`` is
    what takes no part because the types of the file were mapped, None where they were not.
    """

    gold: Corpus
    prediction: Prediction
    tags: Strings
    encoded: Encoded
    left_out: LeftOut | None = None

    @classmethod
    def of(
        cls,
        model: Model,
        corpus: Corpus,
        encoded: Encoded | None = None,
        with_confidences: bool = True,
    ) -> PredictedCorpus:
        """Let a model find the mentions of a corpus.

        Where its types were mapped, mentions of types that it has not are left out: they could only
        be wrong.

        Parameters
        ----------
        model
            Finds them.
        corpus
            Its sentences, with gold tags.
        encoded
            The same for the network, where that is at hand already.
        with_confidences
            Whether the probability of each mention is asked for, too.
        """
        encoded = encoded or model.encode(corpus.tokens)
        found, left_out = model.predict(encoded, with_confidences), None
        prediction = found
        if corpus.shared_types is not None:
            prediction = found.of_types(corpus.shared_types)
            counts = found.spans.counts()
            others = {name: n for name, n in counts.items() if name not in corpus.shared_types}
            left_out = LeftOut(corpus.left_out, others)
        tags = as_in_file(prediction.spans, corpus)
        return cls(gold_of(model, corpus), prediction, tags, encoded, left_out)

    @cached_property
    def mentions(self) -> Mentions:
        """The gold and the predicted mentions."""
        return Mentions.of(self.gold.spans, self.prediction.spans)

    @property
    def confidences(self) -> FloatArray | None:
        """The probability of each predicted mention, None where the model has none."""
        return self.prediction.confidences

    def score(self) -> Score:
        """Count as the shared task's scorer does."""
        is_right = right_tags(self.gold, self.tags)
        return score_spans(self.mentions.gold, self.mentions.predicted, is_right)

    def lines(self) -> Iterator[str]:
        """Yield lines of token, gold and predicted tag; see :func:`scored_lines`."""
        return scored_lines(self.gold, self.tags)


def scored_lines(gold: Corpus, tags: Strings) -> Iterator[str]:
    """Yield lines of token, gold and predicted tag, tab-separated, that the scorer reads.

    A blank line ends each sentence. Documents are set apart by one more: to the shared task's
    scorer a -DOCSTART- line would be a token more.
    """
    text, documents = gold.tokens, gold.tokens.documents
    columns = (text.words, gold.tags, tags)
    for sentence in range(len(text)):
        if documents is not None and sentence and np.diff(documents[sentence - 1 :][:2])[0]:
            yield ""
        tokens = text.bounds(sentence)
        rows = zip(*(column.part(tokens) for column in columns), strict=True)
        yield from map("\t".join, rows)
        yield ""
