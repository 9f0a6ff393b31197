"""Two models on the same data: ``evaluate --compare`` and ``report`` of several runs."""

from __future__ import annotations

import numpy as np

from ner_window.evaluation.paired_test import SIGNIFICANT, paired_tests
from ner_window.evaluation.units import Units

from .findings import (
    CAUTIOUS_COVERAGE,
    CAUTIOUS_FALSE_POSITIVES,
    COVERAGE,
    FALSE_POSITIVES,
    Row,
    Simulation,
)
from .texts import TextSetting

WHAT = "difference of two models"
SETTINGS = [
    TextSetting(documents, **how)
    for how in (
        {},
        {"of_document": 1, "of_system": 0.3},
        {"of_document": 1, "of_system": 0.3, "unequal": True},
        {"of_document": 1, "alike": 0.97, "found": 0.95},
        {"of_document": 1, "of_system": 0.3, "effect": 0.3},
    )
    for documents in (5, 10, 20, 50, 200)
] + [TextSetting(1, sentences, of_sentence=1, neighbors=0.5) for sentences in (30, 100, 300, 1000)]


def simulate(setting: TextSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    truth = np.diff(setting.truth())[0] if setting.effect else 0.0
    holds, detected, shuffled = [], [], []
    for draw in setting.draws(rng, repeats):
        units = Units.of(draw.text)
        one, other = units.summed(draw.counts).transpose(1, 0, 2)
        tests = paired_tests(one, other)
        holds.append(tests.interval[0] <= truth <= tests.interval[1])
        detected.append(tests.is_detected)
        shuffled.append(tests.randomization_p < SIGNIFICANT)
    is_cautious = units.count < 20 or setting.alike > TextSetting.alike
    covered = CAUTIOUS_COVERAGE if is_cautious else COVERAGE
    found = CAUTIOUS_FALSE_POSITIVES if is_cautious else FALSE_POSITIVES
    measure, aim = ("power", None) if setting.effect else ("false positives", found)
    where = f"{setting}{f', true difference {truth:.1f}' if setting.effect else ''}"
    return [
        Row.of(f"{WHAT}, {units.name}: interval", where, "coverage", holds, covered),
        Row.of(f"{WHAT}, {units.name}: verdict", where, measure, detected, aim),
        Row.of(f"{WHAT}, {units.name}: randomization", where, measure, shuffled),
    ]


SIMULATION = Simulation(
    SETTINGS, simulate, repeats=2000, short=[SETTINGS[0], SETTINGS[13]], short_repeats=100
)
