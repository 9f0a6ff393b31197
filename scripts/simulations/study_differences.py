"""The difference between two arms of a study: its interval and its p, looked at alone."""

from __future__ import annotations

import numpy as np

from ner_window.study.draws import Draws

from .findings import CAUTIOUS_COVERAGE, CAUTIOUS_FALSE_POSITIVES, Row, Simulation
from .studies import FOUND, StudySetting

WHAT = "difference of two arms"
RESAMPLES = 500
SETTINGS = [
    *(
        StudySetting(effects=(effect,), seeds=seeds, units=units)
        for seeds in (3, 5, 10)
        for units, effect in ((10, 0.0), (40, 0.0), (200, 0.0), (200, 2.5))
    ),
    StudySetting(seeds=5, units=200, of_seed=3.0),
    StudySetting(seeds=3, units=200, of_seed=3.0),
    *(
        StudySetting(seeds=2, units=units, of_seed=of_seed)
        for units in (40, 200)
        for of_seed in (1, 3)
    ),
    *(
        StudySetting(seeds=10, units=units, of_arm=10.0, unequal=unequal)
        for units in (20, 50)
        for unequal in (0.7, 1.0, 1.5)
    ),
    StudySetting(seeds=1, units=40, of_seed=0.0),
]
TWO_MODELS = StudySetting(seeds=1, units=200, of_seed=3.0)


def simulate(setting: StudySetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    (effect,) = setting.effects
    draws = [Draws(r, "f1", slice(None), RESAMPLES) for r in setting.draws(rng, repeats)]
    found = [each.difference(0, 1, 0) for each in draws]
    detected = [mean.p < 0.05 for mean in found]
    if effect:
        return [Row.of(WHAT, str(setting), "power", detected)]
    if setting == TWO_MODELS:
        what = "two models, taken for their arms"
        return [Row.of(what, str(setting), "false positives", detected)]
    arms = [each.mean(0, 0).share_interval for each in draws]
    return [
        Row.of(WHAT, str(setting), "coverage", holding(found, effect), CAUTIOUS_COVERAGE),
        Row.of(WHAT, str(setting), "false positives", detected, CAUTIOUS_FALSE_POSITIVES),
        Row.of(
            "mean of an arm",
            str(setting),
            "coverage",
            [low <= 100 * FOUND <= high for low, high in arms],
            CAUTIOUS_COVERAGE,
        ),
    ]


def holding(found: list, truth: float) -> list[bool]:
    """Tell which intervals of resampled means hold the truth."""
    return [low <= truth <= high for low, high in (mean.interval for mean in found)]


SIMULATION = Simulation(
    [*SETTINGS, TWO_MODELS], simulate, repeats=400, short=[SETTINGS[5]], short_repeats=40
)
