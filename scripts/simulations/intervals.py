"""The interval of F1 that ``evaluate``, pages and cards print."""

from __future__ import annotations

import numpy as np

from ner_window.evaluation.bootstrap import Units, figures, percentile_interval, resampled

from .findings import COVERAGE, Row, Simulation
from .texts import TextSetting

WHAT = "interval of F1"
SETTINGS = [
    TextSetting(documents, of_document=of_document, unequal=unequal)
    for documents in (5, 10, 20, 50, 200)
    for of_document, unequal in ((0, False), (1, False), (1, True))
]


def simulate(setting: TextSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    truth = setting.truth()[0]
    holds = []
    for draw in setting.draws(rng, repeats):
        counts = Units.of(draw.text).summed(draw.counts[:, 0])
        low, high = percentile_interval(figures(resampled(counts))[:, 2])
        holds.append(low <= truth <= high)
    return [Row.of(WHAT, str(setting), "coverage", holds, COVERAGE)]


SIMULATION = Simulation(SETTINGS, simulate, repeats=2000, short=[SETTINGS[9]], short_repeats=100)
