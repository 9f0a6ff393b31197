"""Numbers and names in sentences for people."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Sequence

MOST_LINES = 5


def counted(number: int, noun: str) -> str:
    """Return ``1 line``, ``2 lines``, ``1,000 entities``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def agreeing(number: int, singular: str, plural: str) -> str:
    """Return the verb of so many things, as ``is`` of 1 and ``are`` of 0 and of 2."""
    return singular if number == 1 else plural


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``3rd``, ``4th``, ``11th``."""
    is_teen = number // 10 % 10 == 1
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def named(lines: Sequence[int]) -> str:
    """Return ``line 3``, ``lines 3, 14``, or the first of many lines and dots."""
    shown = ", ".join(map(str, lines[:MOST_LINES]))
    more = ", ..." if len(lines) > MOST_LINES else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {shown}{more}"


def shortened(text: str, most: int = 60) -> str:
    """Return a text, of a long one the first characters and dots."""
    return text if len(text) <= most else text[: most - 3] + "..."


def command_line(words: Sequence[str]) -> str:
    """Return a command to copy into a shell; apostrophes alone are put between double quotes."""
    return " ".join(
        f'"{word}"' if "'" in word and not set(word) & set('"$`\\!') else shlex.quote(word)
        for word in words
    )


def duration(seconds: float) -> str:
    """Return ``8 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def listed(names: Iterable[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def paragraph(text: str) -> str:
    """Return a text in lines of at most 100 characters, no word parted at a hyphen."""
    return textwrap.fill(" ".join(text.split()), 100, break_on_hyphens=False)


def megabytes(size: int) -> str:
    """Return a number of bytes as ``12.34 MB``, a small one as ``1,234 bytes``."""
    return f"{size / 1e6:.2f} MB" if size >= 1e5 else f"{size:,} bytes"


def interval_text(interval: tuple[float, float] | None) -> str:
    """Return ``80.12 to 84.90``, and ``-`` where there is no interval."""
    return "-" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"


def p_text(p: float) -> str:
    """Return ``0.0123``, and ``<.0001`` of what is smaller."""
    return f"{p:.4f}" if p >= 0.0001 else "<.0001"


def interval_phrase(level: int, interval: tuple[float, float] | None) -> str:
    """Return ``95% interval 80.12 to 84.90``, and ``no interval`` where there is none."""
    return f"{level}% interval {interval_text(interval)}" if interval else "no interval"


def kind_of(thing: object) -> str:
    """Return what an object is, for a sentence: ``a list``, ``an int``, ``None``, ``bytes``."""
    if thing is None:
        return "None"
    name = "string" if isinstance(thing, str) else type(thing).__name__
    if isinstance(thing, bytes):
        return name
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"
