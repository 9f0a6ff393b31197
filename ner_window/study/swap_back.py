"""Swapping back: what F1 rests on the movement of the vectors.

The vector of every training word that the vector file has is put back to its pretrained value; the
rest of the network, words that only training showed included, stays as it was trained. What F1
loses by that is what the network has come to expect of vectors that moved. It is no frozen model: W
and U learned beside moving vectors.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from statistics import fmean, stdev
from typing import Any

import numpy as np

import autodiff as ad
from ner_window.corpora.corpus import Corpus
from ner_window.evaluation.evaluate import evaluate
from ner_window.model.model import Model
from ner_window.study.trained_words import TrainedWords


@dataclass(frozen=True)
class SwapBack:
    """F1 in percent with the ``tuned`` vectors and with the ``pretrained`` ones in their place.

    ``words`` distinct words of the reported data, ``share`` of its tokens (0 to 1), have moved, so
    that another vector stands for them.
    """

    tuned: float
    pretrained: float
    words: int
    share: float

    @property
    def change(self) -> float:
        """What F1 gains by putting the vectors back; negative where it loses."""
        return self.pretrained - self.tuned

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain values, for JSON."""
        return {**asdict(self), "change": self.change}


@dataclass(frozen=True)
class SwapBacks:
    """The same of the runs of an arm, ``by_seed``, which differ in nothing but the seed."""

    by_seed: dict[int, SwapBack]

    @property
    def tuned(self) -> float:
        """Mean F1 as trained."""
        return fmean(run.tuned for run in self.by_seed.values())

    @property
    def pretrained(self) -> float:
        """Mean F1 with the pretrained vectors."""
        return fmean(run.pretrained for run in self.by_seed.values())

    @property
    def change(self) -> float:
        """The mean of what F1 gains by putting the vectors back."""
        return fmean(run.change for run in self.by_seed.values())

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the change between seeds, None of a single one."""
        changes = [run.change for run in self.by_seed.values()]
        return stdev(changes) if len(changes) > 1 else None

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain values, for JSON."""
        return {
            "tuned": self.tuned,
            "pretrained": self.pretrained,
            "change": self.change,
            "deviation": self.deviation,
            "by_seed": {seed: run.as_dict() for seed, run in self.by_seed.items()},
        }


def swap_back(model: Model, trained: TrainedWords, reported: Corpus) -> SwapBack:
    """Score a model on the reported data as it is, and with the pretrained vectors put back."""
    words = model.vocabulary.encode(reported.tokens.words).ids
    moved_rows = trained.rows[trained.has_moved]
    is_moved = np.isin(words.categories, moved_rows)
    tokens = reported.tokens.words.counts()
    return SwapBack(
        tuned=evaluate(model, reported).f1,
        pretrained=evaluate(with_pretrained(model, trained), reported).f1,
        words=int(is_moved.sum()),
        share=float(tokens[is_moved].sum() / tokens.sum()),
    )


def with_pretrained(model: Model, trained: TrainedWords) -> Model:
    """Return a model with the pretrained vectors back in their places; the given one stays."""
    words, *others = model.network.tables
    table = words.data.copy()
    table[trained.rows] = trained.before
    network = replace(model.network, tables=[ad.Tensor(table, words.name), *others])
    return replace(model, network=network)
