"""What a study says of several sizes: which arm is better, and where learning curves cross."""

from __future__ import annotations

import numpy as np

from ner_window.study.crossing import crossing_of
from ner_window.study.differences import differences_of
from ner_window.study.draws import Draws

from .findings import COVERAGE, Aim, Row, Simulation
from .studies import StudySetting

AT_MOST: Aim = (0, 6)
RESAMPLES = 500
MANY = {"units": 100, "mentions": 30.0}
NOTHING = [
    *(
        StudySetting(effects=(0.0,) * sizes, correlation=correlation, **MANY)
        for sizes in (2, 4, 6, 8)
        for correlation in (0.0, 0.9)
    ),
    *(StudySetting(effects=(0.0,) * 4, seeds=seeds, **MANY) for seeds in (3, 10)),
]
ONE_SIGN = [
    StudySetting(effects=effects, correlation=correlation, **MANY)
    for effects in ((0.0, 0.0, 0.0, 2.3), (0.0, 0.0, 0.0, 8.0), (0.0, 8.0))
    for correlation in (0.0, 0.9)
]
CROSSING = [
    StudySetting(effects=effects, seeds=seeds, **MANY)
    for effects in ((-6.0, -2.0, 2.0, 6.0), (-6.0, 6.0), (-3.0, -1.0, 1.0, 3.0))
    for seeds in (3, 5, 10)
]
SETTINGS = [*NOTHING, *ONE_SIGN, *CROSSING]


def simulate(setting: StudySetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    false, crossings = [], []
    for results in setting.draws(rng, repeats):
        draws = Draws(results, "f1", slice(None), RESAMPLES)
        pair = differences_of(draws, [(0, 1)], margin=1.0)
        named = zip((pair[0], pair[-1]), (setting.effects[0], setting.effects[-1]), strict=True)
        false.append(any(each.is_told_apart and not truth for each, truth in named))
        crossings.append(crossing_of(draws, pair))
    is_named = [crossing.between is not None for crossing in crossings]
    if min(setting.effects) < 0:
        truth = 1000 * 2 ** ((len(setting.effects) - 1) / 2)
        holds = [low <= truth <= high for low, high in (c.interval for c in crossings if c.between)]
        return [
            Row.of("crossing", str(setting), "power", is_named),
            Row.of("place of a crossing that is named", str(setting), "coverage", holds, COVERAGE),
        ]
    return [
        Row.of("crossing", str(setting), "false positives", is_named, AT_MOST),
        Row.of("better, at a size that is named", str(setting), "false positives", false, AT_MOST),
    ]


SIMULATION = Simulation(
    SETTINGS, simulate, repeats=400, short=[NOTHING[2], CROSSING[1]], short_repeats=30
)
