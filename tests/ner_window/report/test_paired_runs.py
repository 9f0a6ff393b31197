"""What is said of two runs is as strong as the test."""

from dataclasses import dataclass

import pytest

from ner_window.report.paired_runs import Paired


@dataclass
class Difference:
    difference: float
    interval: tuple[float, float] | None
    p: float | None


@dataclass
class Compared:
    tests: Difference


@pytest.mark.parametrize(
    ("difference", "interval", "p", "said"),
    [
        (-16.8, (-20.0, -13.0), 0.001, "2 b is worse than 1 a (difference ~16.8, ~20.0 to ~13.0)"),
        (0.71, (0.4, 0.9), 0.01, "2 b is better than 1 a (difference +0.71, 0.40 to 0.90)"),
        (0.01, (-0.6, 0.7), 0.97, "2 b is not told apart from 1 a (difference 0.0, ~0.6 to 0.7)"),
        (4.0, (0.5, 7.5), 0.06, "2 b is not told apart from 1 a (difference +4.0, 0.5 to 7.5)"),
        (4.0, None, None, "2 b is not tested: there is too little text"),
    ],
)
def test_a_difference_is_told_where_it_is_detected(difference, interval, p, said):
    pair = Paired("2 b", Compared(Difference(difference, interval, p)), adjusted_p=p)
    assert pair.phrase("1 a") == said.replace("~", "\N{MINUS SIGN}")


def test_what_was_not_compared_says_why():
    pair = Paired("2 b", reason="not compared: it is held to another file")
    assert pair.phrase("1 a") == "2 b is not compared: it is held to another file"
    assert pair.differing("1 a") == []
