"""Where text that never ends is cut."""

from __future__ import annotations

LONGEST_TEXT = 20_000  # characters; a longer paragraph is cut, at white space where there is any


def breaking_place(text: str, start: int, end: int) -> int:
    """Return where a text is cut, at ``end`` or in the second half before it."""
    if end == len(text):
        return end
    breaks = (text.rfind(mark, (start + end) // 2, end) for mark in "\n ")
    return next((place + 1 for place in breaks if place >= 0), end)
