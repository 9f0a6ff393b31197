"""What happened to the vectors of a model: everything that a study says about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ner_window.corpora.corpus import Corpus
from ner_window.model.model import Model
from ner_window.study.drift import Drift, drift
from ner_window.study.swap_back import SwapBacks, swap_back
from ner_window.study.trained_words import TrainedWords
from ner_window.study.tv_telly import TvTelly, tv_telly

RANDOM = "the vectors started at random: there is nothing that they could have drifted from"
UNMOVED = "no vector has moved"


@dataclass(frozen=True)
class VectorAnalysis:
    """What happened to the vectors of a model; a part is None where it does not apply.

    ``swap_back`` is of several runs, where there are several that differ in the seed.
    ``remark`` says why parts are missing: the vectors started at random, or none has moved.
    """

    remark: str | None
    drift: Drift | None = None
    pitfall: TvTelly | None = None
    swap_back: SwapBacks | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        parts = {
            "drift": self.drift,
            "pitfall": self.pitfall,
            "swap_back": self.swap_back,
        }
        return {
            "remark": self.remark,
            **{name: part.as_dict() if part else None for name, part in parts.items()},
        }


def analyze_vectors(
    model: Model,
    train: Corpus,
    reported: Corpus,
    watched: Sequence[tuple[str, str]] = (),
    seed: int = 1,
) -> VectorAnalysis:
    """Look at what training did to the vectors of a model.

    Parameters
    ----------
    model
        The trained one.
    train
        What it learned from.
    reported
        What it is judged on.
    watched
        Pairs of a training word and a word outside training that are looked at in any case.
    seed
        That of the run that the model is of.

    Raises
    ------
    MovedError
        Where a word outside training has moved.
    InputError
        Where the model has its vectors at half precision.
    """
    trained = TrainedWords.of(model, train)
    if trained is None:
        return VectorAnalysis(RANDOM)
    return VectorAnalysis(
        remark=None if trained.has_moved.any() else UNMOVED,
        drift=drift(model, trained),
        pitfall=tv_telly(model, trained, reported, watched),
        swap_back=SwapBacks({seed: swap_back(model, trained, reported)}),
    )
