"""What the models of a cross-validation find, each in what it has not seen, as one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Group

from ner_window.arrays import IntArray
from ner_window.corpora.categorical import Strings
from ner_window.corpora.corpus import Corpus
from ner_window.corpora.spans import Spans
from ner_window.corpora.tokens import Tokens
from ner_window.evaluation.breakdown import ScoreTable, breakdown, f1_line
from ner_window.evaluation.intervals import LEVEL
from ner_window.evaluation.mentions import Mentions, by_type, everything
from ner_window.evaluation.predictions import as_in_file, right_tags, scored_lines
from ner_window.evaluation.units import Units
from ner_window.scoring.score import Score, score_spans
from ner_window.terminal import Shown, Verbatim, together


def spans_in_whole(spans: Spans, sentences: IntArray, whole: Tokens) -> Spans:
    """Return the spans of some sentences of a text as spans of the text.

    ``sentences`` are their numbers in it, in ascending order.
    """
    starts = whole.ends - whole.lengths
    part_starts = spans.sentence_ends - np.diff(spans.sentence_ends, prepend=0)
    shift = (starts[sentences] - part_starts)[spans.sentences]
    return replace(
        spans, starts=spans.starts + shift, ends=spans.ends + shift, sentence_ends=whole.ends
    )


def _joined(parts: Sequence[Spans]) -> Spans:
    """Return the spans of a text that are told in several parts, in their order."""
    names = sorted({name for part in parts for name in part.names})
    parts = [part.renamed(names) for part in parts]
    starts, ends, types = (
        np.concatenate([getattr(part, field) for part in parts])
        for field in ("starts", "ends", "types")
    )
    order = np.argsort(starts)
    return Spans(starts[order], ends[order], types[order], names, parts[0].sentence_ends)


@dataclass(frozen=True)
class CrossValidation(Shown):
    """Every sentence of a corpus with what a model found in it that had not seen it.

    ``tags`` are those found, in the scheme of the file; ``fold`` (sentences,) is the fold of each
    sentence, from 0; ``f1_of_folds`` the F1 of each model on its own fold, in percent.
    """

    gold: Corpus
    tags: Strings
    fold: IntArray
    f1_of_folds: list[float]
    score: Score
    units: Units
    total: ScoreTable
    by_type: ScoreTable

    @classmethod
    def of(
        cls, gold: Corpus, found: Sequence[Spans], fold: IntArray, f1_of_folds: list[float]
    ) -> CrossValidation:
        """Count what the models have found.

        Parameters
        ----------
        gold
            The corpus.
        found
            The spans of each fold, as spans of the corpus.
        fold, f1_of_folds
            As the fields have them.
        """
        predicted = _joined(found)
        tags = as_in_file(predicted, gold)
        mentions = Mentions.of(gold.spans, predicted)
        units = Units.of(gold.tokens)
        groupings = [everything(mentions), by_type(mentions)]
        total, types = breakdown(mentions, groupings, units)
        score = score_spans(mentions.gold, mentions.predicted, right_tags(gold, tags))
        return cls(gold, tags, fold, f1_of_folds, score, units, total, types)

    def lines(self) -> Iterator[str]:
        """Yield lines of token, gold and predicted tag, which the shared task's scorer reads."""
        return scored_lines(self.gold, self.tags)

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain values, for JSON."""
        return {
            "f1_of_folds": self.f1_of_folds,
            "sentences_of_folds": np.bincount(self.fold).tolist(),
            **self.score.as_dict(),
            "intervals": self.total.rows["all"].intervals,
            "by_type": self.by_type.as_dict(),
            "intervals_from": {"level": LEVEL, **self.units.as_dict()},
        }

    def __rich__(self) -> Group:
        """Return the shared task's table, F1 of all and of each fold, and what else there is."""
        runs = " ".join(f"{f1:.2f}" for f1 in self.f1_of_folds)
        mean, deviation = statistics.mean(self.f1_of_folds), statistics.stdev(self.f1_of_folds)
        return together(
            Verbatim(self.score.report()),
            f1_line(self.score.f1, self.total.rows["all"].intervals["f1"], self.units.description),
            f"folds F1 {mean:.2f} +- {deviation:.2f} ({runs})",
            "",
            self.by_type.beside_shared_table,
        )
