"""The difference between two arms of a study: its interval and its p, looked at alone."""

from __future__ import annotations

import numpy as np

from ner_window.study.statistics import statistics_of

from .findings import CAUTIOUS_COVERAGE, CAUTIOUS_FALSE_POSITIVES, Row, Simulation
from .studies import StudySetting

WHAT = "difference of two arms"
RESAMPLES = 1000
SETTINGS = [
    StudySetting(effects=(effect,), seeds=seeds, units=units)
    for seeds in (3, 5, 10)
    for units, effect in ((10, 0.0), (40, 0.0), (200, 0.0), (40, 1.5))
]


def simulate(setting: StudySetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    (effect,) = setting.effects
    found = [
        statistics_of(results, resamples=RESAMPLES).differences[0]
        for results in setting.draws(rng, repeats)
    ]
    detected = [difference.is_detected for difference in found]
    holds = [low <= effect <= high for low, high in (each.interval for each in found)]
    if effect:
        return [Row.of(WHAT, str(setting), "power", detected)]
    return [
        Row.of(WHAT, str(setting), "coverage", holds, CAUTIOUS_COVERAGE),
        Row.of(WHAT, str(setting), "false positives", detected, CAUTIOUS_FALSE_POSITIVES),
    ]


SIMULATION = Simulation(SETTINGS, simulate, repeats=2000, short=[SETTINGS[5]], short_repeats=40)
