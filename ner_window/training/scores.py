"""``scores.json``: how well a finished run does, and which weights it kept.

It is written when a run is finished, and says so. Runs of older versions have not recorded all of
it; what they have not recorded is None.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt

from ner_window.corpora.type_mapping import LeftOut
from ner_window.evaluation.predictions import PredictedCorpus
from ner_window.evaluation.raw_text import RawTextScore, raw_text_phrase
from ner_window.scoring.score import Score
from ner_window.training.selection import HELD_OUT


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class EntityScore(_Record):
    """Counts of entities, and figures in percent."""

    gold: NonNegativeInt
    predicted: NonNegativeInt
    correct: NonNegativeInt
    precision: float
    recall: float
    f1: float


class RawTextRecord(EntityScore):
    """The score of the same entities on raw text; ``tokens_alike`` of the tokens are cut alike, %.

    Runs of older versions have none.
    """

    tokens_alike: float
    types: dict[str, EntityScore]

    def __str__(self) -> str:
        """Return F1 in words."""
        return raw_text_phrase(self.f1, self.tokens_alike)


class SplitScore(_Record):
    """The score of a split: over all types and by type; ``report`` is the shared task's table.

    ``raw_text`` is there where there is text beside the tokens, ``left_out_types`` where the types
    of a file were mapped.
    """

    tokens: NonNegativeInt
    accuracy: float
    gold: NonNegativeInt
    predicted: NonNegativeInt
    correct: NonNegativeInt
    precision: float
    recall: float
    f1: float
    types: dict[str, EntityScore]
    report: str
    raw_text: RawTextRecord | None = None
    left_out_types: LeftOut | None = None

    @classmethod
    def of(
        cls, score: Score, left_out: LeftOut | None = None, raw_text: RawTextScore | None = None
    ) -> SplitScore:
        """Return the record of a score."""
        others: dict[str, object] = {} if left_out is None else {"left_out_types": left_out}
        if raw_text is not None:
            others["raw_text"] = raw_text.as_dict()
        return cls.model_validate({**score.as_dict(), "report": score.report(), **others})


class RunScores(_Record):
    """The content of ``scores.json``.

    The weights are those of the epoch ``kept_epoch``, of an ensemble its first network's;
    ``kept_f1`` is the F1 that it was chosen by, in percent. ``selection``, what is held out of the
    training data, ``dev``, ``test`` and ``held_out``, by name, are there where the config names
    such data, ``restarts`` (the ``kept_f1`` of each) where there were several, ``members`` likewise
    where the model is an ensemble.
    """

    kept_epoch: NonNegativeInt
    kept_f1: float | None = None
    peak_memory_mb: NonNegativeFloat | None = None
    selection: SplitScore | None = None
    dev: SplitScore | None = None
    test: SplitScore | None = None
    held_out: dict[str, SplitScore] | None = None
    restarts: list[float] | None = None
    members: list[float | None] | None = None

    @classmethod
    def of(
        cls,
        predictions: Mapping[str, PredictedCorpus],
        raw_texts: Mapping[str, RawTextScore],
        kept_epoch: int,
        peak_memory_mb: float,
    ) -> RunScores:
        """Return the record of what the kept weights predict, by split or held-out set.

        Parameters
        ----------
        predictions
            What they predict.
        raw_texts
            How that is on raw text, of those that have some.
        kept_epoch, peak_memory_mb
            As the fields have them.
        """
        scores = {
            split: SplitScore.of(predicted.score(), predicted.left_out, raw_texts.get(split))
            for split, predicted in predictions.items()
        }
        held_out = scores.pop(HELD_OUT, None)
        chosen = held_out or scores.get("dev")
        own = {split: scores.pop(split) for split in ("dev", "test") if split in scores}
        return cls(
            kept_epoch=kept_epoch,
            kept_f1=chosen.f1 if chosen else None,
            peak_memory_mb=peak_memory_mb,
            **({"selection": held_out} if held_out else {}),
            **own,
            **({"held_out": scores} if scores else {}),
        )

    @property
    def splits(self) -> dict[str, SplitScore]:
        """The splits that were scored, and after them the held-out sets."""
        both = {"dev": self.dev, "test": self.test}
        own = {split: score for split, score in both.items() if score is not None}
        return {**own, **(self.held_out or {})}

    def as_json(self) -> str:
        """Return the text of the file: what was recorded, and nothing in place of the rest."""
        return json.dumps(self.model_dump(exclude_unset=True), indent=2)
