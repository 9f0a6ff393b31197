"""F1 on perturbed text: what is left of it in other cases, and with noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from rich.console import Group

from ner_window.corpora.corpus import Corpus
from ner_window.evaluation.evaluate import evaluate
from ner_window.model.model import Model
from ner_window.perturbation import PERTURBATIONS, Perturbation, perturbed
from ner_window.terminal import Column, Shown, Table, together

SEED = 1


@dataclass(frozen=True)
class PerturbedScore:
    """F1 under a perturbation; ``changed`` is the share of the tokens that are others, or lost."""

    perturbation: Perturbation
    f1: float
    changed: float

    @property
    def extent(self) -> str:
        """What was perturbed of what can be, in words."""
        rate, share_of = self.perturbation.evaluated_at, self.perturbation.share_of.value
        return f"{'all' if rate == 1 else f'{rate:.0%} of the'} {share_of}"


@dataclass(frozen=True)
class Robustness(Shown):
    """F1 on ``clean`` text, and under perturbations, where the most is lost first."""

    clean: float
    scores: list[PerturbedScore]
    seed: int = SEED

    def loss(self, score: PerturbedScore) -> float:
        """Return how much lower F1 is under a perturbation, in points."""
        return self.clean - score.f1

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        under = {
            score.perturbation.name: {
                "rate": score.perturbation.evaluated_at,
                "share_of": score.perturbation.share_of.value,
                "tokens_changed": score.changed,
                "f1": score.f1,
                "loss": self.loss(score),
            }
            for score in self.scores
        }
        return {"seed": self.seed, "clean": self.clean, "under": under}

    def __rich__(self) -> Group:
        """Return a row for each perturbation."""
        columns = [
            Column("perturbed", is_number=False),
            Column("what", rank=2, is_number=False, wraps=True),
            Column("tokens changed", rank=1),
            Column("F1"),
            Column("loss"),
        ]
        rows = [
            [
                f"  {score.perturbation.title}",
                score.extent,
                f"{score.changed:.1%}",
                f"{score.f1:.2f}",
                f"{self.loss(score):.2f}",
            ]
            for score in self.scores
        ]
        clean = ["  nothing", "", "", f"{self.clean:.2f}", ""]
        return together(
            f"F1 on perturbed text, drawn with seed {self.seed}", Table(columns, [clean, *rows])
        )


def robustness(
    model: Model, corpus: Corpus, names: Iterable[str] = PERTURBATIONS, clean: float | None = None
) -> Robustness:
    """Score a model on a corpus in each of some perturbations, at the rate of its evaluation.

    Parameters
    ----------
    model
        What is scored.
    corpus
        What is perturbed.
    names
        Of the perturbations.
    clean
        F1 without any, where it is known.
    """
    clean = evaluate(model, corpus).f1 if clean is None else clean
    scores = [_score(model, corpus, PERTURBATIONS[name]) for name in names]
    return Robustness(clean, sorted(scores, key=lambda score: score.f1))


def _score(model: Model, corpus: Corpus, perturbation: Perturbation) -> PerturbedScore:
    rates = {perturbation.name: perturbation.evaluated_at}
    noisy = perturbed(corpus, rates, np.random.default_rng(SEED))
    f1 = evaluate(model, noisy.corpus).f1
    return PerturbedScore(perturbation, f1, float(noisy.is_changed.mean()))
