"""Where long work is: a bar at a terminal, elsewhere a line once a minute.

Both go to stderr. A line says what is done, of how much, since when, and about how long the rest
takes: ``runs: 12 of 60 done, 3 min, about 9 min left``.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from tqdm import tqdm

from ner_window.terminal import tell
from ner_window.wording import duration

Item = TypeVar("Item")
SECONDS_BETWEEN_LINES = 60


class Clock:
    """The time, which tests let pass at will."""

    def now(self) -> float:
        """Return the time in seconds, from whenever."""
        return time.monotonic()

    def passes(self, seconds: float, ended: threading.Event) -> bool:
        """Wait so long; return whether that passed without an end."""
        return not ended.wait(seconds)


class Progress:
    """How much of some work is done, between entering it and leaving it.

    Parameters
    ----------
    title
        What the work is.
    total
        How much there is to do, None where that is not known.
    things
        What is counted, in the plural.
    pieces
        How many things there are, where ``total`` measures the work that is in them: then things
        are counted, and the time left goes by the work.
    stays
        Whether the bar stays on the screen when the work is done.
    is_shown
        Whether anything is said at all.
    clock
        Tells the time.
    """

    def __init__(
        self,
        title: str,
        total: float | None,
        things: str,
        pieces: int | None = None,
        stays: bool = False,
        is_shown: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self.title = title
        self.total = total
        self._things = things
        self._pieces = pieces
        self._clock = clock or Clock()
        self._start = self._clock.now()
        self._done, self._done_pieces = 0.0, 0
        at_terminal = sys.stderr.isatty()
        self._ended = threading.Event()
        self._teller = None if at_terminal or not is_shown else self._thread()
        self._bar: tqdm[Any] = tqdm(
            desc=title if pieces is None else f"{title} 0/{pieces}",
            total=total,
            unit=f" {things}",
            unit_scale=total is None,
            leave=stays,
            disable=not (is_shown and at_terminal),
            **({} if pieces is None else _BY_WORK),
        )

    def _thread(self) -> threading.Thread:
        return threading.Thread(target=self._tell_once_a_minute, daemon=True)

    def __enter__(self) -> Self:
        if self._teller is not None:
            self._teller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
        self._ended.set()
        if self._teller is not None:
            self._teller.join()

    def advance(self, amount: float = 1) -> None:
        """Take note that so much more is done, a single thing where things are of unlike sizes."""
        self._done += amount
        self._done_pieces += 1
        if self._pieces is not None:
            title = f"{self.title} {self._done_pieces}/{self._pieces}"
            self._bar.set_description_str(title, refresh=False)
        self._bar.total = self.total
        self._bar.update(amount)

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items, each of which is done when the next one is asked for."""
        for item in items:
            yield item
            self.advance()

    def note(self, **figures: str) -> None:
        """Show figures behind the bar."""
        self._bar.set_postfix(figures, refresh=False)

    def _tell_once_a_minute(self) -> None:
        while self._clock.passes(SECONDS_BETWEEN_LINES, self._ended):
            tell(self._line())

    def _line(self) -> str:
        by_work = self._pieces is not None
        done, total = (
            (self._done_pieces, self._pieces) if by_work else (round(self._done), self.total)
        )
        so_far = self._clock.now() - self._start
        of_all = "" if total is None else f" of {total:,.0f}"
        left = ""
        if self.total is not None and 0 < self._done < self.total:
            left = f", about {duration(so_far * (self.total / self._done - 1))} left"
        return f"{self.title}: {done:,}{of_all} {self._things}, {duration(so_far)}{left}"


_BY_WORK: dict[str, Any] = {
    "bar_format": "{desc} |{bar}| {percentage:3.0f}% [{elapsed}, {remaining} left]",
    "smoothing": 0,  # things differ so much that only their mean speed tells anything
    "miniters": 1,
}
