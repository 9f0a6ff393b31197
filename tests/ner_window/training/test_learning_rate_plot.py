"""The plot of find-lr: all that was tried is in it, in the words of the terminal."""

import numpy as np
import pytest

from ner_window.training.learning_rate import Finding, RangeTest, Trial, is_plot
from ner_window.training.rehearsal import Rehearsal, Rehearsals
from tests.page import Page

plots = pytest.importorskip("ner_window.training.learning_rate_plot")


def finding_of(**losses):
    trials = [Trial(float(rate), loss) for rate, loss in losses.items()]
    return Finding(trials, RangeTest(np.array([0.001, 0.01]), np.array([2.0, 1.5])), None)


@pytest.fixture
def finding():
    losses = {"0.001": 0.5, "0.01": 1.0, "0.1": 117.0, "1": float("inf"), "10": float("nan")}
    return finding_of(**losses)


def drawn(finding, rehearsals=None, own_rate=0.02):
    return plots.plot_of(finding, rehearsals, "mine.yaml", own_rate).svg()


def page_of(*tried):
    return Page(drawn(*tried).decode().partition("?>")[2])


def rehearsals_of(own_rate):
    f1 = {0.002: 40.0, 0.0063: 80.0, 0.02: 81.0, 0.063: 60.0}
    return Rehearsals([Rehearsal(*run) for run in f1.items()], own_rate, "dev", 500)


def test_the_plot_is_the_same_in_every_run_and_is_known_again(finding, tmp_path):
    for tried in ((finding,), (finding, rehearsals_of(0.02))):
        assert drawn(*tried) == drawn(*tried)
        (tmp_path / "a").write_bytes(drawn(*tried))
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


def test_without_whole_runs_the_plot_says_that_nothing_is_decided(finding):
    page = page_of(finding)
    assert plots.UNDECIDED in page.texts["text"]
    assert plots.UNDECIDED in page.texts["title"][0]
    assert "in the config: 0.02" in page.texts["text"]
    assert not [text for text in page.texts["text"] if "taken" in text]


@pytest.mark.parametrize(
    ("own_rate", "headline", "marked"),
    [
        (0.02, "0.02 is taken, that of the config", ["taken: 0.02, as in the config"]),
        (0.063, "0.0063 is taken; the config has 0.063", ["in the config: 0.063", "taken: 0.0063"]),
    ],
)
def test_the_plot_has_the_whole_runs_and_what_they_decide(finding, own_rate, headline, marked):
    rehearsals = rehearsals_of(own_rate)
    page = page_of(finding, rehearsals, own_rate)
    texts = page.texts["text"]
    assert headline in texts
    assert plots.UNDECIDED not in texts
    assert [text for text in texts if text.startswith(("taken:", "in the config:"))] == marked
    assert rehearsals.decision in " ".join(texts)
    told = [text for text in page.texts["title"] if ": F1 " in text]
    assert told == ["0.002: F1 40.00", "0.0063: F1 80.00", "0.02: F1 81.00", "0.063: F1 60.00"]
    assert f"{headline}. " in page.texts["title"][0]
    assert f"0.063: 60.00. {rehearsals.decision}." in page.texts["title"][0]
