"""What is wrong with the lines of a file: it stops the reader, or is collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ner_window.errors import InputError

MOST_SHOWN = 20

Refuse = Callable[[InputError], None]
"""Hears of a line that cannot be read. Where it returns, the reader goes on without the line."""


def stop(problem: InputError) -> None:
    """Raise the first problem, as a reader does whose corpus is to be used."""
    raise problem


class Problems:
    """Counts the problems of a file and keeps the first of them, in the order of the file."""

    def __init__(self, problems: Iterable[InputError] = ()) -> None:
        self.count = 0
        self.first: list[str] = []
        for problem in problems:
            self(problem)

    def __call__(self, problem: InputError) -> None:
        """Take note of a problem."""
        self.count += 1
        if len(self.first) < MOST_SHOWN:
            self.first.append(str(problem))

    def __str__(self) -> str:
        more = self.count - len(self.first)
        return "\n".join([*self.first, *([f"and {more:,} more"] if more else [])])
