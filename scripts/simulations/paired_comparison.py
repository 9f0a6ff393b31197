"""Two models on the same data: ``evaluate --compare`` and ``report`` of several runs."""

from __future__ import annotations

import numpy as np

from ner_window.evaluation.bootstrap import Units, paired_tests

from .findings import COVERAGE, FALSE_POSITIVES, Row, Simulation
from .texts import TextSetting

WHAT = "difference of two models"
SETTINGS = [
    TextSetting(documents, of_document=of_document, of_system=of_system, effect=effect)
    for documents in (5, 10, 20, 50, 200)
    for of_document, of_system, effect in ((0, 0, 0), (1, 0.3, 0), (1, 0.3, 0.3))
]


def simulate(setting: TextSetting, rng: np.random.Generator, repeats: int) -> list[Row]:
    truth = np.diff(setting.truth())[0] if setting.effect else 0.0
    holds, detected, shuffled = [], [], []
    for draw in setting.draws(rng, repeats):
        one, other = Units.of(draw.text).summed(draw.counts).transpose(1, 0, 2)
        tests = paired_tests(one, other)
        holds.append(tests.interval[0] <= truth <= tests.interval[1])
        detected.append(tests.bootstrap_p < 0.05)
        shuffled.append(tests.randomization_p < 0.05)
    measure, aim = ("power", None) if setting.effect else ("false positives", FALSE_POSITIVES)
    setting_and = f"{setting}{f', true difference {truth:.1f}' if setting.effect else ''}"
    return [
        Row.of(f"{WHAT}: interval", setting_and, "coverage", holds, COVERAGE),
        Row.of(f"{WHAT}: bootstrap", setting_and, measure, detected, aim),
        Row.of(f"{WHAT}: randomization", setting_and, measure, shuffled, aim),
    ]


SIMULATION = Simulation(SETTINGS, simulate, repeats=2000, short=[SETTINGS[9]], short_repeats=100)
