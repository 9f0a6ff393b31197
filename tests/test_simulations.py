"""The simulations of scripts/check_statistics.py in short: what they check holds, roughly."""

import numpy as np
import pytest

from scripts.simulations import SIMULATIONS
from scripts.simulations.findings import Row


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, each in SIMULATIONS.items() for number in range(len(each.short))],
)
def test_what_is_claimed_holds_in_short_simulations(name, number):
    simulation = SIMULATIONS[name]
    rng = np.random.default_rng((1, number))
    rows = simulation.simulate(simulation.short[number], rng, simulation.short_repeats)
    assert rows
    for row in rows:
        assert row.is_within(3), str(row)


def test_an_aim_is_missed_by_more_than_chance_only():
    def row(count, repeats=1000):
        return Row("test", "setting", "coverage", count, repeats, (93, 97))

    assert str(row(950)) == "| test | setting | coverage | 95.0 | 93 to 97 | yes |"
    assert str(row(920)).endswith("| 92.0 | 93 to 97 | within chance |")
    assert str(row(900)).endswith("| 90.0 | 93 to 97 | no |")
    assert row(18, 20).is_met
    assert not row(999).is_met
    assert row(999).is_within(9)
    assert Row.of("test", "setting", "power", [True, False]).is_met
