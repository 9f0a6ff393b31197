"""The interval of F1 that ``evaluate``, pages and cards print."""

from __future__ import annotations

import numpy as np

from ner_window.evaluation.intervals import figure_intervals
from ner_window.evaluation.units import Units

from .findings import CAUTIOUS_COVERAGE, COVERAGE, Aim, Row, Simulation
from .texts import TextSetting

WHAT = "interval of F1"
DOCUMENTS = [
    TextSetting(documents, **how)
    for how in (
        {},
        {"of_document": 1},
        {"of_document": 1, "unequal": True},
        {"of_document": 1, "unequal": True, "found": 0.96},
        {"of_document": 1, "unequal": True, "mentions": 0.15},
    )
    for documents in (5, 10, 20, 50, 200)
]
BLOCKS = [
    TextSetting(1, sentences, of_sentence=of_sentence, neighbors=neighbors)
    for of_sentence, neighbors in ((0.3, 0), (1, 0.5), (1, 0.8))
    for sentences in (30, 100, 300, 1000, 3000)
]
LEFT_OUT = [TextSetting(documents, 300, of_document=1) for documents in (1, 2, 4)]
HARD = [
    TextSetting(documents, of_sentence=0, **how)
    for how in (
        {"of_document": 2, "found": 0.982},
        {"of_document": 2, "found": 0.982, "unequal": True},
        {"of_document": 1, "of_length": 1, "harder": 0.5},
        {"of_document": 1, "of_length": 1.5, "harder": 0.5},
        {"of_length": 1.5},
        {"of_document": 1, "mentions": 0.05},
    )
    for documents in (5, 10, 20, 50, 200)
]


def simulate(setting: TextSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    truth = setting.truth()[0]
    holds = []
    for draw in setting.draws(rng, repeats):
        units = Units.of(draw.text)
        low, high = figure_intervals(units.summed(draw.counts[:, 0]))[2]
        if not np.isnan(low):
            holds.append(low <= truth <= high)
    return [Row.of(f"{WHAT}, {units.name}", str(setting), "coverage", holds, _aim(setting))]


def _aim(setting: TextSetting) -> Aim | None:
    """Return what is asked for: of blocks nothing where documents differ, which they leave out."""
    if setting in LEFT_OUT:
        return None
    return COVERAGE if setting.documents >= 20 or setting in BLOCKS else CAUTIOUS_COVERAGE


SIMULATION = Simulation(
    [*DOCUMENTS, *BLOCKS, *LEFT_OUT, *HARD],
    simulate,
    repeats=4000,
    short=[DOCUMENTS[0], DOCUMENTS[12], BLOCKS[6]],
    short_repeats=200,
)
