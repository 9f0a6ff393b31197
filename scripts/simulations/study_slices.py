"""The difference of two arms on new mentions against that on seen ones."""

from __future__ import annotations

import numpy as np

from ner_window.study.draws import Draws
from ner_window.study.results import SEEN, UNSEEN

from .findings import CAUTIOUS_COVERAGE, CAUTIOUS_FALSE_POSITIVES, Row, Simulation
from .studies import StudySetting
from .study_differences import holding

WHAT = "difference of differences"
RESAMPLES = 500
SETTINGS = [
    StudySetting(effects=(2.0,), seeds=seeds, units=units, unseen=5.0, unseen_effect=more)
    for seeds in (3, 5, 10)
    for units, more in ((20, 0.0), (100, 0.0), (100, -4.0))
]


def simulate(setting: StudySetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    found = []
    for results in setting.draws(rng, repeats):
        seen, unseen = (Draws(results, "f1", group, RESAMPLES) for group in (SEEN, UNSEEN))
        found.append(unseen.difference(0, 1, 0) - seen.difference(0, 1, 0))
    detected = [mean.p < 0.05 for mean in found]
    if setting.unseen_effect:
        return [Row.of(WHAT, str(setting), "power", detected)]
    return [
        Row.of(WHAT, str(setting), "coverage", holding(found, 0.0), CAUTIOUS_COVERAGE),
        Row.of(WHAT, str(setting), "false positives", detected, CAUTIOUS_FALSE_POSITIVES),
    ]


SIMULATION = Simulation(SETTINGS, simulate, repeats=400, short=[SETTINGS[4]], short_repeats=40)
