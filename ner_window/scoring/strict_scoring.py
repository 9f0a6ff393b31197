"""Scores by other readings of tags than the shared task's: strict, and repaired.

The shared task's scorer makes an entity of every run of tags, whether or not it is what the scheme
would write. Where a column holds sequences that the scheme does not allow, it matters how they are
read, and a figure should say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.console import Group

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans, invalid_sentences, tag_pairs
from ner_window.corpora.tags import Scheme, scheme_evidence
from ner_window.scoring.score import Score, Scored, equal, score, score_spans
from ner_window.terminal import Column, Shown, Table, together


def strict_spans(tags: Strings, sentence_ends: IntArray, scheme: Scheme) -> Spans:
    """Return the spans whose tags are those that the scheme writes for them; drop the others."""
    spans = Spans.of(tags, sentence_ends)
    is_broken = ~equal(tags, spans.tags(len(tags), scheme))
    return spans.subset(spans.count_within(is_broken) == 0)


def strict_score(scored: Scored, scheme: Scheme) -> Score:
    """Score without the entities, gold and predicted, that break the scheme.

    This can raise F1 as well as lower it: a broken prediction that is wrong anyway is forgotten.
    """
    gold, predicted = (
        strict_spans(tags, scored.sentence_ends, scheme) for tags in (scored.gold, scored.predicted)
    )
    return score_spans(gold, predicted, equal(scored.gold, scored.predicted))


@dataclass(frozen=True)
class StrictScores(Shown):
    """How many sequences break a scheme, and the score by each way to read them.

    ``scheme`` is that of the gold column, in which the predicted column is judged too; ``signs`` is
    what speaks for it.
    """

    scheme: Scheme
    signs: str
    sequences: int
    invalid_gold: int
    invalid_predicted: int
    scores: dict[str, Score]

    def __rich__(self) -> Group:
        """Return what there is to say."""
        columns = [
            Column("reading", is_number=False, wraps=True),
            Column("gold"),
            Column("found", rank=1),
            Column("correct", rank=1),
            *map(Column, ("precision", "recall", "F1", "accuracy")),
        ]
        return together(
            f"scheme: {self.signs}",
            f"sequences that break it: gold {self.invalid_gold:,}, predicted "
            f"{self.invalid_predicted:,}, of {self.sequences:,}",
            Table(columns, [_cells(name, read) for name, read in self.scores.items()]),
        )


def _cells(name: str, read: Score) -> list[str]:
    total = read.total
    counts = (total.gold, total.predicted, total.correct)
    shares = (total.precision, total.recall, total.f1, read.accuracy)
    return [name, *map(str, counts), *(f"{share:.2f}" for share in shares)]


def strict_scores(scored: Scored, scheme: Scheme | None = None) -> StrictScores:
    """Return the score by each reading, in ``scheme`` or the one that the gold tags speak for.

    A repair keeps every entity that the shared task's scorer sees and writes it as the scheme does:
    an I that starts an entity becomes B, and so on. It changes the accuracy of the tags, never the
    counts of entities.
    """
    gold, predicted, ends = scored.gold, scored.predicted, scored.sentence_ends
    evidence = scheme_evidence(tag_pairs(gold, ends))
    scheme_read = scheme or evidence.scheme
    repaired_gold, repaired_predicted = (
        Spans.of(tags, ends).tags(len(tags), scheme_read) for tags in (gold, predicted)
    )
    invalid_gold, invalid_predicted = (
        int(np.count_nonzero(invalid_sentences(tags, ends, scheme_read)))
        for tags in (gold, predicted)
    )
    return StrictScores(
        scheme=scheme_read,
        signs=f"{scheme}, as asked for" if scheme else f"{evidence}, from the gold tags",
        sequences=len(ends),
        invalid_gold=invalid_gold,
        invalid_predicted=invalid_predicted,
        scores={
            "as the scorer reads them": scored.score(),
            f"strict {scheme_read}": strict_score(scored, scheme_read),
            f"repaired {scheme_read}": score(repaired_gold, repaired_predicted, ends),
        },
    )
