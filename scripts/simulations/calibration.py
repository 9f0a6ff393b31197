"""How sure a model is and how often it is right: what ``evaluate`` and pages print beside it.

An entity is right with a probability whose logit is that of its kind plus what its document is
easier by. A calibrated model knows the kind, not the document, and says the mean over documents; a
bold one says a power of the odds of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ner_window.corpora.spans import Spans
from ner_window.evaluation.calibration import Calibration, calibration
from ner_window.evaluation.mentions import Mentions
from ner_window.evaluation.units import Units

from .findings import (
    CAUTIOUS_COVERAGE,
    CAUTIOUS_FALSE_POSITIVES,
    COVERAGE,
    FALSE_POSITIVES,
    Aim,
    Measure,
    Row,
    Simulation,
)

MANY = 1_000_000  # entities, whose mean is taken for the truth
OF_KIND = 1.5  # deviation of logits
EASES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
ENOUGH = 20  # documents
BEYOND = (0, 3)  # of what a perfect model shows, 1 in 40 is above the range


@dataclass(frozen=True)
class CalibrationSetting:
    """How entities come about.

    Parameters
    ----------
    documents, entities
        How many documents there are, and predicted entities in each on average (Poisson).
    right
        The share that is right of entities of an average kind in an average document.
    of_document
        Deviation of documents, in logits.
    boldness
        The odds that the model says are the true ones to this power: above 1 it is over-confident.
    """

    documents: int
    entities: float = 15
    right: float = 0.9
    of_document: float = 0.0
    boldness: float = 1.0

    def __str__(self) -> str:
        parts = [f"{self.documents} documents" + " that differ" * bool(self.of_document)]
        parts.append(f"{100 * self.right:g}% right")
        if self.boldness != 1:
            name = "over" if self.boldness > 1 else "under"
            parts.append(f"{name}-confident by {abs(self.truth()):.1f}")
        return ", ".join(parts)

    def draw(self, rng: np.random.Generator) -> Calibration:
        """Draw a corpus, and judge the model on it."""
        sizes = rng.poisson(self.entities, self.documents)
        document = np.repeat(np.arange(self.documents), sizes)
        kinds = self._kinds(rng, len(document))
        ease = self.of_document * rng.normal(size=self.documents)
        is_right = rng.random(len(document)) < expit(kinds + ease[document])
        places = np.arange(len(document))
        types, ends = np.zeros_like(places), places + 1
        spans = Spans(places, ends, types, ["X"], ends)
        mentions = Mentions(spans, spans, is_right, is_right)
        units = Units("documents", document, self.documents)
        return calibration(self._said(kinds), mentions, units)

    def draws(self, rng: np.random.Generator, repeats: int) -> Iterator[Calibration]:
        """Draw as many."""
        return (self.draw(rng) for _ in range(repeats))

    def truth(self) -> float:
        """Return confidence minus precision of very many entities, in points."""
        kinds = self._kinds(np.random.default_rng(0), MANY // 10)
        return 100 * float((self._said(kinds) - self._share(kinds)).mean())

    def _kinds(self, rng: np.random.Generator, count: int) -> np.ndarray:
        return logit(self.right) + OF_KIND * rng.normal(size=count)

    def _share(self, kinds: np.ndarray) -> np.ndarray:
        """Return how often entities of some kinds (n,) are right, over all documents."""
        if not self.of_document:
            return expit(kinds)
        return expit(kinds[:, np.newaxis] + self.of_document * EASES) @ (WEIGHTS / WEIGHTS.sum())

    def _said(self, kinds: np.ndarray) -> np.ndarray:
        return expit(self.boldness * logit(self._share(kinds)))


def simulate(setting: CalibrationSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    found, truth = list(setting.draws(rng, repeats)), setting.truth()
    intervals = [each.total.interval for each in found]
    holds = [low <= truth <= high for low, high in filter(None, intervals)]
    detected = [each.total.tendency is not None for each in found]
    beyond = [not each.is_within_chance for each in found]
    is_exact = setting.documents >= ENOUGH
    coverage = COVERAGE if is_exact else CAUTIOUS_COVERAGE
    measure: Measure = "false positives"
    aims: list[Aim | None] = [
        FALSE_POSITIVES if is_exact else CAUTIOUS_FALSE_POSITIVES,
        None if setting.of_document else BEYOND,
    ]
    if setting.boldness != 1:
        measure, aims = "power", [None, None]
    return [
        Row.of("says and is right: interval", str(setting), "coverage", holds, coverage),
        Row.of("over- or under-confident", str(setting), measure, detected, aims[0]),
        Row.of("error beyond a perfect model's", str(setting), measure, beyond, aims[1]),
    ]


SETTINGS = [
    CalibrationSetting(documents, right=right, of_document=of_document, boldness=boldness)
    for documents in (5, 10, 20, 50, 200)
    for right, of_document, boldness in (
        (0.9, 0, 1),
        (0.97, 0, 1),
        (0.9, 0.7, 1),
        (0.9, 0.7, 1.5),
    )
]
SIMULATION = Simulation(SETTINGS, simulate, repeats=300, short=[SETTINGS[8]], short_repeats=60)
