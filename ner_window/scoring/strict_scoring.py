"""Scores by other readings of tags than the shared task's: strict, and repaired.

The shared task's scorer makes an entity of every run of tags, whether or not it is what the scheme
would write. Where a column holds sequences that the scheme does not allow, it matters how they are
read, and a figure should say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.spans import Spans, invalid_sentences, tag_pairs
from ner_window.corpora.tags import Scheme, scheme_evidence
from ner_window.scoring.score import Score, Scored, equal, score, score_spans


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
class StrictScores:
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

    def report(self) -> str:
        """Return what there is to say, with a newline at the end."""
        lines = [
            f"scheme: {self.signs}",
            f"sequences that break it: gold {self.invalid_gold:,}, predicted "
            f"{self.invalid_predicted:,}, of {self.sequences:,}",
            f"{'reading':<24}{'gold':>8}{'found':>8}{'correct':>8}"
            f"{'precision':>11}{'recall':>8}{'F1':>8}{'accuracy':>10}",
        ]
        for name, read in self.scores.items():
            total = read.total
            lines.append(
                f"{name:<24}{total.gold:>8}{total.predicted:>8}{total.correct:>8}"
                f"{total.precision:>11.2f}{total.recall:>8.2f}{total.f1:>8.2f}"
                f"{read.accuracy:>10.2f}"
            )
        return "\n".join(lines) + "\n"


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
