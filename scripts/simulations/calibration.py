"""How sure a model is and how often it is right: what ``evaluate`` and pages print beside it.

An entity is right with a probability whose logit is that of its kind plus what its document is
easier by. A calibrated model knows the kind, not the document, and says the mean over documents; a
bold one says a power of the odds of that, a blind one has no sign of some errors.
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
ENOUGH = 500  # entities, on average, for whole numbers of errors to make intervals no longer
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
    of_kind
        Deviation of kinds, in logits.
    blindness
        The share of what would be right that is wrong, without a sign of it.
    """

    documents: int
    entities: float = 15
    right: float = 0.9
    of_document: float = 0.0
    boldness: float = 1.0
    of_kind: float = OF_KIND
    blindness: float = 0.0

    def __str__(self) -> str:
        parts = [f"{self.documents} documents" + " that differ" * bool(self.of_document)]
        if self.entities != CalibrationSetting.entities:
            parts.append(f"{self.entities:g} entities in each")
        parts.append(f"{100 * self.right * (1 - self.blindness):.3g}% right")
        if not self.is_calibrated:
            name = "over" if self.truth() > 0 else "under"
            parts.append(f"{name}-confident by {abs(self.truth()):.1f}")
        return ", ".join(parts)

    @property
    def is_calibrated(self) -> bool:
        """Whether what the model says is so."""
        return self.boldness == 1 and not self.blindness

    def draw(self, rng: np.random.Generator) -> Calibration:
        """Draw a corpus, and judge the model on it."""
        sizes = rng.poisson(self.entities, self.documents)
        document = np.repeat(np.arange(self.documents), sizes)
        kinds = self._kinds(rng, len(document))
        ease = self.of_document * rng.normal(size=self.documents)
        share = expit(kinds + ease[document]) * (1 - self.blindness)
        is_right = rng.random(len(document)) < share
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
        right = (1 - self.blindness) * self._share(kinds)
        return 100 * float((self._said(kinds) - right).mean())

    def _kinds(self, rng: np.random.Generator, count: int) -> np.ndarray:
        return logit(self.right) + self.of_kind * rng.normal(size=count)

    def _share(self, kinds: np.ndarray) -> np.ndarray:
        """Return how often entities of some kinds (n,) are right, over documents, to the eye."""
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
    is_exact = setting.documents * setting.entities >= ENOUGH
    coverage = COVERAGE if is_exact else CAUTIOUS_COVERAGE
    measure: Measure = "false positives"
    aims: list[Aim | None] = [
        FALSE_POSITIVES if is_exact else CAUTIOUS_FALSE_POSITIVES,
        None if setting.of_document else BEYOND,
    ]
    if not setting.is_calibrated:
        measure, aims = "power", [None, None]
    return [
        Row.of("says and is right: interval", str(setting), "coverage", holds, coverage),
        Row.of("over- or under-confident", str(setting), measure, detected, aims[0]),
        Row.of("error beyond a perfect model's", str(setting), measure, beyond, aims[1]),
    ]


MANY_ENTITIES = [
    CalibrationSetting(documents, right=right, of_document=of_document, boldness=boldness)
    for documents in (5, 10, 20, 50, 200)
    for right, of_document, boldness in (
        (0.9, 0, 1),
        (0.97, 0, 1),
        (0.9, 0.7, 1),
        (0.9, 0.7, 1.5),
        (0.97, 0, 0.5),
    )
]
OF_A_TYPE = [
    CalibrationSetting(documents, entities, right, of_kind=0.3, blindness=blindness)
    for documents, entities, right, blindness in (
        (20, 0.25, 0.8, 0),
        (20, 1.5, 0.8, 0),
        (20, 1.5, 0.995, 0),
        (50, 1.2, 0.995, 0),
        (20, 1.5, 0.995, 0.05),
        (50, 0.6, 0.995, 0.025),
        (50, 1.2, 0.995, 0.025),
        (50, 6, 0.995, 0.01),
    )
]
SETTINGS = [*MANY_ENTITIES, *OF_A_TYPE]
SIMULATION = Simulation(
    SETTINGS,
    simulate,
    repeats=300,
    short=[MANY_ENTITIES[10], OF_A_TYPE[5]],
    short_repeats=60,
)
