"""What a study says of arms that it does not tell apart: that they lie within a margin."""

from __future__ import annotations

import numpy as np

from ner_window.study.differences import differences_of
from ner_window.study.draws import Draws

from .findings import Aim, Row, Simulation
from .studies import StudySetting

MARGIN = 1.0
AT_MOST: Aim = (0, 6)
RESAMPLES = 500
SETTINGS = [
    StudySetting(
        effects=(effect,), seeds=seeds, units=200, mentions=mentions, of_seed=0.3, of_arm=1.0
    )
    for seeds, mentions in ((3, 50.0), (5, 50.0), (10, 50.0), (10, 10.0))
    for effect in (0.0, MARGIN)
]
IN_FEW = [
    StudySetting(
        effects=(-MARGIN,),
        units=units,
        mentions=30.0,
        of_seed=0.1,
        of_unit=0.0,
        of_arm=0.0,
        effect_in=0.1,
        found=0.99,
    )
    for units in (20, 50, 200)
]


def simulate(setting: StudySetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    (effect,) = setting.effects
    draws = (Draws(r, "f1", slice(None), RESAMPLES) for r in setting.draws(rng, repeats))
    found = [differences_of(each, [(0, 1)], MARGIN)[0] for each in draws]
    equivalent = [each.is_equivalent for each in found]
    setting_and = f"{setting}, {setting.mentions:g} mentions each"
    if effect:
        what = "equivalence at the margin"
        aim = AT_MOST if setting.effect_in == 1 else None
        return [Row.of(what, setting_and, "false positives", equivalent, aim)]
    return [Row.of("equivalence", setting_and, "power", equivalent)]


SIMULATION = Simulation(
    [*SETTINGS, *IN_FEW], simulate, repeats=400, short=[SETTINGS[3]], short_repeats=40
)
