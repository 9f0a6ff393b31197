"""The evaluation of a model: the shared task's table, and what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.console import Group, RenderableType

from ner_window.arrays import FloatArray
from ner_window.corpora.partition import UnitName
from ner_window.corpora.spans import invalid_sentences
from ner_window.corpora.type_mapping import LeftOut
from ner_window.corpora.warnings import misaligned_phrase
from ner_window.evaluation.breakdown import ScoreTable, breakdown, f1_line
from ner_window.evaluation.calibration import Calibration, calibration
from ner_window.evaluation.intervals import LEVEL
from ner_window.evaluation.mentions import (
    Grouping,
    Mentions,
    by_length,
    by_seen,
    by_type,
    by_word_status,
    everything,
)
from ner_window.evaluation.mistakes import Confusion, ErrorSplit, confusion, error_split
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.raw_text import RawTextScore, raw_text_score
from ner_window.evaluation.units import Units
from ner_window.model.model import Model
from ner_window.scoring.score import Score
from ner_window.terminal import Shown, Verbatim, apart, together
from ner_window.wording import agreeing


@dataclass(frozen=True)
class Evaluation(Shown):
    """All that is known of how a model does on a corpus.

    ``total`` is a table of a single row, ``tables`` those of the ``groupings``, by name.
    ``invalid_gold`` counts the gold sequences that break their scheme, ``misaligned`` the gold
    entities, by type, that no token border meets. ``raw_text`` is the score on raw text, None where
    there is none beside the ``score``. ``left_out`` says which parts are missing, and why;
    ``left_out_types`` what takes no part because the types of the file were mapped, None where they
    were not.
    """

    score: Score
    units: Units
    total: ScoreTable
    tables: dict[str, ScoreTable]
    groupings: dict[str, Grouping]
    confusion: Confusion
    errors: ErrorSplit
    scheme: str
    sentences: int
    invalid_gold: int
    misaligned: dict[str, int]
    misaligned_examples: list[str]
    calibration: Calibration | None
    left_out: list[str]
    raw_text: RawTextScore | None = None
    left_out_types: LeftOut | None = None

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        return {
            **self.score.as_dict(),
            "raw_text": self.raw_text.as_dict() if self.raw_text else None,
            "intervals": self.total.rows["all"].intervals,
            "intervals_from": {"level": LEVEL, **self.units.as_dict()},
            **{f"by_{name}": table.as_dict() for name, table in self.tables.items()},
            "confusion": self.confusion.as_dict(),
            "errors": self.errors.as_dict(),
            "scheme": self.scheme,
            "sentences": self.sentences,
            "invalid_gold_sequences": self.invalid_gold,
            "misaligned": {"gold": sum(self.misaligned.values()), "types": self.misaligned},
            "calibration": self.calibration.as_dict() if self.calibration else None,
            "left_out": self.left_out,
            **({"left_out_types": self.left_out_types.as_dict()} if self.left_out_types else {}),
        }

    def __rich__(self) -> Group:
        """Return the shared task's table and, after it, what is not in it."""
        by_type, *others = self.tables.values()
        parts: list[RenderableType] = [
            f1_line(self.score.f1, self.total.rows["all"].intervals["f1"], self.units.description),
            *([str(self.left_out_types)] if self.left_out_types else []),
            *([str(self.raw_text)] if self.raw_text else []),
            *([self.misaligned_note] if self.misaligned else []),
            by_type.beside_shared_table,
            *others,
            together("confusion of types", self.confusion),
            self.errors,
            f"gold sequences that break {self.scheme}: {self.invalid_gold:,} of {self.sentences:,}",
            *([self.calibration] if self.calibration else []),
            *self.left_out,
        ]
        return together(Verbatim(self.score.report()), *apart(parts))

    @property
    def misaligned_note(self) -> str:
        """How many gold entities no token border meets, what that means, and some of them."""
        count = sum(self.misaligned.values())
        told = misaligned_phrase(count, self.score.total.gold)
        shown = ", ".join(self.misaligned_examples)
        examples = f", such as {shown}" if count > len(self.misaligned_examples) else f": {shown}"
        return f"{told}: {agreeing(count, 'it', 'they')} can only be missed{examples}"


def evaluate_fully(
    model: Model, predictions: PredictedCorpus, resample: UnitName | None = None
) -> Evaluation:
    """Evaluate the predictions of a model.

    Parameters
    ----------
    model
        Whose predictions they are: it knows the mentions of its training data, and its words.
    predictions
        What it finds in a corpus.
    resample
        What is independent: sentences or documents; None for documents, of fewer than five marked
        ones blocks of neighboring sentences.

    Raises
    ------
    InputError
        Where documents are asked for and too few are marked.
    """
    gold, mentions = predictions.gold, predictions.mentions
    units = Units.of(gold.tokens, resample)
    groupings, left_out = _groupings(model, predictions)
    total, *tables = breakdown(mentions, [everything(mentions), *groupings.values()], units)
    calibrated = _calibration(predictions.confidences, mentions, units)
    if calibrated is None:
        name = model.network.head.section.name
        left_out.append(f"no calibration: the scores of the {name} head are no probabilities")
    invalid = invalid_sentences(gold.tags, gold.tokens.ends, gold.scheme)
    return Evaluation(
        score=predictions.score(),
        units=units,
        total=total,
        tables=dict(zip(groupings, tables, strict=True)),
        groupings=groupings,
        confusion=confusion(mentions),
        errors=error_split(mentions),
        scheme=gold.scheme,
        sentences=len(gold),
        invalid_gold=int(np.count_nonzero(invalid)),
        misaligned=gold.misaligned.spans.counts() if gold.misaligned else {},
        misaligned_examples=gold.misaligned.examples(gold.tokens.words) if gold.misaligned else [],
        calibration=calibrated,
        left_out=left_out,
        raw_text=raw_text_score(model, gold),
        left_out_types=predictions.left_out,
    )


def _groupings(model: Model, predictions: PredictedCorpus) -> tuple[dict[str, Grouping], list[str]]:
    """Return the groupings by name, and what is left out."""
    mentions, tokens = predictions.mentions, predictions.gold.tokens.words
    groupings = {"type": by_type(mentions), "length": by_length(mentions)}
    left_out = []
    if model.mentions is None:
        left_out.append(
            "not by novelty: the model was written by an earlier version, which did not keep the "
            "mentions of its training data; train it again"
        )
    else:
        groupings["novelty"] = by_seen(mentions, tokens, model.mentions)
    words = predictions.encoded.words
    groupings["words"] = by_word_status(mentions, words, len(model.vocabulary))
    return groupings, left_out


def _calibration(
    confidences: FloatArray | None, mentions: Mentions, units: Units
) -> Calibration | None:
    return None if confidences is None else calibration(confidences, mentions, units)
