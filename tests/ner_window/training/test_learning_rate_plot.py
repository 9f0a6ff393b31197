"""The plot of find-lr: all that was tried is in it, in the words of the terminal."""

import numpy as np
import pytest

from ner_window.training.learning_rate import Finding, RangeTest, Trial, is_plot
from tests.page import Page

plots = pytest.importorskip("ner_window.training.learning_rate_plot")


def finding_of(**losses):
    trials = [Trial(float(rate), loss) for rate, loss in losses.items()]
    return Finding(trials, RangeTest(np.array([0.001, 0.01]), np.array([2.0, 1.5])), None)


@pytest.fixture
def finding():
    losses = {"0.001": 0.5, "0.01": 1.0, "0.1": 117.0, "1": float("inf"), "10": float("nan")}
    return finding_of(**losses)


def page_of(finding):
    return Page(plots.plot_of(finding, "mine.yaml").svg().decode().partition("?>")[2])


def test_the_plot_is_the_same_in_every_run_and_is_known_again(finding, tmp_path):
    drawn = plots.plot_of(finding, "mine.yaml")
    assert drawn.svg() == drawn.svg()
    (tmp_path / "a").write_bytes(drawn.svg())
    assert is_plot(tmp_path / "a")
    (tmp_path / "a").write_text("<svg/>")
    assert not is_plot(tmp_path / "a")


def test_the_plot_says_what_the_terminal_says(finding):
    texts = page_of(finding).texts["text"]
    assert "Learning rates for mine.yaml" in texts
    for words in ("mean loss of steps 81 to 100", finding.suggested, str(finding.range_test)):
        assert words in str(finding)
        assert any(words in text for text in texts)
    assert {"0.001", "0.1"} <= set(texts)  # the rates, on the axis


def test_no_trial_is_left_out_of_the_plot(finding):
    page = page_of(finding)
    told = [text for text in page.texts["title"] if text[0].isdigit()]
    assert told == ["0.001: 0.5", "0.01: 1", "0.1: 117", "1: diverged", "10: diverged"]
    assert [t for t in page.texts["text"] if t in ("117", "diverged")] == ["117", *["diverged"] * 2]
    assert "above the axis" not in "".join(page_of(finding_of(**{"0.1": 1.0})).texts["text"])
