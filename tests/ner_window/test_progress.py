"""Where nobody sees a bar, long work says once a minute where it is."""

import queue
import sys

import pytest

from ner_window.progress import Progress


class SlowClock:
    """A clock that goes on when a test says so."""

    def __init__(self):
        self._minutes = queue.Queue()
        self._waits = queue.Queue()
        self._now = 1000.0

    def now(self):
        return self._now

    def passes(self, seconds, ended):
        self._waits.put(seconds)
        passed = self._minutes.get()
        self._now += passed
        return bool(passed)

    def minute_passes(self):
        """Let the work wait for a minute, until it waits again."""
        assert self._waits.get() == 60
        self._minutes.put(60)
        assert self._waits.get() == 60
        self._waits.put(60)

    def ends(self):
        self._minutes.put(0)


@pytest.fixture
def clock():
    return SlowClock()


def test_a_line_a_minute_says_how_long_it_takes(clock, capsys):
    with Progress("tuning", 60, "runs", clock=clock) as progress:
        clock.minute_passes()
        for _ in progress.over(range(12)):
            pass
        clock.minute_passes()
        clock.minute_passes()
        progress.advance(48)
        clock.minute_passes()
        clock.ends()
    assert capsys.readouterr().err.splitlines() == [
        "tuning: 0 of 60 runs, 60 s",
        "tuning: 12 of 60 runs, 2 min, about 8 min left",
        "tuning: 12 of 60 runs, 3 min, about 12 min left",
        "tuning: 60 of 60 runs, 4 min",
    ]


def test_time_left_goes_by_the_work_that_is_in_things(clock, capsys):
    with Progress("runs", 1000, "trainings", pieces=3, clock=clock) as progress:
        progress.advance(250)
        clock.minute_passes()
        clock.ends()
    assert capsys.readouterr().err == "runs: 1 of 3 trainings, 60 s, about 3 min left\n"


def test_what_has_no_known_end_says_what_is_done(clock, capsys):
    with Progress("tagging", None, "tokens", clock=clock) as progress:
        progress.advance(1_234_567)
        clock.minute_passes()
        clock.ends()
    assert capsys.readouterr().err == "tagging: 1,234,567 tokens, 60 s\n"


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_terminal_has_a_bar_and_what_is_not_shown_nothing(clock, capsys, monkeypatch, is_shown):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress("runs", 2, "runs", is_shown=is_shown, clock=clock) as progress:
        progress.advance()
    assert ("runs:" in capsys.readouterr().err) == is_shown


def test_short_work_says_nothing(capsys):
    with Progress("runs", 2, "runs") as progress:
        list(progress.over([1, 2]))
    assert capsys.readouterr().err == ""
